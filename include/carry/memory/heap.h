#pragma once

#include <carry/memory/heap_statistics.h>
#include <carry/result.h>

#include <cstddef>
#include <memory>
#include <span>

namespace carry::memory {

/// Where a heap gets more usable memory from: commits [offset, offset + bytes) of the region, relative to the region's start.
/// Called with the heap's lock held, one call at a time. `context` is the pointer given with it.
struct Committer {
  std::error_code (*commit)(void* context, std::size_t offset, std::size_t bytes) = nullptr;
  void* context = nullptr;
};

/// Called when an allocation is about to fail: gives memory back (by deallocating) and says whether a retry makes sense.
/// Called without the heap's lock; may be called by several threads at once; never re-entered by the same thread.
struct Reclaimer {
  bool (*reclaim)(void* context) = nullptr;
  void* context = nullptr;
};

struct HeapLimits {
  std::size_t maximum_bytes = 0;  ///< How far the heap may grow; 0 = the whole region.
};

/// The allocator of one contiguous region of shared memory that this process alone writes.
///
/// Free lists, size classes and thread caches live in ordinary private memory: no other process can damage them, nothing has to
/// be repaired after a crash. Pages of 64 KiB; size classes up to 32 KiB; larger blocks are runs of whole pages (best fit, coalesced);
/// per-thread caches; any thread of the process may free.
///
/// Thread safety: all members may be called at once. Blocking: a private mutex on the slow path; a commit about 1 ms per MiB.
class Heap {
 public:
  static constexpr std::size_t page_bytes = 65536;
  static constexpr std::size_t maximum_alignment = 4096;

  /// `region`: reserved memory, start aligned to 4096 at least, nothing committed yet. `shared`: where statistics are published for other
  /// processes (may be null). Heaps are few and live long; thread caches are kept per heap.
  static Result<std::unique_ptr<Heap>> create(std::span<std::byte> region, Committer committer, HeapLimits limits, SharedHeapStatistics* shared);
  ~Heap();
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  /// A block of at least `bytes` (0 counts as 1), aligned to `alignment` (a power of two, at most maximum_alignment), or null when the heap
  /// is exhausted; then nothing has changed.
  [[nodiscard]] void* allocate(std::size_t bytes, std::size_t alignment) noexcept;

  /// Frees a block of this heap; null is allowed. Any thread.
  void deallocate(void* block) noexcept;

  /// True if `pointer` lies in the region.
  bool contains(const void* pointer) const noexcept;

  /// Commits until `bytes` are committed altogether. Errors: of the committer; Errc::heap_exhausted beyond the limit.
  std::error_code commit_at_least(std::size_t bytes);

  /// From now on the heap does not grow beyond what is committed.
  void forbid_growth() noexcept;

  void set_reclaimer(Reclaimer reclaimer) noexcept;

  /// Why the last commit failed, if one did: the error of the system (no_space_on_device, ...).
  std::error_code last_commit_error() const noexcept;

  /// Returns the calling thread's cached blocks, so that statistics() is exact for a process with one thread.
  void flush_thread_cache() noexcept;

  HeapStatistics statistics() const;

 private:
  class Core;
  explicit Heap(std::unique_ptr<Core> core) noexcept;
  std::unique_ptr<Core> core_;
};

}  // namespace carry::memory
