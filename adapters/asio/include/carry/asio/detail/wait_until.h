#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/cancellation_state.hpp>
#include <asio/compose.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

namespace carry::asio::detail {

/// Asks again and again, with pauses that grow, until `ask` gives a result. For what nobody rings a bell for.
template <class Ask>
class WaitUntil {
 public:
  WaitUntil(Ask ask, const ::asio::any_io_executor& executor, std::chrono::nanoseconds first, std::chrono::nanoseconds longest)
      : ask_(std::move(ask)), timer_(std::make_unique<::asio::steady_timer>(executor)), pause_(first), longest_(longest) {}

  template <class Self>
  void operator()(Self& self, std::error_code error = {}) {
    if (!std::exchange(begun_, true)) {
      self.reset_cancellation_state(::asio::enable_total_cancellation());
      const auto executor = timer_->get_executor();
      return ::asio::post(executor, std::move(self));  // Never completes inside of the initiating call.
    }
    if (error) return self.complete(error);
    if (const std::optional<std::error_code> result = ask_()) return self.complete(*result);
    auto& timer = *timer_;
    timer.expires_after(pause_);
    pause_ = std::min(2 * pause_, longest_);
    timer.async_wait(std::move(self));
  }

 private:
  Ask ask_;
  std::unique_ptr<::asio::steady_timer> timer_;
  std::chrono::nanoseconds pause_;
  std::chrono::nanoseconds longest_;
  bool begun_ = false;
};

/// Starts one. Signature of the completion: void(std::error_code). Cancelled: operation_aborted.
template <class CompletionToken, class Ask>
auto async_wait_until(CompletionToken&& token, const ::asio::any_io_executor& executor, std::chrono::nanoseconds first,
                      std::chrono::nanoseconds longest, Ask ask) {
  return ::asio::async_compose<CompletionToken, void(std::error_code)>(WaitUntil<Ask>(std::move(ask), executor, first, longest), token, executor);
}

}  // namespace carry::asio::detail
