#include "memory/heap_fixture.h"

#include <carry/platform/thread.h>

#include <atomic>
#include <deque>
#include <mutex>
#include <random>
#include <thread>

using namespace carry::test;
using carry::memory::Heap;

namespace {

/// A block that is freed when its thread ends. Not by a thread_local's destructor: mingw-w64 frees the object before it calls that.
struct LastBlock {
  Heap& heap;
  void* block = nullptr;
};

/// Allocates, writes its mark, checks and frees, in random order.
bool work(Heap& heap, std::uint32_t seed, int steps) {
  std::mt19937 random(seed);
  struct Block {
    unsigned char* start;
    std::size_t bytes;
    unsigned char mark;
  };
  std::vector<Block> blocks;
  const auto intact = [](const Block& b) { return std::all_of(b.start, b.start + b.bytes, [&](unsigned char c) { return c == b.mark; }); };
  bool right = true;
  for (int step = 0; step != steps; ++step) {
    if (blocks.size() < 100 && random() % 2 == 0) {
      const std::size_t bytes = random() % (random() % 50 == 0 ? 100000 : 500) + 1;
      auto* start = static_cast<unsigned char*>(heap.allocate(bytes, 16));
      if (start == nullptr) continue;
      blocks.push_back({start, bytes, static_cast<unsigned char>(random())});
      std::fill_n(start, bytes, blocks.back().mark);
    } else if (!blocks.empty()) {
      std::swap(blocks[random() % blocks.size()], blocks.back());
      right = right && intact(blocks.back());
      heap.deallocate(blocks.back().start);
      blocks.pop_back();
    }
  }
  for (const Block& block : blocks) {
    right = right && intact(block);
    heap.deallocate(block.start);
  }
  return right;
}

}  // namespace

TEST_CASE("threads work on one heap without disturbing each other", "[memory]") {
  const std::uint32_t seed = std::random_device{}();
  INFO("seed " << seed);
  HeapFixture f(32 * mebibyte);
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (std::uint32_t i = 0; i != 4; ++i) {
    threads.emplace_back([&, i] { right += work(*f.heap, seed + i, 5000) ? 1 : 0; });
  }
  for (auto& thread : threads) thread.join();
  CHECK(right == 4);
  CHECK(f.used_bytes() == 0);
}

TEST_CASE("a thread's cached blocks come back when it ends", "[memory]") {
  HeapFixture f(mebibyte);
  std::thread([&] { f.heap->deallocate(f.allocate(64)); }).join();
  CHECK(f.used_bytes() == 0);
  CHECK(f.allocate(mebibyte) != nullptr);
}

TEST_CASE("blocks may be freed by another thread", "[memory]") {
  HeapFixture f(8 * mebibyte);
  std::mutex mutex;
  std::deque<unsigned*> blocks;
  constexpr unsigned count = 20000;
  bool right = true;
  std::thread consumer([&] {
    for (unsigned next = 0; next != count;) {
      unsigned* block = nullptr;
      {
        const std::scoped_lock lock(mutex);
        if (!blocks.empty()) {
          block = blocks.front();
          blocks.pop_front();
        }
      }
      if (block == nullptr) {
        std::this_thread::yield();
        continue;
      }
      right = right && *block == next++;
      f.heap->deallocate(block);
    }
  });
  for (unsigned i = 0; i != count; ++i) {
    void* block = f.allocate(i % 1000 == 0 ? 70000 : 16 + i % 300);
    if (block == nullptr) {
      --i;  // all of it is on its way to the consumer
      std::this_thread::yield();
      continue;
    }
    auto* number = new (block) unsigned(i);
    const std::scoped_lock lock(mutex);
    blocks.push_back(number);
  }
  consumer.join();
  CHECK(right);
  CHECK(f.used_bytes() == 0);
}

TEST_CASE("a block may be freed after its thread's cache is gone", "[memory]") {
  HeapFixture f(mebibyte);
  LastBlock last{.heap = *f.heap};
  std::thread([&] {
    // Asked for before there is a cache, so called after the cache's end.
    const bool asked =
        carry::platform::at_thread_end([](void* l) { static_cast<LastBlock*>(l)->heap.deallocate(static_cast<LastBlock*>(l)->block); }, &last);
    if (asked) last.block = f.allocate(64);
  }).join();
  CHECK(last.block != nullptr);
  CHECK(f.used_bytes() == 0);
}

TEST_CASE("a heap may be destroyed before the threads that used it end", "[memory]") {
  std::mutex mutex;
  bool used = false;
  bool destroyed = false;
  const auto wait_for = [&](const bool& flag) {
    for (;;) {
      {
        const std::scoped_lock lock(mutex);
        if (flag) return;
      }
      std::this_thread::yield();
    }
  };
  const auto set = [&](bool& flag) {
    const std::scoped_lock lock(mutex);
    flag = true;
  };
  auto first = std::make_unique<HeapFixture>(mebibyte);
  HeapFixture second(mebibyte);
  std::thread user([&] {
    first->heap->deallocate(first->allocate(64));
    set(used);
    wait_for(destroyed);
    second.heap->deallocate(second.allocate(64));  // the cache now belongs to the second heap
  });
  wait_for(used);
  first.reset();
  set(destroyed);
  user.join();
  CHECK(second.used_bytes() == 0);
}

TEST_CASE("many heaps live side by side and one after the other", "[memory]") {
  for (int round = 0; round != 3; ++round) {
    std::vector<std::unique_ptr<HeapFixture>> heaps;
    for (int i = 0; i != 20; ++i) heaps.push_back(std::make_unique<HeapFixture>(mebibyte));
    std::vector<std::vector<void*>> blocks(heaps.size());
    for (int step = 0; step != 200; ++step) {
      for (std::size_t i = 0; i != heaps.size(); ++i) {
        blocks[i].push_back(heaps[i]->allocate(100));
        REQUIRE(heaps[i]->heap->contains(blocks[i].back()));
      }
    }
    for (std::size_t i = 0; i != heaps.size(); ++i) {
      heaps[i]->free_all(blocks[i]);
      CHECK(heaps[i]->used_bytes() == 0);
    }
  }
}
