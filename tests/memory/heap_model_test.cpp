#include "memory/heap_fixture.h"

#include <iostream>
#include <map>
#include <random>

using namespace carry::test;

namespace {

/// What a heap should look like from outside: blocks that never overlap and keep what was written to them.
class Shadow {
 public:
  explicit Shadow(HeapFixture& fixture, std::uint32_t seed) : f_(fixture), random_(seed) {}

  bool step() {
    const auto what = random_() % 100;
    if (what < growing_) return allocate();
    if (what < 99) return free_one();
    if (random_() % 50 == 0) growing_ = 30 + static_cast<unsigned>(random_() % 40);  // fills up, or empties
    f_.heap->flush_thread_cache();
    return f_.heap->statistics().used_bytes >= bytes_;
  }

  bool finish() {
    bool right = true;
    while (!blocks_.empty()) right = free_one() && right;
    return right;
  }

 private:
  struct Block {
    std::size_t bytes;
    std::uint8_t mark;
  };

  std::size_t some_size() {
    switch (random_() % 10) {
      case 0: return random_() % 300000;
      case 1:
      case 2: return random_() % 40000;
      default: return random_() % 600;
    }
  }

  bool allocate() {
    const std::size_t bytes = some_size();
    const std::size_t alignment = random_() % 8 == 0 ? std::size_t{1} << (random_() % 13) : 16;
    void* block = f_.allocate(bytes, alignment);
    if (block == nullptr) return true;
    const auto start = reinterpret_cast<std::uintptr_t>(block);
    const auto behind = blocks_.upper_bound(start);
    if (behind != blocks_.end() && behind->first < start + std::max<std::size_t>(bytes, 1)) return false;
    if (behind != blocks_.begin() && std::prev(behind)->first + std::max<std::size_t>(std::prev(behind)->second.bytes, 1) > start) return false;
    const auto mark = static_cast<std::uint8_t>(random_());
    std::memset(block, mark, bytes);
    blocks_.emplace(start, Block{bytes, mark});
    bytes_ += bytes;
    return start % alignment == 0 && f_.is_committed(block, bytes);
  }

  bool free_one() {
    if (blocks_.empty()) return true;
    auto chosen = blocks_.lower_bound(reinterpret_cast<std::uintptr_t>(f_.region_start()) + random_() % f_.region.span().size());
    if (chosen == blocks_.end()) chosen = blocks_.begin();
    auto* start = reinterpret_cast<std::uint8_t*>(chosen->first);
    const Block block = chosen->second;
    const bool intact = std::all_of(start, start + block.bytes, [&](std::uint8_t c) { return c == block.mark; });
    f_.heap->deallocate(start);
    bytes_ -= block.bytes;
    blocks_.erase(chosen);
    return intact;
  }

  HeapFixture& f_;
  std::mt19937 random_;
  std::map<std::uintptr_t, Block> blocks_;
  std::size_t bytes_ = 0;
  unsigned growing_ = 60;
};

}  // namespace

TEST_CASE("blocks never overlap and keep their content in random operations", "[memory]") {
  const std::uint32_t seed = std::random_device{}();
  std::cout << "heap model: seed " << seed << '\n';
  INFO("seed " << seed);
  HeapFixture f(16 * mebibyte);
  Shadow shadow(f, seed);
  bool right = true;
  for (int i = 0; i != 60000 && right; ++i) right = shadow.step();
  CHECK(right);
  CHECK(shadow.finish());
  CHECK(f.used_bytes() == 0);
  CHECK(f.heap->statistics().large_blocks == 0);
  CHECK(f.allocate(16 * mebibyte) != nullptr);
}
