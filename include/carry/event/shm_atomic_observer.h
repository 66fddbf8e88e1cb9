#pragma once

#include <carry/error.h>
#include <carry/event/concepts.h>
#include <carry/platform/thread.h>
#include <carry/utils/founding_names.h>

#include <chrono>
#include <cstdint>

namespace carry::event {

/// Busy poll: looks at shared memory until something is there. The fastest way to learn of a message, and it uses a core.
///
/// Between two looks the core is told that this thread waits, in favour of its sibling hyperthread. Yields to other threads only if told to.
/// Thread safety: one thread per subscriber. Blocking: until the limit; never a system call, but for a yield and for the clock.
class ShmAtomicObserver {
 public:
  template <Awaited W>
  std::error_code wait(W& awaited, const WaitLimit& limit, const WaitOptions& options) {
    const bool limited = limit.deadline != std::chrono::steady_clock::time_point::max() || limit.stop.stop_possible();
    for (std::uint64_t spins = 1;; ++spins) {
      if (awaited.look()) return {};
      if (limited && spins % spins_per_check == 0) {
        if (limit.stop.stop_requested()) return Errc::cancelled;
        if (std::chrono::steady_clock::now() >= limit.deadline) return Errc::timeout;
      }
      if (options.spins_before_yield != 0 && spins % options.spins_before_yield == 0) platform::yield();
      else platform::relax();
    }
  }

 private:
  static constexpr std::uint64_t spins_per_check = 64;  // a look at the clock costs about as much as two at shared memory
};
static_assert(Observer<ShmAtomicObserver>);

}  // namespace carry::event
