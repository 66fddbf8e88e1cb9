#pragma once

#include <carry/domain/bell.h>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <stop_token>
#include <system_error>

namespace carry::event {

/// How a publisher tells subscribers that a message is there, beyond what the ring itself tells them: called after every publish, by the
/// publishing thread. Never blocks.
template <class N>
concept Notifier = std::default_initializable<N> && requires(N notifier) {
  { notifier.notify() } noexcept;
};

/// When to stop waiting.
struct WaitLimit {
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::stop_token stop = {};
};

/// How to wait.
struct WaitOptions {
  std::uint64_t spins_before_yield = 0;                          ///< Busy poll: looks before each yield to other threads; 0 = never yields.
  std::chrono::nanoseconds spin{std::chrono::microseconds(20)};  ///< Before parking: how long to look; 0 = parks at once.
};

/// What an observer waits for.
template <class W>
concept Awaited = requires(W awaited, const domain::Bell& bell) {
  { awaited.look() } -> std::same_as<bool>;                // true: it is there, or waiting for it has failed
  { awaited.arm(bell) } -> std::same_as<std::error_code>;  // from here on that bell is rung when it comes; look once more before parking
  { awaited.disarm() } noexcept;
};

namespace detail {
struct AnyAwaited {
  bool look();
  std::error_code arm(const domain::Bell&);
  void disarm() noexcept;
};
static_assert(Awaited<AnyAwaited>);
}  // namespace detail

/// How a subscriber waits: until look() is true (no error), Errc::timeout, Errc::cancelled, or what keeps it from waiting.
template <class O>
concept Observer = std::default_initializable<O> && std::movable<O> &&
                   requires(O observer, detail::AnyAwaited& awaited, const WaitLimit& limit, const WaitOptions& options) {
                     { observer.wait(awaited, limit, options) } -> std::same_as<std::error_code>;
                   };

}  // namespace carry::event
