#pragma once

#include <cstddef>

namespace carry::test {

/// What this program's containers allocate from, in place of the dynamic buffer: counts, and fails when it is told to.
struct FailingHeap {
  static inline int allocations_left = -1;  ///< Then one fails, and all after it; negative: none does.
  static inline std::size_t live_blocks = 0;
  static inline std::size_t live_bytes = 0;
  static inline bool was_misused = false;  ///< Something was freed that is no block.
};

}  // namespace carry::test
