#include "memory/heap_fixture.h"

#include <carry/memory/size_classes.h>

#include "platform/poison.h"

using namespace carry::test;
using carry::memory::Heap;

TEST_CASE("a heap is made only of a sensible region", "[memory]") {
  const Region region(2 * large_bytes);
  RecordingCommitter committer;
  const auto made = [&](std::span<std::byte> where, carry::memory::Committer commit) { return Heap::create(where, commit, {}, nullptr); };
  CHECK(made({}, committer.committer()).error() == carry::Errc::invalid_option);
  CHECK(made(region.span().first(Heap::page_bytes - 1), committer.committer()).error() == carry::Errc::invalid_option);
  CHECK(made(region.span().subspan(16), committer.committer()).error() == carry::Errc::invalid_option);
  CHECK(made(region.span(), {}).error() == carry::Errc::invalid_option);
  CHECK(made(region.span(), committer.committer()).has_value());
  CHECK(committer.calls == 0);
}

TEST_CASE("every size and alignment yields an aligned block in committed memory", "[memory]") {
  const std::size_t start = GENERATE(std::size_t{0}, std::size_t{4096});  // the region need not be aligned to a page of the heap
  HeapFixture f(16 * mebibyte, {}, start);
  for (std::size_t alignment = 1; alignment <= Heap::maximum_alignment; alignment *= 2) {
    for (std::size_t bytes : {0u,   1u,   2u,    8u,    15u,   16u,   17u,    31u,    48u,    63u,    64u,    65u,    100u,   127u,
                              128u, 129u, 1000u, 4095u, 4096u, 4097u, 21824u, 32767u, 32768u, 32769u, 65536u, 65537u, 300000u}) {
      INFO("bytes " << bytes << ", alignment " << alignment);
      void* one = f.allocate(bytes, alignment);
      void* other = f.allocate(bytes, alignment);
      REQUIRE(one != nullptr);
      REQUIRE(other != nullptr);
      CHECK(one != other);
      CHECK(reinterpret_cast<std::uintptr_t>(one) % std::max<std::size_t>(alignment, 16) == 0);
      CHECK(reinterpret_cast<std::uintptr_t>(other) % std::max<std::size_t>(alignment, 16) == 0);
      CHECK(f.is_committed(one, bytes));
      CHECK(f.is_committed(other, bytes));
      f.heap->deallocate(one);
      f.heap->deallocate(other);
    }
  }
  CHECK(f.used_bytes() == 0);
  CHECK(f.committer.contiguous);
}

TEST_CASE("null may be freed", "[memory]") {
  HeapFixture f(large_bytes);
  f.heap->deallocate(nullptr);
  CHECK(f.heap->statistics().used_bytes == 0);
}

TEST_CASE("32 KiB is a class, one byte more takes pages of its own", "[memory]") {
  HeapFixture f(mebibyte);
  void* block = f.allocate(32768);
  CHECK(f.heap->statistics().large_blocks == 0);
  void* large = f.allocate(32769);
  const auto statistics = f.heap->statistics();
  CHECK(statistics.large_blocks == 1);
  CHECK(statistics.large_bytes == 32768 + Heap::page_bytes);
  CHECK(statistics.used_bytes == 2 * 32768 + Heap::page_bytes);
  f.heap->deallocate(large);
  f.heap->deallocate(block);
  CHECK(f.used_bytes() == 0);
  CHECK(f.heap->statistics().large_blocks == 0);
}

TEST_CASE("a size no region can have is refused at once", "[memory]") {
  HeapFixture f(mebibyte);
  CHECK(f.allocate(std::numeric_limits<std::size_t>::max()) == nullptr);
  CHECK(f.allocate(mebibyte + 1) == nullptr);
  CHECK(f.committer.calls == 0);
}

TEST_CASE("a block that was just freed is used next, but not under AddressSanitizer", "[memory]") {
  HeapFixture f(mebibyte);
  void* block = f.allocate(100);
  f.heap->deallocate(block);
  void* const next = f.allocate(100);
  CHECK((next == block) != carry::platform::poisons);
  f.heap->deallocate(next);
}

TEST_CASE("contains tells the region from other memory", "[memory]") {
  HeapFixture f(mebibyte);
  int here = 0;
  CHECK_FALSE(f.heap->contains(&here));
  CHECK_FALSE(f.heap->contains(nullptr));
  CHECK(f.heap->contains(f.region_start()));
  CHECK(f.heap->contains(f.region_start() + mebibyte - 1));
  CHECK_FALSE(f.heap->contains(f.region_start() + mebibyte));
}

TEST_CASE("free blocks hold nothing of the heap's", "[memory]") {
  HeapFixture f(4 * mebibyte);
  std::ranges::fill(f.region.span(), std::byte{0xA5});
  for (int round = 0; round != 3; ++round) {
    std::vector<void*> blocks;
    for (std::size_t bytes = 1; bytes < 200000; bytes += bytes / 3 + 1) blocks.push_back(f.allocate(bytes));
    f.free_all(blocks);
    f.heap->flush_thread_cache();
  }
  f.heap.reset();  // so that the region may be read under AddressSanitizer
  CHECK(std::ranges::all_of(f.region.span(), [](std::byte b) { return b == std::byte{0xA5}; }));
}

TEST_CASE("statistics count blocks per class, and others can read them", "[memory]") {
  HeapFixture f(mebibyte);
  std::vector<void*> blocks;
  for (int i = 0; i != 1000; ++i) blocks.push_back(f.allocate(40));
  void* large = f.allocate(3 * large_bytes);
  f.heap->flush_thread_cache();
  const auto statistics = f.heap->statistics();
  const auto size_class = carry::memory::size_class_of(40);
  CHECK(statistics.reserved_bytes == mebibyte);
  CHECK(statistics.committed_bytes == f.committer.committed);
  CHECK(statistics.size_classes == carry::memory::size_class_count);
  CHECK(statistics.classes[size_class].block_bytes == 48);
  CHECK(statistics.classes[size_class].blocks_used == 1000);
  CHECK(statistics.classes[size_class].blocks_total % carry::memory::blocks_per_run(size_class) == 0);
  CHECK(statistics.classes[size_class].blocks_total - 1000 < carry::memory::blocks_per_run(size_class));
  CHECK(statistics.used_bytes == 48000 + 3 * large_bytes);
  CHECK(f.shared->reserved_bytes == mebibyte);
  CHECK(f.shared->committed_bytes == statistics.committed_bytes);
  CHECK(f.shared->used_bytes == statistics.used_bytes);
  CHECK(f.shared->large_blocks == 1);
  CHECK(f.shared->large_bytes == 3 * large_bytes);
  CHECK(f.shared->size_classes == carry::memory::size_class_count);
  CHECK(f.shared->classes[size_class].block_bytes == 48);
  CHECK(f.shared->classes[size_class].blocks_used == 1000);
  f.heap->deallocate(large);
  f.free_all(blocks);
  CHECK(f.used_bytes() == 0);
  CHECK(f.shared->used_bytes == 0);
  CHECK(f.heap->statistics().classes[size_class].blocks_total == 0);
}
