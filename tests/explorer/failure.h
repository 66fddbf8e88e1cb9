#pragma once

#include <string>
#include <string_view>

namespace carry::explorer {

/// Ends the present execution: a check has found something. `check` is its name, for the tables. To be called by one of the logical threads.
[[noreturn]] void fail(std::string_view check, std::string detail);

}  // namespace carry::explorer
