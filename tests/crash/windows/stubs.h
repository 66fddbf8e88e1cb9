#pragma once

#include <cstddef>

// What takes the place of imported functions (x86-64). Stub number i asks on_import(i) for a function, and jumps there with the registers and the
// stack as the caller left them: that function has the caller's arguments, however many, and returns to the caller.

namespace carry::test::points::detail {

inline constexpr std::size_t stub_count = 1024;

const void* stub(std::size_t number) noexcept;

/// The function that shall be called in place of the import. `place`: where in the code the call returns to.
const void* on_import(std::size_t number, const void* place) noexcept;

}  // namespace carry::test::points::detail
