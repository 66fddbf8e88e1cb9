#pragma once

#include <carry/domain/bell.h>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string_view>
#include <system_error>
#include <type_traits>

namespace carry::event {

/// When to stop waiting.
struct WaitLimit {
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::stop_token stop = {};
};

/// How to wait.
struct WaitOptions {
  std::uint64_t spins_before_yield = 0;                                   ///< Busy poll: looks before each yield to other threads; 0 = never yields.
  std::chrono::nanoseconds spin{std::chrono::microseconds(20)};           ///< Before parking: how long to look; 0 = parks at once.
  std::chrono::nanoseconds look_every = std::chrono::nanoseconds::max();  ///< Parked: looks that often although nobody rings.
};

/// The value of a notification: small, and its bytes are all of it.
template <class P>
concept Payload = std::is_object_v<P> && std::is_trivially_copyable_v<P> && std::default_initializable<P> && sizeof(P) <= 64;

/// The sending end of notifications with an id, to any number of observers in any process. docs/reference/notifier.md.
///
/// Publisher<T, N> initializes one with its topic's name, and calls notify_observers() after each message, with how many it has published.
template <class N>
concept Notifier = std::default_initializable<N> && std::movable<N> && Payload<typename N::value_type> &&
                   requires(N notifier, std::string_view id, const typename N::value_type& value) {
                     { notifier.initialize(id) } -> std::same_as<std::error_code>;
                     { notifier.notify_observers(value) } noexcept -> std::same_as<std::error_code>;  // never waits
                     { notifier.num_observers() } -> std::convertible_to<std::size_t>;
                   };

namespace detail {
/// For who only wants to be woken.
template <class V>
struct AnyCallback {
  std::error_code operator()(const V&) const { return {}; }
};
}  // namespace detail

/// The receiving end of notifications. docs/reference/observer.md.
///
/// Subscriber<T, O> subscribes one to its topic's name, and looks for messages whenever receive() has heard something.
template <class O>
concept Observer =
    std::default_initializable<O> && std::movable<O> && Payload<typename O::value_type> &&
    requires(O observer, std::string_view id, std::chrono::nanoseconds timeout, const detail::AnyCallback<typename O::value_type>& callback) {
      { observer.initialize(id) } -> std::same_as<std::error_code>;
      { observer.subscribe() } -> std::same_as<std::error_code>;
      { observer.cancel_subscription() } noexcept;
      { observer.pause_subscription() } -> std::same_as<std::error_code>;
      { observer.resume_subscription() } -> std::same_as<std::error_code>;
      { observer.receive(timeout, callback) } -> std::same_as<std::error_code>;  // what the callback returns; or timed_out
    };

/// Something in shared memory that is waited for.
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

/// How a thread waits for something in shared memory: until look() is true (no error), Errc::timeout, Errc::cancelled, or what keeps it from waiting.
template <class S>
concept WaitStrategy = requires(S strategy, detail::AnyAwaited& awaited, const WaitLimit& limit, const WaitOptions& options) {
  { strategy.wait(awaited, limit, options) } -> std::same_as<std::error_code>;
};

/// A notifier that a Publisher need not call, because its ring in shared memory and the bells that it rings say the same.
template <class N>
concept SharedMemoryNotifier = Notifier<N> && N::publishing_notifies;

}  // namespace carry::event
