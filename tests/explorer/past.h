#pragma once

// What has happened before a point of an execution: the vector clock decides about races on plain memory, the view about which stores a load
// may still read.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace carry::explorer {

inline constexpr std::size_t max_threads = 8;
inline constexpr std::size_t max_locations = 64;

/// Per location a place in its modification order.
using View = std::array<std::uint16_t, max_locations>;

inline void join(View& view, const View& other) {
  for (std::size_t i = 0; i != max_locations; ++i) view[i] = std::max(view[i], other[i]);
}

struct Past {
  std::array<std::uint32_t, max_threads> clock{};  // per thread: how many of its operations
  View view{};                                     // per location: the latest store that was written or read

  void join(const Past& other) {
    for (std::size_t i = 0; i != max_threads; ++i) clock[i] = std::max(clock[i], other.clock[i]);
    explorer::join(view, other.view);
  }
};

}  // namespace carry::explorer
