#pragma once

#include <string_view>

namespace carry::platform {

/// 1 to 64 of letters, digits, '.', '_' and '-', not starting with a dot: safe as the name of a directory on every system.
bool is_domain_name(std::string_view name) noexcept;

}  // namespace carry::platform
