#pragma once

#include <cstdint>
#include <string_view>

// Functions of the system of which something is known. All others have points, and do not fail on demand.

namespace carry::test::points::detail {

/// Changes nothing that others see, or that outlives the process.
bool is_harmless(std::string_view function) noexcept;

/// How a call fails where the system is short of something, or somebody else is in the way.
struct Failure {
  const char* function;
  std::uint32_t error;          ///< What GetLastError() says then.
  std::intptr_t (*in_place)();  ///< Returns what the function returns then, whatever its arguments.
};

/// Null for a function that cannot fail in a way that says something.
const Failure* failure_of(std::string_view function) noexcept;

/// Of the C library's module: memory, text and standard output are all that carry and the tests have of it.
bool is_c_library(std::string_view module) noexcept;

}  // namespace carry::test::points::detail
