#pragma once

// What all threads share of a heap: pages, growth, statistics, under one private mutex. Heap puts the threads' caches before it.

#include <carry/memory/heap.h>
#include <carry/memory/size_classes.h>

#include "memory/block_run.h"
#include "memory/heap_pages.h"
#include "memory/quarantine.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace carry::memory {

class HeapCore {
 public:
  /// What a page is used for, one byte per page: 0 = nothing that can be freed, class + 1 = blocks of that class, or the start of a large block:
  static constexpr std::uint8_t run_kind = 255;

  /// Throws std::bad_alloc.
  HeapCore(std::span<std::byte> region, Committer committer, std::size_t maximum_bytes, SharedHeapStatistics* shared);
  ~HeapCore();
  HeapCore(const HeapCore&) = delete;
  HeapCore& operator=(const HeapCore&) = delete;

  /// Unique among all heaps of the process, never 0.
  std::uint64_t id() const noexcept { return id_; }

  std::size_t offset_of(const void* pointer) const noexcept {
    return reinterpret_cast<std::uintptr_t>(pointer) - reinterpret_cast<std::uintptr_t>(base_);
  }
  std::size_t region_bytes() const noexcept { return region_bytes_; }

  /// What the page at `offset` of the region holds. Without the lock; right for whoever holds a block of that page.
  std::uint8_t kind_at(std::size_t offset) const noexcept {
    // Relaxed: set_kind() ran before the block was handed out, and whatever brought the block here brought that store too.
    return std::atomic_ref(kinds_[offset / heap_page_bytes]).load(std::memory_order_relaxed);
  }

  /// How many bytes the block has that begins there. 0: none does. Slow.
  std::size_t block_bytes(const void* block) const noexcept;

  /// Fills `blocks` from the front with blocks of the class and says how many there are: fewer when the pages that have free blocks run out,
  /// 0 only when the heap is exhausted.
  std::size_t take_blocks(std::size_t size_class, std::span<void*> blocks) noexcept;
  void give_back_blocks(std::size_t size_class, std::span<void* const> blocks) noexcept;

  /// A block of whole pages, or null when the heap is exhausted.
  void* take_run(std::size_t bytes) noexcept;
  void give_back_run(void* block) noexcept;
  /// Makes such a block longer or shorter where it is. False: what lies behind it is in use, or the heap is exhausted; nothing has changed.
  bool resize_run(void* block, std::size_t bytes) noexcept;

  /// Gives the memory of free pages back to the system. Returns how many bytes.
  std::size_t trim() noexcept;

  std::error_code commit_at_least(std::size_t bytes) noexcept;
  void forbid_growth() noexcept;
  void set_reclaimer(Reclaimer reclaimer) noexcept;
  Reclaimer reclaimer() const noexcept;
  std::error_code last_commit_error() const noexcept;
  HeapStatistics statistics() const;

  /// Free blocks that count as used.
  QuarantineIfPoisoned& quarantine() noexcept { return quarantine_; }

 private:
  struct PageRecord {
    BlockRun* blocks = nullptr;   // of which the page is a part
    std::uint32_t run_pages = 0;  // of the large block that starts here
  };
  struct SizeClass {
    BlockRunList runs;  // those with free blocks
    std::uint64_t blocks_free = 0;
    std::uint64_t blocks_total = 0;
  };
  struct FreeDeleter {
    void operator()(std::uint8_t* memory) const noexcept { std::free(memory); }
  };

  // All of these are called with the lock held.
  void set_kind(std::size_t page, std::uint8_t kind) noexcept;
  std::optional<HeapPages::Page> take_pages(std::size_t count) noexcept;
  std::optional<HeapPages::Page> with_records(std::optional<HeapPages::Page> first, std::size_t count) noexcept;
  std::size_t run_size(std::size_t size_class) const noexcept;
  bool start_run(std::size_t size_class) noexcept;
  void end_run(BlockRun& run, std::size_t size_class) noexcept;
  BlockRun* make_run() noexcept;
  void give_back_block(std::size_t size_class, void* block) noexcept;
  void publish_class(std::size_t size_class) noexcept;
  void publish_totals() noexcept;
  HeapStatistics::SizeClass class_statistics(std::size_t size_class) const noexcept;

  // Constant after construction.
  const std::uint64_t id_;
  std::byte* const base_;
  const std::size_t region_bytes_;
  const std::unique_ptr<std::uint8_t[], FreeDeleter> kinds_;  // from calloc: what is never used costs no memory
  SharedHeapStatistics* const shared_;
  [[no_unique_address]] QuarantineIfPoisoned quarantine_;  // with a lock of its own

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  HeapPages pages_;
  std::vector<PageRecord> records_;                    // one per page that was ever taken
  std::vector<std::unique_ptr<BlockRun>> block_runs_;  // all there ever were
  BlockRunList unused_block_runs_;
  std::array<SizeClass, size_class_count> classes_;
  std::uint64_t used_bytes_ = 0;
  std::uint64_t large_blocks_ = 0;
  std::uint64_t large_bytes_ = 0;
  Reclaimer reclaimer_;
};

}  // namespace carry::memory
