#pragma once

// The block sizes of a heap, and what they are cut from. Up to 128 bytes in steps of 16, beyond four sizes per doubling: every size is 4, 5, 6 or 7
// times a power of two. Blocks of a size are cut from that many pages, so that nothing is left over at the end.

#include <carry/memory/heap_statistics.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace carry::memory {

/// Heaps divide their region into pages of this size. A run of pages is cut into blocks of one class, or is one larger block.
inline constexpr std::size_t heap_page_bytes = 8192;

/// Every block is aligned to this; it is also the smallest block.
inline constexpr std::size_t block_granule = 16;

/// The size of the blocks of each class.
inline constexpr std::array<std::uint32_t, 40> size_class_bytes = {
    16,    32,    48,    64,    80,    96,    112,   128,   //
    160,   192,   224,   256,   320,   384,   448,   512,   //
    640,   768,   896,   1024,  1280,  1536,  1792,  2048,  //
    2560,  3072,  3584,  4096,  5120,  6144,  7168,  8192,  //
    10240, 12288, 14336, 16384, 20480, 24576, 28672, 32768  //
};

inline constexpr std::size_t size_class_count = size_class_bytes.size();
inline constexpr std::size_t largest_class_bytes = size_class_bytes.back();
static_assert(size_class_count <= size_class_limit);
static_assert(std::ranges::is_sorted(size_class_bytes));

namespace detail {

/// The class of a block of n granules, at index n. Index 0 (no bytes) is the smallest class.
inline constexpr auto class_of_granules = [] {
  std::array<std::uint8_t, largest_class_bytes / block_granule + 1> table{};
  std::uint8_t size_class = 0;
  for (std::size_t granules = 0; granules != table.size(); ++granules) {
    if (granules * block_granule > size_class_bytes[size_class]) ++size_class;
    table[granules] = size_class;
  }
  return table;
}();

/// ceil(2^32 / block size): multiplying by it and dropping 32 bits divides exactly, because offset * (block size - 1) < 2^32.
inline constexpr auto reciprocals = [] {
  std::array<std::uint32_t, size_class_count> table{};
  for (std::size_t i = 0; i != table.size(); ++i) {
    table[i] = static_cast<std::uint32_t>(((std::uint64_t{1} << 32) + size_class_bytes[i] - 1) / size_class_bytes[i]);
  }
  return table;
}();

}  // namespace detail

/// The smallest class with blocks of at least `bytes`, which is at most largest_class_bytes. O(1).
constexpr std::size_t size_class_of(std::size_t bytes) noexcept { return detail::class_of_granules[(bytes + block_granule - 1) / block_granule]; }

/// The same for blocks aligned to `alignment`, a power of two up to 4096: the block size is a multiple of it. A few steps.
constexpr std::size_t size_class_of(std::size_t bytes, std::size_t alignment) noexcept {
  std::size_t size_class = size_class_of(std::max(bytes, alignment));
  while (size_class_bytes[size_class] % alignment != 0) ++size_class;
  return size_class;
}

/// How many pages are cut into blocks of the class at a time: the three topmost bits of its size.
constexpr std::size_t pages_per_run(std::size_t size_class) noexcept {
  const std::uint32_t bytes = size_class_bytes[size_class];
  return bytes >> (std::bit_width(bytes) - 3);
}

/// How many blocks that makes, all of them whole.
constexpr std::size_t blocks_per_run(std::size_t size_class) noexcept {
  return pages_per_run(size_class) * heap_page_bytes / size_class_bytes[size_class];
}

inline constexpr std::size_t most_blocks_per_run = blocks_per_run(0);

/// Which block of its run lies at `offset` within the run: offset / block size, without dividing.
constexpr std::size_t block_index(std::size_t size_class, std::size_t offset) noexcept {
  return static_cast<std::size_t>((std::uint64_t{offset} * detail::reciprocals[size_class]) >> 32);
}

}  // namespace carry::memory
