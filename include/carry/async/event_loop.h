#pragma once

#include <carry/async/detail/operation.h>
#include <carry/async/task.h>
#include <carry/platform/bell.h>
#include <carry/result.h>

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string_view>

namespace carry::async {

/// What a loop sleeps in.
enum class driver {
  automatic,  ///< Linux: io_uring, or epoll where the system refuses it or carry was built without. Windows: event.
  io_uring,
  epoll,
  event,  ///< The bell's own event: the one thing that a loop waits for, so a completion port before it would only add to the way.
};

/// Runs tasks in one thread, and parks while all of them wait: for messages, for times. One bell, and one descriptor to wait on, whatever the
/// number of subscribers.
///
/// Thread safety: post() and stop() by any thread; the rest by one thread at a time. Two calls of run() may come from different threads; one that is
///                hosted stays with its thread (else: operation_not_permitted).
/// Fork:          in a child, run() says Errc::forked; the parent's loop goes on.
class event_loop {
 public:
  /// Joins the domain if this process has not yet.
  /// Errors: not_supported for a driver that is not to be had; too_many_files_open; Errc::heap_exhausted; those of joining.
  static Result<event_loop> make(driver wanted = driver::automatic);

  event_loop(event_loop&&) noexcept;
  event_loop& operator=(event_loop&&) noexcept;
  /// Destroys the tasks that have not ended, from the outside in.
  ~event_loop();

  /// Starts a task with the next turn of the loop.
  void spawn(task<void> work);

  /// Runs until every spawned task has ended and all that was posted is done, or stop(). Rethrows the first exception that left a spawned task or
  /// posted work; run() may be called again, and goes on with the rest.
  /// Errors: Errc::forked; errors of the system, when waiting fails.
  /// Linux: a thread that is cancelled (pthread_cancel) ends where it would sleep, never in a task. In the kernel's io_uring nothing wakes it for that:
  /// there it ends with the next message, time, or post().
  std::error_code run();

  /// Has run() return after the present turn, or at once if it is called later. Any thread.
  void stop() noexcept;

  /// Has the loop call `work`. Any thread. Throws std::bad_alloc.
  void post(std::function<void()> work);

  /// What another loop waits on to host this one: when it is readable, or next_deadline() has come, it calls process_ready().
  /// Windows: the handle of an auto-reset event.
  platform::NativeHandle native_handle() const noexcept;

  /// When process_ready() must be called at the latest; time_point::max(): nothing waits for a time. Linux: native_handle() tells of it as well.
  std::chrono::steady_clock::time_point next_deadline() const noexcept;

  /// Does what is due, without waiting, and not for ever: if more is due afterwards, native_handle() stays readable. True while spawned tasks are left.
  /// Errors and exceptions: as run(); the host may go on calling it.
  Result<bool> process_ready();

  /// The driver that was chosen.
  driver chosen() const noexcept;

 private:
  explicit event_loop(std::unique_ptr<detail::Loop> loop) noexcept;
  std::unique_ptr<detail::Loop> loop_;
};

/// How a driver is called in messages.
std::string_view to_string(driver which) noexcept;

}  // namespace carry::async
