#pragma once

#include <source_location>

namespace carry {

/// Prints what was broken and where to the standard error stream, and calls std::abort.
[[noreturn]] void report_broken_rule(const char* what, const std::source_location& where) noexcept;

/// Stops the process on an error of the programmer: `what` is the rule that `condition` says is kept.
///
/// Never for what another process, the system or a user can cause: that is a std::error_code.
inline void ensure(bool condition, const char* what, const std::source_location& where = std::source_location::current()) noexcept {
  if (!condition) [[unlikely]]
    report_broken_rule(what, where);
}

}  // namespace carry
