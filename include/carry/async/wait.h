#pragma once

#include <carry/async/detail/loop.h>
#include <carry/async/task.h>
#include <carry/error.h>
#include <carry/utils/deadline.h>

#include <chrono>
#include <concepts>
#include <coroutine>
#include <stop_token>
#include <system_error>
#include <utility>

namespace carry::async {

namespace detail {

template <class Promise>
concept InLoop = std::derived_from<Promise, Context>;

/// The wait of sleep_until().
class SleepOperation final : Operation {
 public:
  explicit SleepOperation(Clock::time_point until) noexcept : until_(until) {}

  bool await_ready() const noexcept { return false; }
  template <InLoop Promise>
  bool await_suspend(std::coroutine_handle<Promise> coroutine) {
    result_ = coroutine.promise().scope->reason();
    if (result_) return false;
    sleep(coroutine.promise(), coroutine, until_, {});
    return true;
  }
  std::error_code await_resume() const noexcept { return result_; }

 private:
  Clock::time_point until_;
};

/// Makes a scope the innermost one of the coroutine that awaits it.
template <class Place>
struct Enter {
  Place place;
  bool await_ready() const noexcept { return false; }
  template <InLoop Promise>
  bool await_suspend(std::coroutine_handle<Promise> coroutine) {
    place(static_cast<Context&>(coroutine.promise()));
    return false;
  }
  void await_resume() const noexcept {}
};
template <class Place>
Enter(Place) -> Enter<Place>;

template <class Awaitable>
decltype(auto) awaiter_of(Awaitable&& awaitable) {
  if constexpr (requires { std::forward<Awaitable>(awaitable).operator co_await(); }) return std::forward<Awaitable>(awaitable).operator co_await();
  else return std::forward<Awaitable>(awaitable);
}
template <class Awaitable>
using ResultOf = decltype(std::declval<decltype(awaiter_of(std::declval<Awaitable>()))>().await_resume());

}  // namespace detail

/// What sleep_until() and sleep_for() return: to be awaited once, now or later.
struct [[nodiscard]] sleep_awaitable {
  std::chrono::steady_clock::time_point until;
  detail::SleepOperation operator co_await() const noexcept { return detail::SleepOperation(until); }
};

/// Waits until then. Gives no error, or why it was woken before: Errc::cancelled, Errc::timeout (see with_stop(), with_timeout()).
inline sleep_awaitable sleep_until(std::chrono::steady_clock::time_point until) noexcept { return {until}; }

template <class Rep, class Period>
sleep_awaitable sleep_for(std::chrono::duration<Rep, Period> duration) noexcept {
  return {utils::deadline_after(duration)};
}

/// Awaits something, a task or a single wait, and ends every wait in it with Errc::timeout once the duration is over. What it gives is what the
/// inside gives: nothing is torn down from outside, so no message is lost by it.
template <class Awaitable, class Rep, class Period>
task<detail::ResultOf<Awaitable>> with_timeout(Awaitable awaitable, std::chrono::duration<Rep, Period> duration) {
  detail::Scope scope;
  detail::ScopeTimer timer(scope, Errc::timeout);
  co_await detail::Enter{[&](detail::Context& context) {
    scope.enter(context);
    timer.start(*context.loop, utils::deadline_after(duration));
  }};
  co_return co_await std::move(awaitable);
}

/// The same with Errc::cancelled, once a stop is requested, by whichever thread.
template <class Awaitable>
task<detail::ResultOf<Awaitable>> with_stop(Awaitable awaitable, std::stop_token token) {
  detail::Scope scope;
  detail::StopWatch watch(scope, std::move(token));
  co_await detail::Enter{[&](detail::Context& context) {
    scope.enter(context);
    watch.start(*context.loop);
  }};
  co_return co_await std::move(awaitable);
}

}  // namespace carry::async
