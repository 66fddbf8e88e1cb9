#pragma once

#include <carry/error.h>
#include <carry/event/concepts.h>
#include <carry/event/detail/parking.h>
#include <carry/event/detail/ring_observer.h>
#include <carry/platform/thread.h>

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace carry::event {

/// Looks for a short time, and then parks: the thread sleeps in the kernel until a publisher rings its bell, and uses no core meanwhile.
///
/// It spins only when the last waits were short enough for that to pay (WaitOptions::spin), so a quiet topic costs no spinning and a busy one
/// no system call. Makes its bell when it first parks, and keeps it.
/// Thread safety: one thread at a time. Blocking: until the limit; two system calls per wake-up (wait, drain).
/// Crash safety: nothing to repair; publishers ring the bell of a dead process into nowhere.
/// Errors: Errc::timeout, Errc::cancelled, Errc::heap_exhausted, too_many_files_open, Errc::forked.
class SpinThenPark {
 public:
  template <Awaited W>
  std::error_code wait(W& awaited, const WaitLimit& limit, const WaitOptions& options) {
    const platform::CancellationDeferred deferred;
    if (awaited.look()) return {};
    const auto begin = Clock::now();
    if (spin_.pays(options.spin) &&
        looks_until(awaited, std::min(limit.deadline, begin + std::min(options.spin, Clock::time_point::max() - begin)))) {
      spin_.waited(Clock::now() - begin);
      return {};
    }
    const auto error = park(awaited, limit, options.look_every);
    spin_.waited(Clock::now() - begin);
    return error;
  }

 private:
  using Clock = std::chrono::steady_clock;

  template <Awaited W>
  static bool looks_until(W& awaited, Clock::time_point end) {
    for (unsigned spins = 1;; ++spins) {
      if (awaited.look()) return true;
      if (spins % spins_per_check == 0 && Clock::now() >= end) return false;
      platform::relax();
    }
  }

  template <Awaited W>
  std::error_code park(W& awaited, const WaitLimit& limit, std::chrono::nanoseconds look_every) {
    if (auto error = place_.open()) return error;
    if (auto error = awaited.arm(place_.bell())) return error;
    struct Disarm {
      W& awaited;
      ~Disarm() { awaited.disarm(); }
    } const disarm{awaited};
    return place_.wait([&] { return awaited.look(); }, limit, look_every);
  }

  static constexpr unsigned spins_per_check = 64;

  detail::ParkingPlace place_;
  detail::SpinEstimate spin_;
};

/// The observer of those who park. A Subscriber waits for messages with it; alone it receives what a BasicBellNotifier sends.
template <Payload P>
using BasicBellObserver = detail::RingObserver<P, SpinThenPark>;
class BellObserver : public BasicBellObserver<std::uint64_t> {};
static_assert(Observer<BellObserver> && WaitStrategy<BellObserver>);

}  // namespace carry::event
