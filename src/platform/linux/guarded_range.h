#pragma once

// Mappings of files that somebody else may make shorter.
//
// Touching a page behind the end of its file, or a hole on a full file system, is a SIGBUS. For a range that is registered here the handler
// puts private zeroes in place of the whole mapping and goes on; anything else is the former handler's. The registry is a chain of fixed
// blocks that only grows: the handler reads it without a lock, and says in the record that it does, so that a record is not used again and
// its memory not unmapped meanwhile.

#include "platform/linux/fork.h"
#include "platform/linux/system.h"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace carry::platform::linux_system {

/// One place in the registry.
struct GuardRecord {
  std::atomic<std::uintptr_t> begin = 0;  // 0: free
  std::atomic<std::size_t> bytes = 0;
  std::atomic<int> protection = 0;
  std::atomic<bool> broken = false;
  std::atomic<std::uint32_t> handlers = 0;  // that are looking at this record
};

static_assert(std::atomic<std::uintptr_t>::is_always_lock_free, "a signal handler uses them");
static_assert(std::atomic<std::size_t>::is_always_lock_free, "a signal handler uses them");
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<std::uint32_t>::is_always_lock_free, "a signal handler uses them");

/// A mapping in the registry. stop() comes before the mapping goes.
class GuardedRange {
 public:
  GuardedRange() = default;
  GuardedRange(const GuardedRange&) = delete;
  GuardedRange& operator=(const GuardedRange&) = delete;

  /// Throws std::bad_alloc.
  void start(const Mapping& mapping, int protection, const NoFork&);

  /// Waits for handlers that are looking at the record, which takes them a system call. Idempotent.
  void stop(const NoFork&) noexcept;

  /// True once zeroes are in its place. Thread safe.
  bool broken() const noexcept {
    return record_ != nullptr && record_->broken.load(std::memory_order_acquire);  // Acquire: pairs with replace().
  }

 private:
  GuardRecord* record_ = nullptr;
};

/// In the handler: if `address` lies in a registered range, puts zeroes there. `was_whole`: it was the first to do so.
bool replace_guarded(std::uintptr_t address, bool& was_whole) noexcept;

}  // namespace carry::platform::linux_system
