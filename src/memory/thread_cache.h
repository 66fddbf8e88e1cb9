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

class ThreadCache {
 public:
  static constexpr std::size_t maximum_blocks = 64;    // per class
  static constexpr std::size_t maximum_bytes = 65536;  // per class

  struct Bin {
    std::uint32_t count = 0;
    std::uint32_t capacity = 0;
    std::array<void*, maximum_blocks> blocks;
  };

  ThreadCache() noexcept {
    for (std::size_t i = 0; i != size_class_count; ++i) {
      bins[i].capacity = static_cast<std::uint32_t>(std::min(maximum_blocks, maximum_bytes / size_class_bytes[i]));
    }
  }

  /// A block of the class from `bin`, which is empty, after filling half of it from the heap. Null: the heap is exhausted.
  static void* refill_and_take(HeapCore& heap, std::size_t size_class, Bin& bin) noexcept;

  /// Makes room in `bin`, which is full, by giving its older half back to the heap.
  static void give_back_half(HeapCore& heap, std::size_t size_class, Bin& bin) noexcept;

  /// Gives all blocks back. True if there were any.
  bool give_back_all(HeapCore& heap) noexcept;

  /// The calling thread's cache if it belongs to the heap or is free to do so; else null. Slow.
  static ThreadCache* bind(HeapCore& heap) noexcept;

  std::uint64_t heap_id = 0;  // 0: no heap yet
  std::uint64_t destroyed_heaps_seen = 0;
  std::array<Bin, size_class_count> bins;
};

/// The calling thread's cache, null until bind() made one and after the thread has begun to end.
extern thread_local constinit ThreadCache* thread_cache;

/// From now on caches may belong to the heap. Throws std::bad_alloc.
void add_live_heap(HeapCore& heap);

/// Caches that still hold blocks of the heap forget them. No thread may use the heap any more.
void remove_live_heap(const HeapCore& heap) noexcept;

}  // namespace carry::memory
