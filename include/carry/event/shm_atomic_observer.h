#pragma once

#include <carry/error.h>
#include <carry/event/concepts.h>
#include <carry/event/detail/ring_observer.h>
#include <carry/platform/thread.h>
#include <carry/utils/founding_names.h>

#include <chrono>
#include <cstdint>

namespace carry::event {

/// Busy poll: looks at shared memory until something is there. The fastest way to learn of a message, and it uses a core.
///
/// Between two looks the core is told that this thread waits, in favour of its sibling hyperthread. Yields to other threads only if told to.
/// Thread safety: one thread at a time. Blocking: until the limit; never a system call, but for a yield and for the clock.
class BusyPoll {
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

/// The observer of those who poll. A Subscriber polls for messages with it; alone it receives what a BasicShmAtomicNotifier sends.
template <Payload P>
using BasicShmAtomicObserver = detail::RingObserver<P, BusyPoll>;

/// A class of its own, so that it has a short name in messages of compilers.
class ShmAtomicObserver : public BasicShmAtomicObserver<std::uint64_t> {};
static_assert(Observer<ShmAtomicObserver> && WaitStrategy<ShmAtomicObserver>);

}  // namespace carry::event
