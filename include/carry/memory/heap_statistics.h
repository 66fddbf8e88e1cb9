#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace carry::memory {

/// How many size classes a heap has at most (memory/size_classes.h defines them).
inline constexpr std::size_t size_class_limit = 48;

/// A look at a heap. Blocks in threads' caches count as used.
struct HeapStatistics {
  struct SizeClass {
    std::uint64_t block_bytes = 0;
    std::uint64_t blocks_used = 0;
    std::uint64_t blocks_total = 0;
  };
  std::uint64_t reserved_bytes = 0;
  std::uint64_t committed_bytes = 0;
  std::uint64_t used_bytes = 0;    ///< Bytes of blocks handed out, rounded up to their class or to whole pages.
  std::uint64_t large_blocks = 0;  ///< Blocks larger than the largest class.
  std::uint64_t large_bytes = 0;
  std::uint64_t size_classes = 0;  ///< How many entries of `classes` are meaningful.
  std::array<SizeClass, size_class_limit> classes{};
};

/// The same in shared memory, written by the owner on the heap's slow paths only, readable by every process of the domain.
/// All words are relaxed: figures for people, never used to decide anything.
struct SharedHeapStatistics {
  struct SizeClass {
    std::atomic<std::uint64_t> block_bytes;
    std::atomic<std::uint64_t> blocks_used;
    std::atomic<std::uint64_t> blocks_total;
  };
  std::atomic<std::uint64_t> reserved_bytes;
  std::atomic<std::uint64_t> committed_bytes;
  std::atomic<std::uint64_t> used_bytes;
  std::atomic<std::uint64_t> large_blocks;
  std::atomic<std::uint64_t> large_bytes;
  std::atomic<std::uint64_t> size_classes;
  std::array<SizeClass, size_class_limit> classes;
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
static_assert(sizeof(SharedHeapStatistics) == 48 + 24 * size_class_limit);

}  // namespace carry::memory
