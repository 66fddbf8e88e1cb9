#include <carry/memory/size_classes.h>

#include "support/catch.h"

using namespace carry::memory;

TEST_CASE("a size class is the smallest that holds the bytes", "[memory]") {
  static_assert(size_class_of(0) == 0 && size_class_of(1) == 0 && size_class_of(17) == 1);
  bool right = true;
  for (std::size_t bytes = 0; bytes <= largest_class_bytes; ++bytes) {
    const std::size_t size_class = size_class_of(bytes);
    right = right && size_class_bytes[size_class] >= bytes && (size_class == 0 || size_class_bytes[size_class - 1] < bytes);
  }
  CHECK(right);
}

TEST_CASE("a class for an alignment has blocks of a multiple of it", "[memory]") {
  bool right = true;
  for (std::size_t alignment = 1; alignment <= 4096; alignment *= 2) {
    for (std::size_t bytes = 0; bytes <= largest_class_bytes; ++bytes) {
      const std::size_t size_class = size_class_of(bytes, alignment);
      right = right && size_class < size_class_count && size_class_bytes[size_class] >= bytes && size_class_bytes[size_class] % alignment == 0;
    }
  }
  CHECK(right);
}

TEST_CASE("a block's index is its offset divided by the block size", "[memory]") {
  bool right = true;
  for (std::size_t size_class = 0; size_class != size_class_count; ++size_class) {
    for (std::size_t offset = 0; offset != pages_per_run(size_class) * heap_page_bytes; ++offset) {
      right = right && block_index(size_class, offset) == offset / size_class_bytes[size_class];
    }
  }
  CHECK(right);
}

TEST_CASE("classes grow by a quarter at most, and fill their pages", "[memory]") {
  for (std::size_t size_class = 0; size_class != size_class_count; ++size_class) {
    INFO(size_class_bytes[size_class]);
    CHECK(size_class_bytes[size_class] % block_granule == 0);
    if (size_class >= 4) CHECK(4 * size_class_bytes[size_class] <= 5 * size_class_bytes[size_class - 1]);
    CHECK(pages_per_run(size_class) >= 4);
    CHECK(pages_per_run(size_class) <= 7);
    CHECK(blocks_per_run(size_class) <= most_blocks_per_run);
    CHECK(blocks_per_run(size_class) * size_class_bytes[size_class] == pages_per_run(size_class) * heap_page_bytes);
  }
}
