#pragma once

// Which pages of a heap are free, as runs of neighbours. Best fit, coalesced at once, and no allocation except in reserve().
//
// nodes_ has an entry per page; `length` is not 0 exactly at the first and the last page of a free run, which is all that merging needs.
// The first page is also a link in the list of its bin: one bin per length below 64, four per doubling beyond.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace carry::memory {

/// Thread safety: none; the heap's lock guards it.
class PageRuns {
 public:
  using Page = std::uint32_t;

  PageRuns() noexcept { bins_.fill(none); }

  /// Makes append() of up to `pages` pages in total possible. Throws std::bad_alloc; then nothing has changed.
  void reserve(std::size_t pages);

  /// `count` more free pages behind the last one. reserve() must have been called.
  void append(std::size_t count) noexcept;

  /// The first page of the smallest free run of at least `count` pages, of which the first `count` are taken.
  std::optional<Page> take(std::size_t count) noexcept;

  /// Takes these pages, behind one that is in use, if they are free.
  bool take_at(Page first, std::size_t count) noexcept;

  void give_back(Page first, std::size_t count) noexcept;

  /// How many pages are free from this one on, behind one that is in use.
  std::size_t free_from(std::size_t page) const noexcept { return page == nodes_.size() ? 0 : nodes_[page].length; }

  /// Calls use(first page, count) for all free runs. Do not change them meanwhile.
  template <class Use>
  void for_each_free(const Use& use) const {
    for (std::size_t page = 0; page != nodes_.size();) {
      const std::size_t length = nodes_[page].length;
      if (length != 0) use(page, length);
      page += length == 0 ? 1 : length;
    }
  }

  /// How many pages there are, free or not.
  std::size_t size() const noexcept { return nodes_.size(); }

  /// How many pages at the very end are free.
  std::size_t free_at_end() const noexcept { return nodes_.empty() ? 0 : nodes_.back().length; }

 private:
  static constexpr Page none = ~Page{0};
  static constexpr std::size_t exact_bins = 64;
  static constexpr std::size_t bin_count = exact_bins + 4uz * (32 - 6);

  struct Node {
    std::uint32_t length = 0;
    Page previous = none;
    Page next = none;
  };

  static std::size_t bin_of(std::size_t length) noexcept;
  std::size_t next_bin(std::size_t from) const noexcept;
  Page smallest_fit(std::size_t bin, std::size_t count) const noexcept;
  void take_front(Page first, std::size_t count) noexcept;
  void link(Page first, std::size_t length) noexcept;
  void unlink(Page first) noexcept;

  std::vector<Node> nodes_;
  std::array<Page, bin_count> bins_;
  std::array<std::uint64_t, (bin_count + 63) / 64> filled_bins_{};
};

}  // namespace carry::memory
