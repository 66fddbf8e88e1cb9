#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <stop_token>

namespace carry::event {

/// How a publisher tells subscribers that a message is there. Called after every publish, by the publishing thread.
template <class N>
concept Notifier = std::default_initializable<N> && requires(N notifier) {
  { notifier.notify() } noexcept;
};

/// When to stop waiting.
struct WaitLimit {
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::stop_token stop = {};
};

enum class WaitResult { ready, timeout, cancelled };

/// How a subscriber waits: calls `look` until it returns true, the limit is reached, or a stop is requested.
/// `spins_before_yield` as in SubscriberOptions.
template <class O>
concept Observer = std::default_initializable<O> && requires(O observer, bool (*look)(), const WaitLimit& limit, std::uint64_t spins_before_yield) {
  { observer.wait(look, limit, spins_before_yield) } -> std::same_as<WaitResult>;
};

}  // namespace carry::event
