#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/execution_context.hpp>
#include <asio/use_awaitable.hpp>

#include <carry/asio/detail/wait_until.h>
#include <carry/error.h>
#include <carry/publish_subscribe/publisher.h>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace carry::asio {

/// A publisher as an I/O object of Asio: with Overflow::block it waits for room without holding up a thread. The rest, publish() too, as
/// publish_subscribe::Publisher.
///
/// Thread safety: distinct objects: safe; one object: by one thread (or strand) at a time. Outlives what is under way.
/// Cancellation:  total, partial and terminal alike: the message of a cancelled publish was not published.
template <class T>
class Publisher : public publish_subscribe::Publisher<T> {
  using Base = publish_subscribe::Publisher<T>;

 public:
  using executor_type = ::asio::any_io_executor;

  explicit Publisher(executor_type executor, std::string_view topic, PublisherOptions options = {})
      : Base(topic, options), executor_(std::move(executor)) {}
  template <class Context>
    requires std::convertible_to<Context&, ::asio::execution_context&>
  explicit Publisher(Context& context, std::string_view topic, PublisherOptions options = {})
      : Publisher(executor_type(context.get_executor()), topic, options) {}

  executor_type get_executor() const noexcept { return executor_; }

  /// Publishes the message, when there is room for it. Signature of the completion: void(std::error_code). One at a time.
  ///
  /// Readers tell nobody that they went on, so that reading stays free of fences: while it waits, it looks every 50 microseconds to a millisecond.
  /// Errors: those of publish(); operation_aborted.
  template <class CompletionToken>
  auto async_publish(T message, CompletionToken&& token) {
    using namespace std::chrono_literals;
    auto ask = [this, message = std::move(message)]() mutable -> std::optional<std::error_code> {
      const std::error_code error = this->try_publish(std::move(message));
      if (error == Errc::ring_full && this->options().overflow == Overflow::block) return std::nullopt;
      return error;
    };
    return detail::async_wait_until(std::forward<CompletionToken>(token), executor_, 50us, 1ms, std::move(ask));
  }
  auto async_publish(T message) { return async_publish(std::move(message), ::asio::use_awaitable); }

  /// Waits until at least that many subscribers are connected. Looks every 1 to 20 milliseconds.
  template <class CompletionToken>
  auto async_wait_for_subscribers(std::size_t count, CompletionToken&& token) {
    using namespace std::chrono_literals;
    auto ask = [this, count]() -> std::optional<std::error_code> {
      if (this->num_subscribers() < count) return std::nullopt;
      return std::error_code();
    };
    return detail::async_wait_until(std::forward<CompletionToken>(token), executor_, 1ms, 20ms, std::move(ask));
  }
  auto async_wait_for_subscribers(std::size_t count) { return async_wait_for_subscribers(count, ::asio::use_awaitable); }

 private:
  executor_type executor_;
};

}  // namespace carry::asio
