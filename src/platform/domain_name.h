#pragma once

#include <string>
#include <string_view>

namespace carry::platform {

/// 1 to 64 of letters, digits, '.', '_' and '-', not starting with a dot: safe as the name of a directory on every system.
bool is_domain_name(std::string_view name) noexcept;

/// `option` if it is not empty, else the environment's variable if that is set and not empty, else `otherwise`.
std::string setting(const std::string& option, const char* variable, std::string_view otherwise);

}  // namespace carry::platform
