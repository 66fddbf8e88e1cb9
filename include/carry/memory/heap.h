#pragma once

#include <carry/memory/heap_statistics.h>
#include <carry/result.h>

#include <cstddef>
#include <memory>
#include <span>

namespace carry::memory {

/// Where a heap gets more usable memory from: commits [offset, offset + bytes) of the region, relative to the region's start, and gives such a range
/// back to the system, which forgets what was there (null: that cannot be done).
/// Called with the heap's lock held, one call at a time. `context` is the pointer given with it.
struct Committer {
  std::error_code (*commit)(void* context, std::size_t offset, std::size_t bytes) = nullptr;
  void* context = nullptr;
  std::error_code (*give_back)(void* context, std::size_t offset, std::size_t bytes) = nullptr;
};

/// Called when an allocation is about to fail: gives memory back (by deallocating) and says whether a retry makes sense.
/// Called without the heap's lock; may be called by several threads at once; never re-entered by the same thread.
struct Reclaimer {
  bool (*reclaim)(void* context) = nullptr;
  void* context = nullptr;
};

struct HeapLimits {
  std::size_t maximum_bytes = 0;  ///< How far the heap may grow, rounded up to whole pages; 0 = the whole region.
};

class HeapCore;

/// The allocator of one contiguous region of shared memory that this process alone writes.
///
/// Free lists, size classes and thread caches live in ordinary private memory: no other process can damage them, nothing has to
/// be repaired after a crash. Pages of 8 KiB; size classes up to 32 KiB; larger blocks are runs of whole pages (best fit, coalesced);
/// per-thread caches; any thread of the process may free. A thread's cache serves one heap, the first that the thread uses, until that heap
/// is destroyed; other heaps take their lock at every call. Blocks in other threads' caches are out of reach when the heap is exhausted
/// (at most 64 KiB per class and thread; of classes above 16 KiB four blocks). docs/design/heap.md has the whole.
///
/// Under AddressSanitizer what is free, and what is behind the bytes that were asked for, is poisoned.
///
/// Thread safety: all members may be called at once. Blocking: a private mutex on the slow path; a commit about 1 ms per MiB.
class Heap {
 public:
  static constexpr std::size_t page_bytes = 8192;
  static constexpr std::size_t maximum_alignment = 4096;
  /// How often one allocation asks the reclaimer at most.
  static constexpr int reclaim_rounds = 64;

  /// `region`: reserved memory, start aligned to 4096 at least, nothing committed yet. `shared`: where statistics are published for other
  /// processes (may be null). Heaps are few and live long. Errors: Errc::invalid_option; not_enough_memory (private memory).
  static Result<std::unique_ptr<Heap>> create(std::span<std::byte> region, Committer committer, HeapLimits limits, SharedHeapStatistics* shared);
  /// No thread may use the heap any more; threads may end later than it.
  ~Heap();
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  /// A block of at least `bytes` (0 counts as 1), aligned to `alignment` (a power of two, at most maximum_alignment), or null when the heap
  /// is exhausted, this thread's cache is empty and the reclaimer has nothing more to give; then no block has moved.
  [[nodiscard]] void* allocate(std::size_t bytes, std::size_t alignment) noexcept;

  /// Frees a block of this heap; null is allowed. Any thread. Anything else ends the process when it is noticed, which may be later: a
  /// block freed twice is noticed when the second one leaves the thread's cache.
  void deallocate(void* block) noexcept;

  /// Changes a block's size where it is, between the sizes that one class has, or, above 32 KiB, if there is room behind it. False: it is as it was;
  /// another block has to be allocated. O(1), apart from a commit.
  [[nodiscard]] bool resize(void* block, std::size_t bytes) noexcept;

  /// Gives the memory of free pages back to the system, from which it is committed again when it is needed. Blocks in threads' caches, but the
  /// calling thread's, keep their pages. Returns how many bytes; 0 where the system takes none back. Blocking: about 0.1 ms per MiB.
  std::size_t trim() noexcept;

  /// True if `pointer` lies in the region.
  bool contains(const void* pointer) const noexcept;

  /// Commits until `bytes` are committed altogether. Errors: of the committer; Errc::heap_exhausted beyond the limit.
  std::error_code commit_at_least(std::size_t bytes);

  /// From now on the heap does not grow beyond what is committed.
  void forbid_growth() noexcept;

  void set_reclaimer(Reclaimer reclaimer) noexcept;

  /// Why the heap could not grow when it last had to: the error of the system (no_space_on_device, ...), or Errc::heap_exhausted at the
  /// limit and when growth is forbidden. No error after a commit that succeeded.
  std::error_code last_commit_error() const noexcept;

  /// Returns the calling thread's cached blocks, so that statistics() is exact for a process with one thread.
  void flush_thread_cache() noexcept;

  HeapStatistics statistics() const;

 private:
  explicit Heap(std::unique_ptr<HeapCore> core) noexcept;
  void* allocate_slowly(std::size_t size_class, std::size_t bytes) noexcept;
  void* allocate_run(std::size_t bytes, std::size_t alignment) noexcept;
  void deallocate_slowly(void* block, std::size_t size_class) noexcept;

  std::unique_ptr<HeapCore> core_;
};

}  // namespace carry::memory
