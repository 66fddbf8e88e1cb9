#include "memory/heap_pages.h"

#include <carry/error.h>

#include "platform/poison.h"

#include <algorithm>
#include <new>

namespace carry::memory {

namespace {

// How far the heap grows at a time beyond what is needed: a sixteenth of what there is, so that little lies idle, and not so much that one allocation
// would wait long for it.
constexpr std::size_t smallest_step_pages = std::size_t{64} * 1024 / heap_page_bytes;
constexpr std::size_t largest_step_pages = std::size_t{1024} * 1024 / heap_page_bytes;

}  // namespace

HeapPages::~HeapPages() { platform::unpoison(base_, size() * heap_page_bytes); }

std::optional<HeapPages::Page> HeapPages::take(std::size_t count) noexcept {
  auto first = runs_.take(count);
  if (!first && grow(count)) first = runs_.take(count);
  return with_memory(first, count);
}

/// Pages that were taken are committed, or given back.
std::optional<HeapPages::Page> HeapPages::with_memory(std::optional<Page> first, std::size_t count) noexcept {
  if (!first || make_committed(*first, count)) return first;
  runs_.give_back(*first, count);
  return std::nullopt;
}

bool HeapPages::take_behind(std::size_t page, std::size_t count) noexcept {
  const std::size_t free = runs_.free_from(page);
  if (free < count && (page + free != size() || !grow(count))) return false;
  const auto first = static_cast<Page>(page);
  if (!runs_.take_at(first, count)) return false;
  if (make_committed(first, count)) return true;
  runs_.give_back(first, count);
  return false;
}

bool HeapPages::grow(std::size_t pages_needed) noexcept {
  const std::size_t room = page_limit_ - size();
  const std::size_t missing = pages_needed - std::min(pages_needed, runs_.free_at_end());
  if (!may_grow_ || missing > room) {
    last_error_ = make_error_code(Errc::heap_exhausted);
    return false;
  }
  const std::size_t step = std::min(room, std::max(missing, std::clamp(size() / 16, smallest_step_pages, largest_step_pages)));
  return append(step) || (step != missing && append(missing));
}

bool HeapPages::append(std::size_t pages) noexcept {
  const std::size_t first = size();
  const std::size_t wanted = first + pages;
  try {
    runs_.reserve(wanted);
    if (wanted > uncommitted_.capacity()) uncommitted_.reserve(std::max(wanted, 2 * uncommitted_.capacity()));
  } catch (const std::bad_alloc&) {
    last_error_ = std::make_error_code(std::errc::not_enough_memory);
    return false;
  }
  if (!commit(first, pages)) return false;
  platform::poison(base_ + first * heap_page_bytes, pages * heap_page_bytes);
  uncommitted_.resize(wanted);
  runs_.append(pages);
  return true;
}

bool HeapPages::commit(std::size_t first, std::size_t count) noexcept {
  last_error_ = committer_.commit(committer_.context, first * heap_page_bytes, count * heap_page_bytes);
  return !last_error_;
}

/// Commits again what trim() gave back among these pages.
bool HeapPages::make_committed(std::size_t first, std::size_t count) noexcept {
  if (uncommitted_pages_ == 0) return true;
  const auto place_of = [this](std::size_t page) { return uncommitted_.begin() + static_cast<std::ptrdiff_t>(page); };
  const auto end = place_of(first + count);
  for (auto from = std::find(place_of(first), end, true); from != end; from = std::find(from, end, true)) {
    const auto to = std::find(from, end, false);
    const auto pages = static_cast<std::size_t>(to - from);
    if (!commit(static_cast<std::size_t>(from - place_of(0)), pages)) return false;
    std::fill(from, to, false);
    uncommitted_pages_ -= pages;
  }
  return true;
}

std::size_t HeapPages::trim() noexcept {
  if (committer_.give_back == nullptr) return 0;
  const std::size_t before = uncommitted_pages_;
  runs_.for_each_free([this](std::size_t first, std::size_t count) {
    const auto from = uncommitted_.begin() + static_cast<std::ptrdiff_t>(first);
    const auto idle = static_cast<std::size_t>(std::count(from, from + static_cast<std::ptrdiff_t>(count), false));
    if (idle == 0 || committer_.give_back(committer_.context, first * heap_page_bytes, count * heap_page_bytes)) return;
    std::fill_n(from, count, true);
    uncommitted_pages_ += idle;
  });
  return uncommitted_pages_ - before;
}

std::error_code HeapPages::commit_at_least(std::size_t pages) noexcept {
  if (pages <= committed()) return {};
  if (!make_committed(0, size())) return last_error_;
  if (pages <= size()) return {};
  if (!may_grow_ || pages > page_limit_) return Errc::heap_exhausted;
  return append(pages - size()) ? std::error_code{} : last_error_;
}

}  // namespace carry::memory
