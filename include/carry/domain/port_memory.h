#pragma once

// The words in which ports show themselves to others: descriptors, ring heads, reader records.
//
// Whoever has read a port's record, and not yet seen that the port is gone, may read these words after they were given back. So they stay words
// for ever: a block is used again for such things only, and every access to it is atomic. What is read then may belong to another
// port; docs/design/domain.md ("The end of a port") says why that does no harm.

#include <carry/domain/segment_layout.h>
#include <carry/memory/heap.h>

#include <cstddef>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace carry::domain {

class PortMemory;

/// Words that go back when this ends; in a forked child nothing happens then.
class PortBlock {
 public:
  PortBlock() = default;
  PortBlock(PortMemory* memory, SharedWord* words, std::size_t lines) noexcept : memory_(memory), words_(words), lines_(lines) {}
  PortBlock(PortBlock&& other) noexcept : memory_(other.memory_), words_(std::exchange(other.words_, nullptr)), lines_(other.lines_) {}
  PortBlock& operator=(PortBlock&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(words_, other.words_);
    std::swap(lines_, other.lines_);
    return *this;
  }
  ~PortBlock();

  SharedWord* words() const noexcept { return words_; }
  explicit operator bool() const noexcept { return words_ != nullptr; }

 private:
  PortMemory* memory_ = nullptr;
  SharedWord* words_ = nullptr;
  std::size_t lines_ = 0;
};

/// Thread safety: any thread. Never gives memory back to the heap: it keeps what all ports needed at one time.
class PortMemory {
 public:
  static constexpr std::size_t line_bytes = 64;
  static constexpr std::size_t chunk_bytes = 4096;  // what it takes from the heap at once, or a multiple

  explicit PortMemory(memory::Heap& heap) noexcept : heap_(heap) {}

  /// At least `bytes` of words that are 0, from a cache line's start. Empty: the heap is exhausted. Throws std::bad_alloc.
  PortBlock allocate(std::size_t bytes);

  /// Blocks that are in use.
  std::size_t used_blocks() const;

  /// What it has taken from the heap.
  std::size_t reserved_bytes() const;

 private:
  friend class PortBlock;
  struct Stock {
    std::vector<SharedWord*> idle;
    std::size_t made = 0;
  };
  SharedWord* take(std::size_t lines);
  void give_back(SharedWord* words, std::size_t lines) noexcept;

  memory::Heap& heap_;
  mutable std::mutex mutex_;             // never held while the heap is asked, which may ask ports to end
  std::map<std::size_t, Stock> stocks_;  // by number of lines
  std::byte* chunk_ = nullptr;           // lines that were never used
  std::size_t chunk_lines_ = 0;
  std::size_t used_ = 0;
  std::size_t reserved_bytes_ = 0;
};

}  // namespace carry::domain
