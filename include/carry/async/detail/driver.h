#pragma once

#include <carry/async/event_loop.h>
#include <carry/domain/bell.h>

#include <chrono>
#include <memory>

namespace carry::async::detail {

/// What a loop sleeps in: waits for one bell, until a deadline. Whatever it does with the kernel, this is all that a loop asks of it.
class Driver {
 public:
  virtual ~Driver() = default;

  /// Sleeps until the bell is rung or the deadline has come (a time that is past: only looks). `rung`: it was, and the rings so far are
  /// forgotten; now and then it says so for nothing. Errors: of the system; the loop cannot go on.
  /// Where a cancelled thread ends: not noexcept.
  virtual std::error_code wait(Clock::time_point deadline, bool& rung) = 0;

  /// For a host: readable when wait() would say that the bell was rung, or when the deadline of the last announce() has come.
  virtual platform::NativeHandle native_handle() const noexcept = 0;
  virtual void announce(Clock::time_point deadline) noexcept = 0;

  /// The end of a run: another thread may be the next to wait.
  virtual void leave() noexcept {}

  virtual async::driver kind() const noexcept = 0;

  /// The one that is wanted, or the best there is. `bell` outlives it. Errors: not_supported, those of the system.
  static Result<std::unique_ptr<Driver>> make(async::driver wanted, domain::Bell& bell);
};

/// What a system has. Error not_supported: it was refused, or this carry was built without it.
Result<std::unique_ptr<Driver>> make_io_uring_driver(domain::Bell& bell);
Result<std::unique_ptr<Driver>> make_epoll_driver(domain::Bell& bell);
Result<std::unique_ptr<Driver>> make_event_driver(domain::Bell& bell);

}  // namespace carry::async::detail
