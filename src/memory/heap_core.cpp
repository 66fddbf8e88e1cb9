#include "memory/heap_core.h"

#include <carry/ensure.h>
#include <carry/error.h>

#include <algorithm>
#include <new>

namespace carry::memory {

namespace {

constexpr std::size_t largest_step_pages = 8u * 1024 * 1024 / heap_page_bytes;

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
      page_limit_(page_limit_of(region.size(), maximum_bytes)),
      kinds_(zeroed_bytes(pages_of(region.size()))),
      committer_(committer),
      shared_(shared) {
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
  if (of_class.pages.first() == nullptr && !start_class_page(size_class)) return 0;
  std::size_t taken = 0;
  while (taken != blocks.size() && of_class.pages.first() != nullptr) {
    ClassPage& page = *of_class.pages.first();
    std::byte* start = base_ + std::size_t{page.page} * heap_page_bytes;
    for (; taken != blocks.size() && page.free_count != 0; ++taken) blocks[taken] = start + page.take() * size_class_bytes[size_class];
    if (page.free_count == 0) of_class.pages.remove(page);
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
  const std::size_t number = offset / heap_page_bytes;
  ensure(kind_at(offset) == size_class + 1, "a block is freed once");
  ClassPage& page = *records_[number].class_page;
  const std::size_t in_page = offset % heap_page_bytes;
  const std::size_t index = block_index(size_class, in_page);
  ensure(index < page.block_count && index * size_class_bytes[size_class] == in_page, "what is freed is the start of a block");
  ensure(!page.is_free(index), "a block is freed once");
  SizeClass& of_class = classes_[size_class];
  if (page.free_count == 0) of_class.pages.push_back(page);
  page.give_back(index);
  ++of_class.blocks_free;
  if (page.free_count != page.block_count) return;
  of_class.pages.remove(page);
  of_class.blocks_free -= page.block_count;
  of_class.blocks_total -= page.block_count;
  set_kind(number, 0);
  runs_.give_back(page.page, 1);
}

bool HeapCore::start_class_page(std::size_t size_class) noexcept {
  const auto number = take_pages(1);
  if (!number) return false;
  auto& page = records_[*number].class_page;
  if (page == nullptr) page.reset(new (std::nothrow) ClassPage);
  if (page == nullptr) {
    runs_.give_back(*number, 1);
    return false;
  }
  page->start(*number, size_class);
  set_kind(*number, static_cast<std::uint8_t>(size_class + 1));
  classes_[size_class].pages.push_front(*page);
  classes_[size_class].blocks_free += page->block_count;
  classes_[size_class].blocks_total += page->block_count;
  return true;
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
  runs_.give_back(static_cast<PageRuns::Page>(number), pages);
  publish_totals();
}

std::optional<PageRuns::Page> HeapCore::take_pages(std::size_t count) noexcept {
  if (auto first = runs_.take(count)) return first;
  if (!grow(count)) return std::nullopt;
  return runs_.take(count);
}

bool HeapCore::grow(std::size_t pages_needed) noexcept {
  const std::size_t committed = runs_.size();
  const std::size_t room = page_limit_ - committed;
  const std::size_t missing = pages_needed - std::min(pages_needed, runs_.free_at_end());
  if (!may_grow_ || missing > room) {
    last_commit_error_ = make_error_code(Errc::heap_exhausted);
    return false;
  }
  const std::size_t step = std::min(room, std::max(missing, std::clamp<std::size_t>(committed / 4, 1, largest_step_pages)));
  return commit(step) || (step != missing && commit(missing));
}

bool HeapCore::commit(std::size_t pages) noexcept {
  const std::size_t committed = runs_.size();
  const std::size_t wanted = committed + pages;
  try {
    runs_.reserve(wanted);
    if (wanted > records_.capacity()) records_.reserve(std::max(wanted, 2 * records_.capacity()));
  } catch (const std::bad_alloc&) {
    last_commit_error_ = std::make_error_code(std::errc::not_enough_memory);
    return false;
  }
  last_commit_error_ = committer_.commit(committer_.context, committed * heap_page_bytes, pages * heap_page_bytes);
  if (last_commit_error_) return false;
  records_.resize(wanted);
  runs_.append(pages);
  publish_totals();
  return true;
}

std::error_code HeapCore::commit_at_least(std::size_t bytes) noexcept {
  const std::scoped_lock lock(mutex_);
  const std::size_t committed = runs_.size();
  const std::size_t wanted = pages_of(bytes);
  if (wanted <= committed) return {};
  if (!may_grow_ || wanted > page_limit_) return Errc::heap_exhausted;
  return commit(wanted - committed) ? std::error_code{} : last_commit_error_;
}

void HeapCore::forbid_growth() noexcept {
  const std::scoped_lock lock(mutex_);
  may_grow_ = false;
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
  return last_commit_error_;
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
  result.committed_bytes = runs_.size() * heap_page_bytes;
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
  publish(shared_->committed_bytes, runs_.size() * heap_page_bytes);
  publish(shared_->used_bytes, used_bytes_);
  publish(shared_->large_blocks, large_blocks_);
  publish(shared_->large_bytes, large_bytes_);
}

}  // namespace carry::memory
