#include "memory/heap_fixture.h"

#include <random>

using namespace carry::test;
using carry::memory::Heap;

TEST_CASE("a block of a class has the sizes of its class", "[memory]") {
  HeapFixture f(mebibyte);
  void* block = f.allocate(100);
  CHECK(f.heap->resize(block, 112));
  CHECK(f.heap->resize(block, 97));
  CHECK_FALSE(f.heap->resize(block, 96));
  CHECK_FALSE(f.heap->resize(block, 113));
  CHECK_FALSE(f.heap->resize(block, 100000));
  f.heap->deallocate(block);
  CHECK(f.used_bytes() == 0);
}

TEST_CASE("a large block grows into free pages behind it, and gives pages back", "[memory]") {
  HeapFixture f(4 * mebibyte);
  REQUIRE_FALSE(f.heap->commit_at_least(4 * mebibyte));
  void* block = f.allocate(large_bytes);
  CHECK(f.heap->resize(block, mebibyte));
  CHECK(f.heap->statistics().large_bytes == mebibyte);
  void* wall = f.allocate(large_bytes);
  CHECK_FALSE(f.heap->resize(block, mebibyte + 1));
  CHECK(f.heap->statistics().large_bytes == mebibyte + large_bytes);
  CHECK(f.heap->resize(block, large_bytes));
  CHECK(f.heap->statistics().large_bytes == 2 * large_bytes);
  CHECK_FALSE(f.heap->resize(block, 1000));  // a class would do
  CHECK(f.allocate(mebibyte - large_bytes) == static_cast<std::byte*>(block) + large_bytes);
  f.heap->deallocate(wall);
}

TEST_CASE("the last block grows with the heap, as far as that goes", "[memory]") {
  HeapFixture f(4 * mebibyte);
  void* block = f.allocate(large_bytes);
  CHECK(f.heap->resize(block, 3 * mebibyte));
  CHECK(f.is_committed(block, 3 * mebibyte));
  CHECK_FALSE(f.heap->resize(block, 4 * mebibyte + 1));
  f.committer.full_at = f.committer.committed;
  CHECK_FALSE(f.heap->resize(block, 4 * mebibyte));
  CHECK(f.heap->last_commit_error() == std::errc::no_space_on_device);
  f.heap->deallocate(block);
  CHECK(f.used_bytes() == 0);
  CHECK(f.committer.contiguous);
}

TEST_CASE("memory of free pages goes back to the system, and comes again when it is needed", "[memory]") {
  HeapFixture f(8 * mebibyte);
  void* front = f.allocate(mebibyte);
  void* kept = f.allocate(mebibyte);
  void* behind = f.allocate(2 * mebibyte);
  const auto before = f.heap->statistics().committed_bytes;
  CHECK(f.heap->trim() < Heap::page_bytes * 8);
  f.heap->deallocate(front);
  f.heap->deallocate(behind);
  CHECK(f.heap->trim() >= 3 * mebibyte);
  CHECK(f.heap->trim() == 0);
  CHECK(f.heap->statistics().committed_bytes <= before - 3 * mebibyte);
  CHECK(f.shared->committed_bytes == f.heap->statistics().committed_bytes);
  CHECK(f.committer.committed - f.committer.given_back == f.heap->statistics().committed_bytes);
  CHECK(f.is_committed(kept, mebibyte));

  void* again = f.allocate(mebibyte + mebibyte / 2);
  CHECK(f.is_committed(again, mebibyte + mebibyte / 2));
  CHECK(f.heap->resize(again, 2 * mebibyte));
  CHECK(f.is_committed(again, 2 * mebibyte));
  CHECK(f.committer.committed - f.committer.given_back == f.heap->statistics().committed_bytes);
  CHECK(f.committer.contiguous);
  f.heap->deallocate(kept);
  f.heap->deallocate(again);
  CHECK(f.used_bytes() == 0);
}

TEST_CASE("memory that does not come again is an error and no block", "[memory]") {
  HeapFixture f(8 * mebibyte);
  void* block = f.allocate(4 * mebibyte);
  void* last = f.allocate(large_bytes);
  f.heap->deallocate(block);
  CHECK(f.heap->trim() >= 4 * mebibyte);
  f.committer.full_at = f.committer.committed - f.committer.given_back + mebibyte;
  CHECK(f.allocate(4 * mebibyte) == nullptr);
  CHECK(f.heap->last_commit_error() == std::errc::no_space_on_device);
  CHECK(f.heap->commit_at_least(4 * mebibyte) == std::errc::no_space_on_device);
  block = f.allocate(mebibyte);
  CHECK(f.is_committed(block, mebibyte));
  f.committer.full_at = RecordingCommitter::never;
  CHECK_FALSE(f.heap->commit_at_least(5 * mebibyte));
  CHECK(f.committer.given_back == 0);
  f.heap->deallocate(block);
  f.heap->deallocate(last);
  CHECK(f.allocate(8 * mebibyte) != nullptr);
  CHECK(f.committer.contiguous);
}

TEST_CASE("where the system takes no memory back the heap keeps it", "[memory]") {
  HeapFixture f(2 * mebibyte);
  f.heap->deallocate(f.allocate(mebibyte));
  const auto committed = f.heap->statistics().committed_bytes;
  f.committer.refuses = true;
  CHECK(f.heap->trim() == 0);
  CHECK(f.heap->statistics().committed_bytes == committed);
}

TEST_CASE("blocks stay apart and in committed memory, however they are resized and the heap is trimmed", "[memory]") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  HeapFixture f(16 * mebibyte);
  struct Block {
    unsigned char* start;
    std::size_t bytes;
    unsigned char mark;
  };
  std::vector<Block> blocks;
  const auto intact = [](const Block& b) { return std::all_of(b.start, b.start + b.bytes, [&](unsigned char c) { return c == b.mark; }); };
  bool right = true;
  for (int step = 0; step != 20000; ++step) {
    const std::size_t bytes = random() % (random() % 4 == 0 ? 300000 : 3000) + 1;
    if (blocks.size() < 60 && random() % 2 == 0) {
      if (void* block = f.allocate(bytes)) blocks.push_back({static_cast<unsigned char*>(block), bytes, static_cast<unsigned char>(random())});
      else continue;
    } else if (random() % 500 == 0) {
      f.heap->trim();
      continue;
    } else if (!blocks.empty()) {
      std::swap(blocks[random() % blocks.size()], blocks.back());
      Block& block = blocks.back();
      right = right && intact(block);
      if (random() % 2 == 0 || !f.heap->resize(block.start, bytes)) {
        f.heap->deallocate(block.start);
        blocks.pop_back();
        continue;
      }
      block.bytes = bytes;
    } else {
      continue;
    }
    right = right && f.is_committed(blocks.back().start, blocks.back().bytes);
    std::fill_n(blocks.back().start, blocks.back().bytes, blocks.back().mark);
  }
  for (const Block& block : blocks) {
    right = right && intact(block);
    f.heap->deallocate(block.start);
  }
  CHECK(right);
  CHECK(f.used_bytes() == 0);
  CHECK(f.committer.contiguous);
  CHECK(f.allocate(16 * mebibyte) != nullptr);
}
