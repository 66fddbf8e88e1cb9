#pragma once

// Blocks that a thread keeps for itself: per class a stack, last in first out, so that most calls take no lock and touch warm memory.
//
// A thread has one cache, for one heap at a time: the first it uses, until that heap is destroyed; other heaps are used with their lock.
// (A process has one heap, that of its participant.) Heaps may be destroyed before threads end and threads may end before heaps are
// destroyed: a cache names its heap by an id that is never used again, and a list of the heaps alive, under a mutex of its own, says
// whether there is still somebody to give the blocks back to. Lock order: that mutex, then a heap's.

#include <carry/memory/size_classes.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace carry::memory {

class HeapCore;

/// How many blocks of a class a thread keeps at most: what 64 KiB holds, but not more than 1024, and four in any case.
constexpr std::size_t most_cached_blocks(std::size_t size_class) noexcept {
  return std::clamp<std::size_t>(65536 / size_class_bytes[size_class], 4, 1024);
}

class ThreadCache {
 public:
  /// A stack of free blocks: [first, top). It has room up to `limit`, which moves towards the end of the places the class has, as the thread needs more.
  struct Bin {
    void** top = nullptr;
    void** limit = nullptr;
    void** first = nullptr;

    std::size_t count() const noexcept { return static_cast<std::size_t>(top - first); }
    std::size_t capacity() const noexcept { return static_cast<std::size_t>(limit - first); }
  };

  ThreadCache() noexcept {
    void** places = places_.data();
    for (std::size_t i = 0; i != size_class_count; ++i) {
      bins[i] = {.top = places, .limit = places + std::min(first_capacity, most_cached_blocks(i)), .first = places};
      places += most_cached_blocks(i);
    }
  }

  /// A block of the class, whose bin is empty, after filling half of it from the heap. Null: the heap is exhausted.
  void* refill_and_take(HeapCore& heap, std::size_t size_class) noexcept;

  /// Makes room in the class's bin, which is full: by letting it grow, or by giving its older half back to the heap.
  void make_room(HeapCore& heap, std::size_t size_class) noexcept;

  /// Gives all blocks back. True if there were any.
  bool give_back_all(HeapCore& heap) noexcept;

  /// The calling thread's cache if it belongs to the heap or is free to do so; else null. Slow.
  static ThreadCache* bind(HeapCore& heap) noexcept;

  std::uint64_t heap_id = 0;  // 0: no heap yet
  std::uint64_t destroyed_heaps_seen = 0;
  std::array<Bin, size_class_count> bins;

 private:
  static constexpr std::size_t first_capacity = 16;
  static constexpr std::size_t place_count = [] {
    std::size_t count = 0;
    for (std::size_t i = 0; i != size_class_count; ++i) count += most_cached_blocks(i);
    return count;
  }();

  /// Doubles the capacity, up to most_cached_blocks(). False: it was that already.
  bool grow(std::size_t size_class) noexcept;

  std::array<void*, place_count> places_;  // of all bins, not initialised: what is never used costs no memory
};

/// The calling thread's cache, null until bind() made one and after the thread has begun to end.
extern thread_local constinit ThreadCache* thread_cache;

/// From now on caches may belong to the heap. Throws std::bad_alloc.
void add_live_heap(HeapCore& heap);

/// Caches that still hold blocks of the heap forget them. No thread may use the heap any more.
void remove_live_heap(const HeapCore& heap) noexcept;

}  // namespace carry::memory
