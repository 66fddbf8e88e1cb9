#pragma once

#include <carry/error.h>
#include <carry/memory/heap.h>

#include "memory/thread_cache.h"
#include "support/catch.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <set>
#include <span>
#include <vector>

namespace carry::test {

/// Ordinary memory in place of a segment, aligned as one.
class Region {
 public:
  static constexpr std::size_t alignment = 65536;

  explicit Region(std::size_t bytes) : memory_(static_cast<std::byte*>(::operator new(bytes, std::align_val_t{alignment}))), bytes_(bytes) {}
  ~Region() { ::operator delete(memory_, std::align_val_t{alignment}); }
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;

  std::span<std::byte> span() const noexcept { return {memory_, bytes_}; }

 private:
  std::byte* memory_;
  std::size_t bytes_;
};

/// A committer that remembers what it was asked for, and fails when told to.
struct RecordingCommitter {
  static constexpr std::size_t never = std::numeric_limits<std::size_t>::max();

  memory::Committer committer() {
    return {.commit = [](void* self, std::size_t offset, std::size_t bytes) { return static_cast<RecordingCommitter*>(self)->commit(offset, bytes); },
            .context = this,
            .give_back = [](void* self, std::size_t offset,
                            std::size_t bytes) { return static_cast<RecordingCommitter*>(self)->give_back(offset, bytes); }};
  }

  std::error_code commit(std::size_t offset, std::size_t bytes) {
    if (calls++ == failing_call || committed - given_back + bytes > full_at) return std::make_error_code(std::errc::no_space_on_device);
    contiguous = contiguous && offset <= committed && bytes % memory::Heap::page_bytes == 0;
    if (offset == committed) {
      committed += bytes;
    } else {
      contiguous = contiguous && fill(offset, bytes);
      given_back -= bytes;
    }
    return {};
  }

  std::error_code give_back(std::size_t offset, std::size_t bytes) {
    if (refuses) return std::make_error_code(std::errc::operation_not_supported);
    contiguous = contiguous && offset + bytes <= committed;
    for (std::size_t page = offset / memory::Heap::page_bytes; page != (offset + bytes) / memory::Heap::page_bytes; ++page) {
      if (holes.insert(page).second) given_back += memory::Heap::page_bytes;
    }
    return {};
  }

  /// Whether all pages were holes.
  bool fill(std::size_t offset, std::size_t bytes) {
    bool all = true;
    for (std::size_t page = offset / memory::Heap::page_bytes; page != (offset + bytes) / memory::Heap::page_bytes; ++page) {
      all = holes.erase(page) == 1 && all;
    }
    return all;
  }

  std::size_t calls = 0;
  std::size_t failing_call = never;
  std::size_t full_at = never;  // bytes
  std::size_t committed = 0;    // from the region's start on, holes included
  std::size_t given_back = 0;   // bytes in holes
  std::set<std::size_t> holes;
  bool refuses = false;  // to take memory back
  bool contiguous = true;
};

/// A heap in ordinary memory.
struct HeapFixture {
  explicit HeapFixture(std::size_t bytes, memory::HeapLimits limits = {}, std::size_t start = 0) : region(start + bytes) {
    auto made = memory::Heap::create(region.span().subspan(start), committer.committer(), limits, shared.get());
    REQUIRE(made.has_value());
    heap = std::move(*made);
    // A test before this one may have used the process's heap: its cached blocks are given up, so that this heap is cached.
    if (memory::thread_cache != nullptr) memory::thread_cache->heap_id = 0;
  }

  void* allocate(std::size_t bytes, std::size_t alignment = 16) { return heap->allocate(bytes, alignment); }

  /// Bytes handed out, this thread's cache apart.
  std::uint64_t used_bytes() {
    heap->flush_thread_cache();
    return heap->statistics().used_bytes;
  }

  /// Blocks of `bytes` until there are no more.
  std::vector<void*> exhaust(std::size_t bytes) {
    std::vector<void*> blocks;
    while (void* block = allocate(bytes)) blocks.push_back(block);
    return blocks;
  }

  void free_all(const std::vector<void*>& blocks) {
    for (void* block : blocks) heap->deallocate(block);
  }

  /// True if the block lies in committed memory.
  bool is_committed(const void* block, std::size_t bytes) const {
    const auto* start = static_cast<const std::byte*>(block);
    const auto offset = static_cast<std::size_t>(start - region_start());
    const auto hole = committer.holes.lower_bound(offset / memory::Heap::page_bytes);
    return heap->contains(block) && offset + bytes <= committer.committed &&
           (hole == committer.holes.end() || *hole * memory::Heap::page_bytes >= offset + bytes);
  }

  const std::byte* region_start() const { return region.span().data() + (region.span().size() - heap->statistics().reserved_bytes); }

  Region region;
  RecordingCommitter committer;
  std::unique_ptr<memory::SharedHeapStatistics> shared = std::make_unique<memory::SharedHeapStatistics>();
  std::unique_ptr<memory::Heap> heap;
};

inline constexpr std::size_t large_bytes = 65536;  // more than the largest class
inline constexpr std::size_t mebibyte = 1024 * 1024;

}  // namespace carry::test
