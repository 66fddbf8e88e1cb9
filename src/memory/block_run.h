#pragma once

#include <carry/memory/size_classes.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace carry::memory {

/// A run of pages that is cut into blocks of one class: which of them are free, a bit each, in private memory.
///
/// Thread safety: none; the heap's lock guards it.
struct BlockRun {
  std::array<std::uint64_t, most_blocks_per_run / 64> free_bits;
  std::uint32_t first_page;
  std::uint32_t page_count;
  std::uint32_t free_count;
  std::uint32_t block_count;
  std::uint32_t first_word;  // words below have no free block
  BlockRun* previous;
  BlockRun* next;

  /// The run becomes one of `size_class`, all its blocks free: `times` as many as blocks_per_run().
  void start(std::uint32_t page, std::size_t size_class, std::size_t times) noexcept {
    first_page = page;
    page_count = static_cast<std::uint32_t>(times * pages_per_run(size_class));
    block_count = static_cast<std::uint32_t>(times * blocks_per_run(size_class));
    free_count = block_count;
    first_word = 0;
    for (std::size_t block = 0; block < block_count; block += 64) {
      const std::size_t left = block_count - block;
      free_bits[block / 64] = left >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << left) - 1;
    }
  }

  /// Takes the first free block; there must be one.
  std::size_t take() noexcept {
    while (free_bits[first_word] == 0) ++first_word;
    std::uint64_t& word = free_bits[first_word];
    const std::size_t block = 64 * std::size_t{first_word} + static_cast<std::size_t>(std::countr_zero(word));
    word &= word - 1;
    --free_count;
    return block;
  }

  bool is_free(std::size_t block) const noexcept { return ((free_bits[block / 64] >> (block % 64)) & 1) != 0; }

  void give_back(std::size_t block) noexcept {
    const auto word = static_cast<std::uint32_t>(block / 64);
    free_bits[word] |= std::uint64_t{1} << (block % 64);
    if (word < first_word) first_word = word;
    ++free_count;
  }
};

/// Runs of one class that have free blocks, or runs that are not in use.
class BlockRunList {
 public:
  BlockRun* first() const noexcept { return first_; }

  void push_front(BlockRun& run) noexcept {
    run.previous = nullptr;
    run.next = first_;
    (first_ != nullptr ? first_->previous : last_) = &run;
    first_ = &run;
  }

  void push_back(BlockRun& run) noexcept {
    run.next = nullptr;
    run.previous = last_;
    (last_ != nullptr ? last_->next : first_) = &run;
    last_ = &run;
  }

  void remove(BlockRun& run) noexcept {
    (run.previous != nullptr ? run.previous->next : first_) = run.next;
    (run.next != nullptr ? run.next->previous : last_) = run.previous;
  }

 private:
  BlockRun* first_ = nullptr;
  BlockRun* last_ = nullptr;
};

}  // namespace carry::memory
