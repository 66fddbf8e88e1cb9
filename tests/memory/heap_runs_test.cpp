#include "memory/heap_fixture.h"

#include <carry/memory/size_classes.h>

#include <random>

using namespace carry::test;

TEST_CASE("a class takes at most a sixteenth, or a run, ahead of need", "[memory]") {
  const std::size_t bytes = GENERATE(std::size_t{4096}, std::size_t{16384}, std::size_t{28672}, std::size_t{32768});
  HeapFixture f(64 * mebibyte);
  REQUIRE_FALSE(f.heap->commit_at_least(64 * mebibyte));
  const auto size_class = carry::memory::size_class_of(bytes);
  std::vector<void*> blocks;
  bool bounded = true;
  while (blocks.size() != 1000) {
    blocks.push_back(f.allocate(bytes));
    REQUIRE(blocks.back() != nullptr);
    const auto figures = f.heap->statistics().classes[size_class];
    bounded = bounded && figures.blocks_total <= figures.blocks_used + figures.blocks_used / 16 + carry::memory::blocks_per_run(size_class);
  }
  CHECK(bounded);
  std::shuffle(blocks.begin(), blocks.end(), std::mt19937(1));
  f.free_all(blocks);
  CHECK(f.used_bytes() == 0);
  CHECK(f.heap->statistics().classes[size_class].blocks_total == 0);
  CHECK(f.allocate(64 * mebibyte) == f.region_start());
}

TEST_CASE("a class of large blocks does not grow the heap by more than it needs, and takes every hole", "[memory]") {
  HeapFixture f(64 * mebibyte);
  REQUIRE_FALSE(f.heap->commit_at_least(8 * mebibyte));
  f.heap->forbid_growth();
  auto blocks = f.exhaust(32768);
  CHECK(blocks.size() == 8 * mebibyte / 32768);
  for (std::size_t i = 0; i < blocks.size(); i += 2) f.heap->deallocate(blocks[i]);
  for (std::size_t i = 0; i < blocks.size(); i += 2) blocks[i] = f.allocate(32768);
  CHECK(std::ranges::count(blocks, nullptr) == 0);
  CHECK(f.allocate(32768) == nullptr);
  f.free_all(blocks);
  CHECK(f.used_bytes() == 0);
}
