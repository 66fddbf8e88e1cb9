#include "memory/page_runs.h"

#include <algorithm>
#include <bit>

namespace carry::memory {

void PageRuns::reserve(std::size_t pages) {
  if (pages > nodes_.capacity()) nodes_.reserve(std::max(pages, 2 * nodes_.capacity()));
}

void PageRuns::append(std::size_t count) noexcept {
  if (count == 0) return;
  const auto first = static_cast<Page>(nodes_.size());
  nodes_.resize(nodes_.size() + count);
  give_back(first, count);
}

std::optional<PageRuns::Page> PageRuns::take(std::size_t count) noexcept {
  if (count == 0 || count > nodes_.size()) return std::nullopt;
  for (std::size_t bin = next_bin(bin_of(count)); bin != bin_count; bin = next_bin(bin + 1)) {
    const Page first = smallest_fit(bin, count);
    if (first == none) continue;
    take_front(first, count);
    return first;
  }
  return std::nullopt;
}

bool PageRuns::take_at(Page first, std::size_t count) noexcept {
  if (free_from(first) < count) return false;
  take_front(first, count);
  return true;
}

void PageRuns::take_front(Page first, std::size_t count) noexcept {
  const std::size_t length = nodes_[first].length;
  unlink(first);
  if (length != count) link(first + static_cast<Page>(count), length - count);
}

void PageRuns::give_back(Page first, std::size_t count) noexcept {
  const std::size_t behind = first + count;
  if (behind < nodes_.size() && nodes_[behind].length != 0) {
    count += nodes_[behind].length;
    unlink(static_cast<Page>(behind));
  }
  if (first != 0 && nodes_[first - 1].length != 0) {
    first -= nodes_[first - 1].length;
    count += nodes_[first].length;
    unlink(first);
  }
  link(first, count);
}

std::size_t PageRuns::bin_of(std::size_t length) noexcept {
  if (length < exact_bins) return length;
  const auto power = static_cast<std::size_t>(std::bit_width(length)) - 1;
  return exact_bins + 4 * (power - 6) + ((length >> (power - 2)) & 3);
}

std::size_t PageRuns::next_bin(std::size_t from) const noexcept {
  for (std::size_t word = from / 64; word < filled_bins_.size(); ++word) {
    std::uint64_t bits = filled_bins_[word];
    if (word == from / 64) bits &= ~std::uint64_t{0} << (from % 64);
    if (bits != 0) return 64 * word + static_cast<std::size_t>(std::countr_zero(bits));
  }
  return bin_count;
}

PageRuns::Page PageRuns::smallest_fit(std::size_t bin, std::size_t count) const noexcept {
  if (bin < exact_bins) return bins_[bin];
  Page best = none;
  for (Page page = bins_[bin]; page != none; page = nodes_[page].next) {
    const std::size_t length = nodes_[page].length;
    if (length == count) return page;
    if (length > count && (best == none || length < nodes_[best].length)) best = page;
  }
  return best;
}

void PageRuns::link(Page first, std::size_t length) noexcept {
  const std::size_t bin = bin_of(length);
  const Page next = bins_[bin];
  nodes_[first + length - 1].length = static_cast<std::uint32_t>(length);
  nodes_[first] = {.length = static_cast<std::uint32_t>(length), .previous = none, .next = next};
  if (next != none) nodes_[next].previous = first;
  bins_[bin] = first;
  filled_bins_[bin / 64] |= std::uint64_t{1} << (bin % 64);
}

void PageRuns::unlink(Page first) noexcept {
  const Node node = nodes_[first];
  const std::size_t bin = bin_of(node.length);
  if (node.next != none) nodes_[node.next].previous = node.previous;
  if (node.previous != none) {
    nodes_[node.previous].next = node.next;
  } else {
    bins_[bin] = node.next;
    if (node.next == none) filled_bins_[bin / 64] &= ~(std::uint64_t{1} << (bin % 64));
  }
  nodes_[first + node.length - 1].length = 0;
  nodes_[first].length = 0;
}

}  // namespace carry::memory
