#include "memory/thread_cache.h"

#include <carry/platform/own_segment.h>
#include <carry/platform/thread.h>

#include "memory/heap_core.h"
#include "platform/immortal.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <new>
#include <vector>

namespace carry::memory {

namespace {

struct LiveHeaps {
  std::mutex mutex;
  std::vector<HeapCore*> heaps;              // guarded by mutex
  std::atomic<std::uint64_t> destroyed = 0;  // written under mutex

  HeapCore* find(std::uint64_t id) const noexcept {
    const auto found = std::ranges::find(heaps, id, &HeapCore::id);
    return found == heaps.end() ? nullptr : *found;
  }
};

LiveHeaps& live_heaps() noexcept {
  static platform::Immortal<LiveHeaps> heaps;
  return heaps.get();
}

thread_local constinit bool thread_ends = false;

/// Returns the thread's blocks when the thread ends. What is freed later still goes to the heap directly.
void end_thread(void* argument) {
  const std::unique_ptr<ThreadCache> cache(static_cast<ThreadCache*>(argument));
  thread_cache = nullptr;
  thread_ends = true;
  if (platform::forked()) return;  // A lock may be held by a thread that is not there.
  LiveHeaps& live = live_heaps();
  const std::scoped_lock lock(live.mutex);
  if (HeapCore* heap = live.find(cache->heap_id)) cache->give_back_all(*heap);
}

ThreadCache* make_cache() noexcept {
  if (thread_ends) return nullptr;
  std::unique_ptr<ThreadCache> cache(new (std::nothrow) ThreadCache);
  if (cache == nullptr || !platform::at_thread_end(end_thread, cache.get())) return nullptr;
  return cache.release();
}

}  // namespace

thread_local constinit ThreadCache* thread_cache = nullptr;

bool ThreadCache::grow(std::size_t size_class) noexcept {
  Bin& bin = bins[size_class];
  const std::size_t most = most_cached_blocks(size_class);
  if (bin.capacity() == most) return false;
  bin.limit = bin.first + std::min(most, 2 * bin.capacity());
  return true;
}

void* ThreadCache::refill_and_take(HeapCore& heap, std::size_t size_class) noexcept {
  Bin& bin = bins[size_class];
  const std::size_t taken = heap.take_blocks(size_class, {bin.first, (bin.capacity() + 1) / 2});
  if (taken == 0) return nullptr;
  grow(size_class);
  // The heap hands out in ascending order; the lowest goes first.
  std::reverse(bin.first, bin.first + taken);
  bin.top = bin.first + taken - 1;
  return *bin.top;
}

void ThreadCache::make_room(HeapCore& heap, std::size_t size_class) noexcept {
  if (grow(size_class)) return;
  Bin& bin = bins[size_class];
  const std::size_t half = (bin.count() + 1) / 2;
  heap.give_back_blocks(size_class, {bin.first, half});
  bin.top = std::copy(bin.first + half, bin.top, bin.first);
}

bool ThreadCache::give_back_all(HeapCore& heap) noexcept {
  bool any = false;
  for (std::size_t i = 0; i != bins.size(); ++i) {
    if (bins[i].count() == 0) continue;
    heap.give_back_blocks(i, {bins[i].first, bins[i].count()});
    bins[i].top = bins[i].first;
    any = true;
  }
  return any;
}

ThreadCache* ThreadCache::bind(HeapCore& heap) noexcept {
  if (thread_cache == nullptr) thread_cache = make_cache();
  ThreadCache* cache = thread_cache;
  if (cache == nullptr || cache->heap_id == heap.id()) return cache;
  LiveHeaps& live = live_heaps();
  if (cache->heap_id != 0) {
    // Relaxed: an old value only means that the cache goes to a new heap later.
    if (live.destroyed.load(std::memory_order_relaxed) == cache->destroyed_heaps_seen) return nullptr;
    const std::scoped_lock lock(live.mutex);
    cache->destroyed_heaps_seen = live.destroyed.load(std::memory_order_relaxed);  // Relaxed: under the mutex.
    if (live.find(cache->heap_id) != nullptr) return nullptr;
  }
  for (Bin& bin : cache->bins) bin.top = bin.first;
  cache->heap_id = heap.id();
  return cache;
}

void add_live_heap(HeapCore& heap) {
  LiveHeaps& live = live_heaps();
  const std::scoped_lock lock(live.mutex);
  live.heaps.push_back(&heap);
}

void remove_live_heap(const HeapCore& heap) noexcept {
  LiveHeaps& live = live_heaps();
  const std::scoped_lock lock(live.mutex);
  std::erase(live.heaps, &heap);
  live.destroyed.fetch_add(1, std::memory_order_relaxed);  // Relaxed: see bind().
}

}  // namespace carry::memory
