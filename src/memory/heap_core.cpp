#include "memory/heap_core.h"

#include <carry/ensure.h>

#include <algorithm>
#include <new>

namespace carry::memory {

namespace {

std::uint64_t next_heap_id() noexcept {
  static std::atomic<std::uint64_t> last = 0;
  return last.fetch_add(1, std::memory_order_relaxed) + 1;  // Relaxed: only distinct.
}

std::size_t pages_of(std::size_t bytes) noexcept { return bytes / heap_page_bytes + (bytes % heap_page_bytes != 0 ? 1 : 0); }

std::uint8_t* zeroed_bytes(std::size_t count) {
  void* memory = std::calloc(count, 1);
  if (memory == nullptr) throw std::bad_alloc();
  return static_cast<std::uint8_t*>(memory);
}

std::size_t page_limit_of(std::size_t region_bytes, std::size_t maximum_bytes) noexcept {
  const std::size_t region_pages = region_bytes / heap_page_bytes;
  return maximum_bytes == 0 ? region_pages : std::min(region_pages, pages_of(maximum_bytes));
}

void publish(std::atomic<std::uint64_t>& word, std::uint64_t value) noexcept {
  word.store(value, std::memory_order_relaxed);  // Relaxed: figures for people.
}

}  // namespace

HeapCore::HeapCore(std::span<std::byte> region, Committer committer, std::size_t maximum_bytes, SharedHeapStatistics* shared)
    : id_(next_heap_id()),
      base_(region.data()),
      region_bytes_(region.size()),
      kinds_(zeroed_bytes(pages_of(region.size()))),
      shared_(shared),
      quarantine_(page_limit_of(region.size(), maximum_bytes) * heap_page_bytes),
      pages_(base_, page_limit_of(region.size(), maximum_bytes), committer) {
  if (shared_ == nullptr) return;
  publish(shared_->reserved_bytes, region_bytes_);
  publish(shared_->size_classes, size_class_count);
  for (std::size_t i = 0; i != size_class_count; ++i) publish_class(i);
  publish_totals();
}

HeapCore::~HeapCore() = default;

void HeapCore::set_kind(std::size_t page, std::uint8_t kind) noexcept {
  std::atomic_ref(kinds_[page]).store(kind, std::memory_order_relaxed);  // Relaxed: see kind_at().
}

std::size_t HeapCore::take_blocks(std::size_t size_class, std::span<void*> blocks) noexcept {
  const std::scoped_lock lock(mutex_);
  SizeClass& of_class = classes_[size_class];
  if (of_class.runs.first() == nullptr && !start_run(size_class)) return 0;
  std::size_t taken = 0;
  while (taken != blocks.size() && of_class.runs.first() != nullptr) {
    BlockRun& run = *of_class.runs.first();
    std::byte* start = base_ + std::size_t{run.first_page} * heap_page_bytes;
    for (; taken != blocks.size() && run.free_count != 0; ++taken) blocks[taken] = start + run.take() * size_class_bytes[size_class];
    if (run.free_count == 0) of_class.runs.remove(run);
  }
  of_class.blocks_free -= taken;
  used_bytes_ += taken * size_class_bytes[size_class];
  publish_class(size_class);
  publish_totals();
  return taken;
}

void HeapCore::give_back_blocks(std::size_t size_class, std::span<void* const> blocks) noexcept {
  const std::scoped_lock lock(mutex_);
  for (void* block : blocks) give_back_block(size_class, block);
  used_bytes_ -= blocks.size() * size_class_bytes[size_class];
  publish_class(size_class);
  publish_totals();
}

void HeapCore::give_back_block(std::size_t size_class, void* block) noexcept {
  const std::size_t offset = offset_of(block);
  ensure(kind_at(offset) == size_class + 1, "a block is freed once");
  BlockRun& run = *records_[offset / heap_page_bytes].blocks;
  const std::size_t in_run = offset - std::size_t{run.first_page} * heap_page_bytes;
  const std::size_t index = block_index(size_class, in_run);
  ensure(index * size_class_bytes[size_class] == in_run, "what is freed is the start of a block");
  ensure(!run.is_free(index), "a block is freed once");
  SizeClass& of_class = classes_[size_class];
  // Those with few free blocks are used first, so that the others become free as a whole.
  if (run.free_count == 0) of_class.runs.push_front(run);
  run.give_back(index);
  ++of_class.blocks_free;
  if (run.free_count == run.block_count / 2) {
    of_class.runs.remove(run);
    of_class.runs.push_back(run);
  }
  if (run.free_count == run.block_count) end_run(run, size_class);
}

/// How many times pages_per_run() a run of the class should have. More than one only where a run has no more than one block and the class has many, so that
/// pages need not be looked for at every block, and at most a sixteenth of the class is there ahead of need. What pins more pages than that for the
/// sake of one block (other classes, longer runs) wastes more memory than the bar for fragmentation allows.
std::size_t HeapCore::run_size(std::size_t size_class) const noexcept {
  if (blocks_per_run(size_class) != 1) return 1;
  return std::clamp<std::size_t>(classes_[size_class].blocks_total / 16, 1, 16);
}

bool HeapCore::start_run(std::size_t size_class) noexcept {
  BlockRun* const run = make_run();
  if (run == nullptr) return false;
  std::size_t times = run_size(size_class);
  const std::size_t pages = times * pages_per_run(size_class);
  auto first = times == 1 ? std::nullopt : with_records(pages_.take_free(pages), pages);
  if (!first) {
    times = 1;
    first = take_pages(pages_per_run(size_class));
  }
  if (!first) return false;
  unused_block_runs_.remove(*run);
  run->start(*first, size_class, times);
  for (std::size_t page = *first; page != *first + run->page_count; ++page) {
    records_[page].blocks = run;
    set_kind(page, static_cast<std::uint8_t>(size_class + 1));
  }
  classes_[size_class].runs.push_front(*run);
  classes_[size_class].blocks_free += run->block_count;
  classes_[size_class].blocks_total += run->block_count;
  return true;
}

void HeapCore::end_run(BlockRun& run, std::size_t size_class) noexcept {
  SizeClass& of_class = classes_[size_class];
  of_class.runs.remove(run);
  of_class.blocks_free -= run.block_count;
  of_class.blocks_total -= run.block_count;
  for (std::size_t page = run.first_page; page != run.first_page + run.page_count; ++page) set_kind(page, 0);
  pages_.give_back(run.first_page, run.page_count);
  unused_block_runs_.push_front(run);
}

/// One that is not in use, and stays in their list. Null: this process is out of memory.
BlockRun* HeapCore::make_run() noexcept {
  if (unused_block_runs_.first() == nullptr) {
    try {
      block_runs_.push_back(std::make_unique<BlockRun>());
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
    unused_block_runs_.push_front(*block_runs_.back());
  }
  return unused_block_runs_.first();
}

void* HeapCore::take_run(std::size_t bytes) noexcept {
  const std::size_t pages = pages_of(bytes);
  const std::scoped_lock lock(mutex_);
  const auto first = take_pages(pages);
  if (!first) return nullptr;
  records_[*first].run_pages = static_cast<std::uint32_t>(pages);
  set_kind(*first, run_kind);
  ++large_blocks_;
  large_bytes_ += pages * heap_page_bytes;
  used_bytes_ += pages * heap_page_bytes;
  publish_totals();
  return base_ + std::size_t{*first} * heap_page_bytes;
}

void HeapCore::give_back_run(void* block) noexcept {
  const std::scoped_lock lock(mutex_);
  const std::size_t offset = offset_of(block);
  const std::size_t number = offset / heap_page_bytes;
  ensure(kind_at(offset) == run_kind, "a block is freed once");
  ensure(offset % heap_page_bytes == 0, "what is freed is the start of a block");
  const std::size_t pages = records_[number].run_pages;
  set_kind(number, 0);
  --large_blocks_;
  large_bytes_ -= pages * heap_page_bytes;
  used_bytes_ -= pages * heap_page_bytes;
  pages_.give_back(static_cast<HeapPages::Page>(number), pages);
  publish_totals();
}

std::size_t HeapCore::block_bytes(const void* block) const noexcept {
  const std::size_t offset = offset_of(block);
  const std::uint8_t kind = kind_at(offset);
  if (kind != run_kind) return kind == 0 ? 0 : size_class_bytes[kind - 1];
  const std::scoped_lock lock(mutex_);
  return records_[offset / heap_page_bytes].run_pages * heap_page_bytes;
}

bool HeapCore::resize_run(void* block, std::size_t bytes) noexcept {
  const std::size_t pages = pages_of(bytes);
  const std::scoped_lock lock(mutex_);
  const std::size_t first = offset_of(block) / heap_page_bytes;
  ensure(kind_at(offset_of(block)) == run_kind && offset_of(block) % heap_page_bytes == 0, "what is resized is a block");
  const std::size_t before = records_[first].run_pages;
  if (pages > before && !pages_.take_behind(first + before, pages - before)) return false;
  if (pages < before) pages_.give_back(static_cast<HeapPages::Page>(first + pages), before - pages);
  records_[first].run_pages = static_cast<std::uint32_t>(pages);
  large_bytes_ += (pages - before) * heap_page_bytes;
  used_bytes_ += (pages - before) * heap_page_bytes;
  publish_totals();
  return true;
}

std::optional<HeapPages::Page> HeapCore::take_pages(std::size_t count) noexcept { return with_records(pages_.take(count), count); }

/// Pages that were taken have records, or are given back.
std::optional<HeapPages::Page> HeapCore::with_records(std::optional<HeapPages::Page> first, std::size_t count) noexcept {
  if (!first || pages_.size() <= records_.size()) return first;
  try {
    records_.resize(pages_.size());
    return first;
  } catch (const std::bad_alloc&) {  // Of the process's own memory.
    pages_.give_back(*first, count);
    return std::nullopt;
  }
}

std::size_t HeapCore::trim() noexcept {
  const std::scoped_lock lock(mutex_);
  const std::size_t pages = pages_.trim();
  publish_totals();
  return pages * heap_page_bytes;
}

std::error_code HeapCore::commit_at_least(std::size_t bytes) noexcept {
  const std::scoped_lock lock(mutex_);
  const auto error = pages_.commit_at_least(pages_of(bytes));
  publish_totals();
  return error;
}

void HeapCore::forbid_growth() noexcept {
  const std::scoped_lock lock(mutex_);
  pages_.forbid_growth();
}

void HeapCore::set_reclaimer(Reclaimer reclaimer) noexcept {
  const std::scoped_lock lock(mutex_);
  reclaimer_ = reclaimer;
}

Reclaimer HeapCore::reclaimer() const noexcept {
  const std::scoped_lock lock(mutex_);
  return reclaimer_;
}

std::error_code HeapCore::last_commit_error() const noexcept {
  const std::scoped_lock lock(mutex_);
  return pages_.last_error();
}

HeapStatistics::SizeClass HeapCore::class_statistics(std::size_t size_class) const noexcept {
  const SizeClass& of_class = classes_[size_class];
  return {.block_bytes = size_class_bytes[size_class],
          .blocks_used = of_class.blocks_total - of_class.blocks_free,
          .blocks_total = of_class.blocks_total};
}

HeapStatistics HeapCore::statistics() const {
  const std::scoped_lock lock(mutex_);
  HeapStatistics result;
  result.reserved_bytes = region_bytes_;
  result.committed_bytes = pages_.committed() * heap_page_bytes;
  result.used_bytes = used_bytes_;
  result.large_blocks = large_blocks_;
  result.large_bytes = large_bytes_;
  result.size_classes = size_class_count;
  for (std::size_t i = 0; i != size_class_count; ++i) result.classes[i] = class_statistics(i);
  return result;
}

void HeapCore::publish_class(std::size_t size_class) noexcept {
  if (shared_ == nullptr) return;
  const auto figures = class_statistics(size_class);
  publish(shared_->classes[size_class].block_bytes, figures.block_bytes);
  publish(shared_->classes[size_class].blocks_used, figures.blocks_used);
  publish(shared_->classes[size_class].blocks_total, figures.blocks_total);
}

void HeapCore::publish_totals() noexcept {
  if (shared_ == nullptr) return;
  publish(shared_->committed_bytes, pages_.committed() * heap_page_bytes);
  publish(shared_->used_bytes, used_bytes_);
  publish(shared_->large_blocks, large_blocks_);
  publish(shared_->large_bytes, large_bytes_);
}

}  // namespace carry::memory
