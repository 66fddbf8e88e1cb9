#pragma once

#include <carry/error.h>
#include <carry/event/concepts.h>

#include <algorithm>
#include <chrono>
#include <system_error>

namespace carry::event::detail {

/// Waits as the observer waits, if it can wait for shared memory; else looks whenever it has heard something, and every `longest_wait` besides, which
/// serves stop requests, and publishers with another notifier.
template <class O, Awaited W>
std::error_code wait(O& observer, W& awaited, const WaitLimit& limit, const WaitOptions& options) {
  if constexpr (WaitStrategy<O>) {
    return observer.wait(awaited, limit, options);
  } else {
    constexpr std::chrono::nanoseconds longest_wait = std::chrono::milliseconds(10);
    for (;;) {
      if (awaited.look()) return {};
      if (limit.stop.stop_requested()) return Errc::cancelled;
      const auto now = std::chrono::steady_clock::now();
      if (now >= limit.deadline) return Errc::timeout;
      const auto error =
          observer.receive(std::min(longest_wait, std::chrono::nanoseconds(limit.deadline - now)), AnyCallback<typename O::value_type>());
      if (error && error != std::errc::timed_out) return error;
    }
  }
}

}  // namespace carry::event::detail
