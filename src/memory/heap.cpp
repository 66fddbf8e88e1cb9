#include <carry/ensure.h>
#include <carry/error.h>
#include <carry/memory/heap.h>
#include <carry/memory/size_classes.h>

#include "memory/heap_core.h"
#include "memory/thread_cache.h"
#include "platform/poison.h"

#include <bit>
#include <limits>
#include <new>

namespace carry::memory {

static_assert(Heap::page_bytes == heap_page_bytes && Heap::maximum_alignment == 4096);

namespace {

thread_local constinit bool reclaiming = false;

/// Asks the reclaimer, unless this thread is inside it already.
bool reclaim(HeapCore& core) noexcept {
  const Reclaimer reclaimer = core.reclaimer();
  if (reclaimer.reclaim == nullptr || reclaiming) return false;
  reclaiming = true;
  const bool again = reclaimer.reclaim(reclaimer.context);
  reclaiming = false;
  return again;
}

void* try_allocate_block(HeapCore& core, std::size_t size_class) noexcept {
  if (ThreadCache* cache = ThreadCache::bind(core)) {
    ThreadCache::Bin& bin = cache->bins[size_class];
    return bin.top != bin.first ? *--bin.top : cache->refill_and_take(core, size_class);
  }
  void* block = nullptr;
  core.take_blocks(size_class, {&block, 1});
  return block;
}

/// Frees a block, with or without a cache. `size_class` is its kind - 1.
void free_block(HeapCore& core, void* block, std::size_t size_class) noexcept {
  if (size_class == HeapCore::run_kind - 1) return core.give_back_run(block);
  ensure(size_class < size_class_count, "what is freed is a block, and freed once");
  if (ThreadCache* cache = ThreadCache::bind(core)) {
    ThreadCache::Bin& bin = cache->bins[size_class];
    if (bin.top == bin.limit) cache->make_room(core, size_class);
    *bin.top++ = block;
  } else {
    core.give_back_blocks(size_class, {&block, 1});
  }
}

void free_block(HeapCore& core, void* block) noexcept { free_block(core, block, std::size_t{core.kind_at(core.offset_of(block))} - 1); }

/// For AddressSanitizer: nobody may touch the block, and nobody gets it soon.
[[maybe_unused]] void free_later(HeapCore& core, void* block) noexcept {
  const std::size_t bytes = core.block_bytes(block);
  platform::poison(block, bytes);
  while (void* oldest = core.quarantine().take_surplus(bytes)) free_block(core, oldest);
  if (bytes == 0 || !core.quarantine().add(block, bytes)) free_block(core, block);
}

bool flush(HeapCore& core) noexcept {
  bool any = false;
  if constexpr (platform::poisons) {
    for (; void* block = core.quarantine().take_oldest(); any = true) free_block(core, block);
  }
  ThreadCache* cache = thread_cache;
  return (cache != nullptr && cache->heap_id == core.id() && cache->give_back_all(core)) || any;
}

/// Calls `attempt` until it yields a block: with what this thread has cached, and with what the reclaimer gives back.
template <class Attempt>
void* allocate_with_reclaim(HeapCore& core, Attempt attempt) noexcept {
  if (void* block = attempt()) return block;
  if (flush(core)) {
    if (void* block = attempt()) return block;
  }
  for (int round = 0; round != Heap::reclaim_rounds && reclaim(core); ++round) {
    flush(core);
    if (void* block = attempt()) return block;
  }
  return nullptr;
}

/// Nobody but AddressSanitizer is told how much of the block was asked for.
void* handed_out(void* block, std::size_t bytes) noexcept {
  if constexpr (platform::poisons) {
    if (block != nullptr) platform::unpoison(block, bytes);
  }
  return block;
}

void check_alignment(std::size_t alignment) noexcept {
  ensure(std::has_single_bit(alignment) && alignment <= Heap::maximum_alignment, "an alignment is a power of two up to 4096");
}

[[gnu::noinline]] std::size_t aligned_class(std::size_t bytes, std::size_t alignment) noexcept {
  check_alignment(alignment);
  return size_class_of(bytes, alignment);
}

}  // namespace

Result<std::unique_ptr<Heap>> Heap::create(std::span<std::byte> region, Committer committer, HeapLimits limits, SharedHeapStatistics* shared) {
  const bool aligned = reinterpret_cast<std::uintptr_t>(region.data()) % maximum_alignment == 0;
  const bool sensible_size = region.size() >= page_bytes && region.size() / page_bytes < std::numeric_limits<std::uint32_t>::max();
  if (region.data() == nullptr || !aligned || !sensible_size || committer.commit == nullptr) return failure(Errc::invalid_option);
  try {
    auto core = std::make_unique<HeapCore>(region, committer, limits.maximum_bytes, shared);
    std::unique_ptr<Heap> heap(new Heap(std::move(core)));
    add_live_heap(*heap->core_);
    return heap;
  } catch (const std::bad_alloc&) {
    return Failure{std::make_error_code(std::errc::not_enough_memory)};
  }
}

Heap::Heap(std::unique_ptr<HeapCore> core) noexcept : core_(std::move(core)) {}

Heap::~Heap() { remove_live_heap(*core_); }

// The way through allocate() and deallocate() that nearly all calls take is short, and leaves by tail calls otherwise, so that it needs no stack.

void* Heap::allocate(std::size_t bytes, std::size_t alignment) noexcept {
  if (bytes > largest_class_bytes) [[unlikely]]
    return allocate_run(bytes, alignment);
  const std::size_t size_class = alignment <= block_granule ? size_class_of(bytes) : aligned_class(bytes, alignment);
  ThreadCache* cache = thread_cache;
  if (cache != nullptr && cache->heap_id == core_->id()) [[likely]] {
    ThreadCache::Bin& bin = cache->bins[size_class];
    if (bin.top != bin.first) [[likely]]
      return handed_out(*--bin.top, bytes);
  }
  return allocate_slowly(size_class, bytes);
}

void* Heap::allocate_slowly(std::size_t size_class, std::size_t bytes) noexcept {
  HeapCore& core = *core_;
  return handed_out(allocate_with_reclaim(core, [&core, size_class] { return try_allocate_block(core, size_class); }), bytes);
}

void* Heap::allocate_run(std::size_t bytes, std::size_t alignment) noexcept {
  check_alignment(alignment);
  HeapCore& core = *core_;
  if (bytes > core.region_bytes()) return nullptr;
  return handed_out(allocate_with_reclaim(core, [&core, bytes] { return core.take_run(bytes); }), bytes);
}

void Heap::deallocate(void* block) noexcept {
  const std::size_t offset = core_->offset_of(block);
  if (offset >= core_->region_bytes()) [[unlikely]] {
    ensure(block == nullptr, "what is freed is a block of this heap");
    return;
  }
  if constexpr (platform::poisons) return free_later(*core_, block);
  const std::size_t size_class = std::size_t{core_->kind_at(offset)} - 1;
  ThreadCache* cache = thread_cache;
  if (size_class < size_class_count && cache != nullptr && cache->heap_id == core_->id()) [[likely]] {
    ThreadCache::Bin& bin = cache->bins[size_class];
    if (bin.top != bin.limit) [[likely]] {
      *bin.top++ = block;
      return;
    }
  }
  deallocate_slowly(block, size_class);
}

void Heap::deallocate_slowly(void* block, std::size_t size_class) noexcept { free_block(*core_, block, size_class); }

bool Heap::resize(void* block, std::size_t bytes) noexcept {
  const std::size_t offset = core_->offset_of(block);
  ensure(offset < core_->region_bytes(), "what is resized is a block of this heap");
  const bool is_run = core_->kind_at(offset) == HeapCore::run_kind;
  if (is_run != (bytes > largest_class_bytes) || bytes > core_->region_bytes()) return false;
  if constexpr (platform::poisons) platform::poison(block, core_->block_bytes(block));
  const bool resized = is_run ? core_->resize_run(block, bytes) : size_class_of(bytes) + 1 == core_->kind_at(offset);
  if constexpr (platform::poisons) platform::unpoison(block, resized ? bytes : core_->block_bytes(block));
  return resized;
}

std::size_t Heap::trim() noexcept {
  flush(*core_);
  return core_->trim();
}

bool Heap::contains(const void* pointer) const noexcept { return core_->offset_of(pointer) < core_->region_bytes(); }

std::error_code Heap::commit_at_least(std::size_t bytes) { return core_->commit_at_least(bytes); }

void Heap::forbid_growth() noexcept { core_->forbid_growth(); }

void Heap::set_reclaimer(Reclaimer reclaimer) noexcept { core_->set_reclaimer(reclaimer); }

std::error_code Heap::last_commit_error() const noexcept { return core_->last_commit_error(); }

void Heap::flush_thread_cache() noexcept { flush(*core_); }

HeapStatistics Heap::statistics() const { return core_->statistics(); }

}  // namespace carry::memory
