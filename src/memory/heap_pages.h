#pragma once

// The pages of a heap that are free, and where more of them come from: the committed part of the region grows at its end, and memory of free pages can
// go back to the system, from which it comes again when the pages are taken.

#include <carry/memory/heap.h>
#include <carry/memory/size_classes.h>

#include "memory/page_runs.h"

#include <cstddef>
#include <optional>
#include <system_error>
#include <vector>

namespace carry::memory {

/// Thread safety: none; the heap's lock guards it. Whatever fails leaves everything as it was, and last_error() says why.
class HeapPages {
 public:
  using Page = PageRuns::Page;

  HeapPages(std::byte* base, std::size_t page_limit, Committer committer) noexcept : base_(base), page_limit_(page_limit), committer_(committer) {}
  ~HeapPages();
  HeapPages(const HeapPages&) = delete;
  HeapPages& operator=(const HeapPages&) = delete;

  /// The first of so many pages, from the smallest free run that has them; grows if none has.
  std::optional<Page> take(std::size_t count) noexcept;

  /// The same, but does not grow.
  std::optional<Page> take_free(std::size_t count) noexcept { return with_memory(runs_.take(count), count); }

  /// Takes pages from this one on, which lie behind one that is in use.
  bool take_behind(std::size_t page, std::size_t count) noexcept;

  void give_back(Page first, std::size_t count) noexcept { runs_.give_back(first, count); }

  /// Gives the memory of free pages back to the system. Returns how many pages.
  std::size_t trim() noexcept;

  std::error_code commit_at_least(std::size_t pages) noexcept;
  void forbid_growth() noexcept { may_grow_ = false; }

  /// How many pages there are, free or not.
  std::size_t size() const noexcept { return runs_.size(); }
  std::size_t committed() const noexcept { return runs_.size() - uncommitted_pages_; }
  std::error_code last_error() const noexcept { return last_error_; }

 private:
  std::optional<Page> with_memory(std::optional<Page> first, std::size_t count) noexcept;
  bool grow(std::size_t pages_needed) noexcept;
  bool append(std::size_t pages) noexcept;
  bool commit(std::size_t first, std::size_t count) noexcept;
  bool make_committed(std::size_t first, std::size_t count) noexcept;

  std::byte* const base_;
  const std::size_t page_limit_;
  const Committer committer_;
  PageRuns runs_;
  std::vector<bool> uncommitted_;  // per page: its memory went back to the system
  std::size_t uncommitted_pages_ = 0;
  bool may_grow_ = true;
  std::error_code last_error_;
};

}  // namespace carry::memory
