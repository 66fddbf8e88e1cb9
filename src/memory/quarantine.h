#pragma once

// Freed blocks that nobody gets for a while, so that AddressSanitizer, for which they are poisoned, sees who still uses one. A block that is handed out
// again at once is no longer poisoned, and whoever kept a pointer to it reads and writes what belongs to another.

#include "platform/poison.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <mutex>
#include <type_traits>

namespace carry::memory {

/// First in, first out, bounded in bytes and in number. A block that would need more than half of the bytes is not taken.
///
/// Thread safety: all members may be called at once.
class Quarantine {
 public:
  static constexpr std::size_t most_blocks = 4096;
  static constexpr std::size_t most_bytes = std::size_t{256} * 1024;

  /// For a heap of that size: it keeps a 64th of it, but not more than most_bytes.
  explicit Quarantine(std::size_t heap_bytes) noexcept : room_(std::min(heap_bytes / 64, most_bytes)) {}

  /// Takes a free block, for which take_surplus() makes room. False: there is none, or the block is too large.
  bool add(void* block, std::size_t bytes) noexcept {
    const std::scoped_lock lock(mutex_);
    if (bytes > room_ / 2 || bytes_ + bytes > room_ || count_ == most_blocks) return false;
    entries_[(first_ + count_) % most_blocks] = {block, bytes};
    ++count_;
    bytes_ += bytes;
    return true;
  }

  /// The oldest block, if there is no room for one of `bytes`, which is not too large. Null: there is.
  void* take_surplus(std::size_t bytes) noexcept {
    const std::scoped_lock lock(mutex_);
    const bool has_room = bytes > room_ / 2 || (bytes_ + bytes <= room_ && count_ != most_blocks);
    return has_room ? nullptr : take();
  }

  /// Null: there is none.
  void* take_oldest() noexcept {
    const std::scoped_lock lock(mutex_);
    return count_ != 0 ? take() : nullptr;
  }

 private:
  struct Entry {
    void* block;
    std::size_t bytes;
  };

  void* take() noexcept {
    const Entry entry = entries_[first_];
    first_ = (first_ + 1) % most_blocks;
    --count_;
    bytes_ -= entry.bytes;
    return entry.block;
  }

  std::mutex mutex_;
  // Guarded by mutex_.
  std::array<Entry, most_blocks> entries_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
  const std::size_t room_;  // bytes
};

/// In its place where nothing is poisoned.
struct NoQuarantine {
  explicit NoQuarantine(std::size_t) noexcept {}
  static bool add(void*, std::size_t) noexcept { return false; }
  static void* take_surplus(std::size_t) noexcept { return nullptr; }
  static void* take_oldest() noexcept { return nullptr; }
};

using QuarantineIfPoisoned = std::conditional_t<platform::poisons, Quarantine, NoQuarantine>;

}  // namespace carry::memory
