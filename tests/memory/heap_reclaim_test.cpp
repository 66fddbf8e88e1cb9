#include "memory/heap_fixture.h"

using namespace carry::test;

namespace {

/// Holds blocks that it gives back when asked.
struct Hoard {
  explicit Hoard(HeapFixture& fixture) : f(fixture) {
    f.heap->set_reclaimer({[](void* self) { return static_cast<Hoard*>(self)->reclaim(); }, this});
  }

  bool reclaim() {
    ++calls;
    if (allocates_inside) null_inside = f.allocate(4 * mebibyte) == nullptr;
    if (blocks.empty()) return false;
    f.heap->deallocate(blocks.back());
    blocks.pop_back();
    return true;
  }

  HeapFixture& f;
  std::vector<void*> blocks;
  int calls = 0;
  bool allocates_inside = false;
  bool null_inside = false;
};

}  // namespace

TEST_CASE("an exhausted heap asks the reclaimer before it gives up", "[memory]") {
  const std::size_t bytes = GENERATE(std::size_t{32}, std::size_t{32768}, std::size_t{100000});
  HeapFixture f(4 * mebibyte);
  Hoard hoard(f);
  hoard.blocks = f.exhaust(bytes);
  hoard.calls = 0;
  const std::size_t held = hoard.blocks.size();
  CHECK(f.allocate(bytes) != nullptr);
  CHECK(hoard.calls == 1);
  CHECK(hoard.blocks.size() == held - 1);
}

TEST_CASE("the reclaimer is asked again while it helps", "[memory]") {
  HeapFixture f(4 * mebibyte);
  Hoard hoard(f);
  hoard.blocks = f.exhaust(large_bytes);
  hoard.calls = 0;
  CHECK(f.allocate(10 * large_bytes) != nullptr);
  CHECK(hoard.calls == 10);
  CHECK(hoard.blocks.size() == 54);
}

TEST_CASE("a reclaimer that has nothing means null", "[memory]") {
  HeapFixture f(4 * mebibyte);
  Hoard hoard(f);
  const auto blocks = f.exhaust(large_bytes);
  CHECK(hoard.calls == 1);
  CHECK(f.allocate(1) == nullptr);
  CHECK(hoard.calls == 2);
}

TEST_CASE("a reclaimer that always promises more is not asked for ever", "[memory]") {
  HeapFixture f(large_bytes);
  int calls = 0;
  f.heap->set_reclaimer({[](void* count) { return ++*static_cast<int*>(count) > 0; }, &calls});
  REQUIRE(f.allocate(large_bytes) != nullptr);
  CHECK(f.allocate(1) == nullptr);
  CHECK(calls == carry::memory::Heap::reclaim_rounds);
}

TEST_CASE("the reclaimer is not entered again by the thread that is inside", "[memory]") {
  HeapFixture f(4 * mebibyte);
  Hoard hoard(f);
  hoard.blocks = f.exhaust(large_bytes);
  hoard.calls = 0;
  hoard.allocates_inside = true;
  CHECK(f.allocate(1) != nullptr);
  CHECK(hoard.calls == 1);
  CHECK(hoard.null_inside);
}
