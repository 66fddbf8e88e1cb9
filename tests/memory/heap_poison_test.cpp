#include "memory/heap_fixture.h"
#include "platform/poison.h"

using namespace carry::test;
using carry::platform::is_poisoned;
using carry::platform::poisons;

TEST_CASE("AddressSanitizer sees what is free, and what is behind a block", "[memory]") {
  const std::size_t bytes = GENERATE(std::size_t{1}, std::size_t{40}, std::size_t{5000}, std::size_t{100'000});
  HeapFixture f(4 * mebibyte);
  auto* block = static_cast<std::byte*>(f.allocate(bytes));
  CHECK_FALSE(is_poisoned(block));
  CHECK_FALSE(is_poisoned(block + bytes - 1));
  CHECK(is_poisoned(block + bytes) == poisons);
  f.heap->deallocate(block);
  CHECK(is_poisoned(block) == poisons);
  CHECK(is_poisoned(block + bytes - 1) == poisons);
  auto* again = static_cast<std::byte*>(f.allocate(bytes));
  CHECK_FALSE(is_poisoned(again));
  CHECK_FALSE(is_poisoned(again + bytes - 1));
}

TEST_CASE("AddressSanitizer sees the size that a block was given", "[memory]") {
  HeapFixture f(4 * mebibyte);
  auto* block = static_cast<std::byte*>(f.allocate(100'000));
  REQUIRE(f.heap->resize(block, 500'000));
  CHECK_FALSE(is_poisoned(block + 499'999));
  CHECK(is_poisoned(block + 500'000) == poisons);
  REQUIRE(f.heap->resize(block, 50'000));
  CHECK_FALSE(is_poisoned(block + 49'999));
  CHECK(is_poisoned(block + 50'000) == poisons);
  CHECK(is_poisoned(block + 499'999) == poisons);
}

TEST_CASE("AddressSanitizer forgets a heap that is gone", "[memory]") {
  const Region region(mebibyte);
  RecordingCommitter committer;
  {
    const auto heap = std::move(carry::memory::Heap::create(region.span(), committer.committer(), {}, nullptr)).value();
    heap->deallocate(heap->allocate(1000, 16));
    CHECK(is_poisoned(region.span().data()) == poisons);
  }
  CHECK_FALSE(is_poisoned(region.span().data()));
}
