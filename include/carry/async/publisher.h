#pragma once

#include <carry/async/wait.h>
#include <carry/publish_subscribe/publisher.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

namespace carry::async {

/// A publisher that can wait for room without holding up its thread. The rest as publish_subscribe::Publisher.
template <class T>
class Publisher : public publish_subscribe::Publisher<T> {
  using Base = publish_subscribe::Publisher<T>;

 public:
  using Base::Base;

  /// Publishes the message; with Overflow::block waits, suspended, while a subscriber still needs the oldest one.
  ///
  /// Readers tell nobody that they went on, so that reading stays free of fences: while it waits, it looks every 50 microseconds to a millisecond.
  /// Errors: those of publish(); Errc::cancelled, Errc::timeout: not published.
  task<std::error_code> async_publish(T message) {
    using namespace std::chrono_literals;
    if (++in_a_row_ % most_in_a_row == 0) {  // Others get their turn.
      if (auto woken = co_await sleep_for(0ns)) co_return woken;
    }
    for (std::chrono::nanoseconds pause = 50us;; pause = std::min<std::chrono::nanoseconds>(2 * pause, 1ms)) {
      // A message that could not be published is untouched. NOLINTNEXTLINE(bugprone-use-after-move)
      const std::error_code error = this->try_publish(std::move(message));
      if (error != Errc::ring_full || this->options().overflow != Overflow::block) co_return error;
      if (auto woken = co_await sleep_for(pause)) co_return woken;
    }
  }

 private:
  static constexpr unsigned most_in_a_row = 64;
  unsigned in_a_row_ = 0;
};

}  // namespace carry::async
