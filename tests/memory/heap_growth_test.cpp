#include "memory/heap_fixture.h"

using namespace carry::test;

TEST_CASE("an exhausted heap yields null and stays usable", "[memory]") {
  const std::size_t bytes =
      GENERATE(std::size_t{16}, std::size_t{100}, std::size_t{5000}, std::size_t{32768}, std::size_t{32769}, std::size_t{200000});
  HeapFixture f(2 * mebibyte);
  auto blocks = f.exhaust(bytes);
  REQUIRE(blocks.size() >= 2 * mebibyte / (bytes + large_bytes));
  CHECK(f.committer.committed > 2 * mebibyte - large_bytes);  // what is left is too short to be cut into blocks
  CHECK(f.heap->last_commit_error() == carry::Errc::heap_exhausted);
  for (int i = 0; i != 10; ++i) {
    CHECK(f.allocate(bytes) == nullptr);
    f.heap->deallocate(blocks.back());
    blocks.back() = f.allocate(bytes);
    CHECK(blocks.back() != nullptr);
  }
  f.free_all(blocks);
  CHECK(f.used_bytes() == 0);
  void* everything = f.allocate(2 * mebibyte);
  CHECK(everything != nullptr);
  f.heap->deallocate(everything);
  CHECK(f.exhaust(bytes).size() == blocks.size());
}

TEST_CASE("one class's cached blocks do not keep another from its memory", "[memory]") {
  HeapFixture f(large_bytes);
  void* block = f.allocate(16);
  f.heap->deallocate(block);
  CHECK(f.heap->statistics().used_bytes != 0);
  CHECK(f.allocate(large_bytes) != nullptr);
}

TEST_CASE("pages freed in any order become one run again", "[memory]") {
  HeapFixture f(4 * mebibyte);
  auto blocks = f.exhaust(large_bytes);
  REQUIRE(blocks.size() == 64);
  SECTION("ascending") {}
  SECTION("descending") { std::ranges::reverse(blocks); }
  SECTION("every other first") {
    std::ranges::stable_partition(blocks, [](void* b) { return (reinterpret_cast<std::uintptr_t>(b) / large_bytes) % 2 == 0; });
  }
  f.free_all(blocks);
  void* everything = f.allocate(4 * mebibyte);
  REQUIRE(everything == f.region_start());
  CHECK(f.allocate(1) == nullptr);
  f.heap->deallocate(everything);
  CHECK(f.used_bytes() == 0);
}

TEST_CASE("a large block takes the smallest hole that fits", "[memory]") {
  HeapFixture f(64 * large_bytes);
  f.heap->forbid_growth();
  CHECK(f.allocate(1) == nullptr);
  HeapFixture g(64 * large_bytes);
  REQUIRE_FALSE(g.heap->commit_at_least(64 * large_bytes));
  void* ten = g.allocate(10 * large_bytes);
  void* wall = g.allocate(large_bytes);
  void* three = g.allocate(3 * large_bytes);
  void* other_wall = g.allocate(large_bytes);
  g.heap->deallocate(ten);
  g.heap->deallocate(three);
  CHECK(g.allocate(2 * large_bytes) == three);
  CHECK(g.allocate(5 * large_bytes) == ten);
  CHECK(wall != nullptr);
  CHECK(other_wall != nullptr);
}

TEST_CASE("growth takes larger steps as the heap grows, and what is needed in any case", "[memory]") {
  HeapFixture f(64 * mebibyte);
  void* small = f.allocate(1);
  CHECK(f.committer.committed == large_bytes);
  void* large = f.allocate(3 * mebibyte);
  CHECK(f.committer.committed == 4 * carry::memory::Heap::page_bytes + 3 * mebibyte);
  void* page = f.allocate(large_bytes);
  CHECK(f.committer.committed > large_bytes + 3 * mebibyte + large_bytes);
  CHECK(f.committer.committed < 5 * mebibyte);
  for (void* block : {small, large, page}) f.heap->deallocate(block);
  f.heap->flush_thread_cache();
  REQUIRE_FALSE(f.heap->commit_at_least(48 * mebibyte));
  CHECK(f.committer.committed == 48 * mebibyte);
  const auto calls = f.committer.calls;
  CHECK(f.allocate(48 * mebibyte) != nullptr);
  CHECK(f.committer.calls == calls);
  CHECK(f.allocate(1) != nullptr);
  CHECK(f.committer.committed == 49 * mebibyte);
}

TEST_CASE("a free end of the heap is part of the block that makes it grow", "[memory]") {
  HeapFixture f(64 * mebibyte);
  REQUIRE_FALSE(f.heap->commit_at_least(mebibyte));
  CHECK(f.allocate(3 * mebibyte) == f.region_start());
  CHECK(f.committer.committed == 3 * mebibyte);
}

TEST_CASE("a step that fails is followed by one of what is needed", "[memory]") {
  HeapFixture f(64 * mebibyte);
  REQUIRE_FALSE(f.heap->commit_at_least(8 * mebibyte));
  void* all = f.allocate(8 * mebibyte);
  f.committer.full_at = 8 * mebibyte + large_bytes;
  void* one = f.allocate(64);
  CHECK(one != nullptr);
  CHECK_FALSE(f.heap->last_commit_error());
  CHECK(f.allocate(2 * large_bytes) == nullptr);
  CHECK(f.heap->last_commit_error() == std::errc::no_space_on_device);
  f.heap->deallocate(one);
  f.heap->deallocate(all);
  CHECK(f.used_bytes() == 0);
}

TEST_CASE("a commit that fails leaves the heap as it was, whichever it is", "[memory]") {
  for (std::size_t failing = 0; failing != 40; ++failing) {
    INFO("call " << failing << " of the committer fails");
    HeapFixture f(8 * mebibyte);
    f.committer.failing_call = failing;
    std::vector<void*> blocks;
    for (std::size_t bytes = 1; bytes < mebibyte; bytes += bytes / 2 + 1) {
      for (int i = 0; i != 3; ++i) {
        const auto before = f.heap->statistics();
        if (void* block = f.allocate(bytes)) {
          CHECK(f.is_committed(block, bytes));
          blocks.push_back(block);
        } else {
          f.heap->flush_thread_cache();
          CHECK(f.heap->statistics().used_bytes <= before.used_bytes);
          CHECK(f.heap->statistics().committed_bytes == before.committed_bytes);
        }
      }
    }
    f.free_all(blocks);
    CHECK(f.used_bytes() == 0);
    f.committer.failing_call = RecordingCommitter::never;
    CHECK(f.allocate(8 * mebibyte) != nullptr);
    CHECK(f.committer.contiguous);
  }
}

TEST_CASE("a heap whose growth is forbidden keeps to what is committed", "[memory]") {
  HeapFixture f(8 * mebibyte);
  REQUIRE_FALSE(f.heap->commit_at_least(mebibyte + 1));
  f.heap->forbid_growth();
  CHECK(f.heap->statistics().committed_bytes == mebibyte + carry::memory::Heap::page_bytes);
  CHECK(f.heap->commit_at_least(mebibyte + carry::memory::Heap::page_bytes) == std::error_code{});
  CHECK(f.heap->commit_at_least(2 * mebibyte) == carry::Errc::heap_exhausted);
  CHECK(f.allocate(2 * mebibyte) == nullptr);
  CHECK(f.heap->last_commit_error() == carry::Errc::heap_exhausted);
  CHECK(f.allocate(mebibyte + carry::memory::Heap::page_bytes) != nullptr);
  CHECK(f.allocate(1) == nullptr);
  CHECK(f.committer.calls == 1);
}

TEST_CASE("a heap does not grow beyond its limit", "[memory]") {
  HeapFixture f(8 * mebibyte, {.maximum_bytes = mebibyte - 1});
  CHECK(f.heap->commit_at_least(mebibyte + 1) == carry::Errc::heap_exhausted);
  CHECK(f.exhaust(large_bytes).size() == 16);
  CHECK(f.committer.committed == mebibyte);
}

TEST_CASE("committing ahead reports the committer's error", "[memory]") {
  HeapFixture f(8 * mebibyte);
  f.committer.full_at = mebibyte;
  CHECK(f.heap->commit_at_least(2 * mebibyte) == std::errc::no_space_on_device);
  CHECK(f.heap->commit_at_least(mebibyte) == std::error_code{});
  CHECK(f.heap->commit_at_least(8 * mebibyte + 1) == carry::Errc::heap_exhausted);
}
