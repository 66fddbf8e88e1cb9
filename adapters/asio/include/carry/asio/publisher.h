#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/execution_context.hpp>
#include <asio/use_awaitable.hpp>

#include <carry/asio/detail/ask.h>
#include <carry/error.h>
#include <carry/publish_subscribe/publisher.h>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace carry::asio {

/// A publisher as an I/O object of Asio: with Overflow::block it waits for room without holding up a thread.
///
/// Thread safety: distinct objects: safe; one object: as Asio's, by one thread (or strand) at a time.
/// Cancellation:  total, partial and terminal alike: the message of a cancelled publish was not published.
/// Crash safety:  as publish_subscribe::Publisher.
template <class T>
class Publisher {
 public:
  using executor_type = ::asio::any_io_executor;
  using message_type = T;
  using next_layer_type = publish_subscribe::Publisher<T>;

  explicit Publisher(executor_type executor, std::string_view topic, PublisherOptions options = {})
      : executor_(std::move(executor)), publisher_(std::make_unique<next_layer_type>(topic, options)) {}
  template <class Context>
    requires std::convertible_to<Context&, ::asio::execution_context&>
  explicit Publisher(Context& context, std::string_view topic, PublisherOptions options = {})
      : Publisher(executor_type(context.get_executor()), topic, options) {}

  Publisher(Publisher&&) noexcept = default;
  Publisher& operator=(Publisher&& other) noexcept {
    if (this != &other) {
      cancel();
      executor_ = std::move(other.executor_);
      publisher_ = std::move(other.publisher_);
      questions_ = std::move(other.questions_);
    }
    return *this;
  }
  /// What is under way completes with operation_aborted.
  ~Publisher() { cancel(); }

  executor_type get_executor() const noexcept { return executor_; }

  /// The publisher itself: loan(), publish_in_place(), reclaim(), options(). Not after this was moved from.
  next_layer_type& next_layer() noexcept { return *publisher_; }
  const next_layer_type& next_layer() const noexcept { return *publisher_; }

  const std::string& topic() const noexcept { return publisher_->topic(); }
  std::error_code initialize() { return publisher_->initialize(); }
  std::size_t num_subscribers() { return publisher_->num_subscribers(); }

  /// Publishes without waiting: Errc::ring_full if a subscriber still needs the oldest message.
  std::error_code try_publish(T&& message) { return publisher_->try_publish(std::move(message)); }

  /// Publishes the message, when there is room for it. Signature of the completion: void(std::error_code). Never completes inside of this call.
  ///
  /// Readers tell nobody that they went on, so that reading stays free of fences: while it waits, it looks every 50 microseconds to a millisecond.
  /// Errors: those of publish_subscribe::Publisher::publish(), but no timeout; operation_aborted.
  template <class CompletionToken>
  auto async_publish(T message, CompletionToken&& token) {
    using namespace std::chrono_literals;
    return ::asio::async_initiate<CompletionToken, void(std::error_code)>(
        [this](auto handler, T&& moved) {
          ask(std::move(handler), 50us, 1ms, [publisher = publisher_.get(), m = std::move(moved)]() mutable -> std::optional<std::error_code> {
            const std::error_code error = publisher->try_publish(std::move(m));
            if (error == Errc::ring_full && publisher->options().overflow == Overflow::block) return std::nullopt;
            return error;
          });
        },
        token, std::move(message));
  }
  auto async_publish(T message) { return async_publish(std::move(message), ::asio::use_awaitable); }

  /// Waits until at least that many subscribers are connected: looks every 1 to 20 milliseconds. Signature of the completion: void(std::error_code).
  template <class CompletionToken>
  auto async_wait_for_subscribers(std::size_t count, CompletionToken&& token) {
    using namespace std::chrono_literals;
    return ::asio::async_initiate<CompletionToken, void(std::error_code)>(
        [this, count](auto handler) {
          ask(std::move(handler), 1ms, 20ms, [publisher = publisher_.get(), count]() -> std::optional<std::error_code> {
            if (publisher->num_subscribers() < count) return std::nullopt;
            return std::error_code();
          });
        },
        token);
  }
  auto async_wait_for_subscribers(std::size_t count) { return async_wait_for_subscribers(count, ::asio::use_awaitable); }

  /// Everything under way completes with operation_aborted.
  void cancel() { questions_.cancel(); }

 private:
  template <class Handler, class Question>
  void ask(Handler handler, std::chrono::nanoseconds first, std::chrono::nanoseconds longest, Question question) {
    using detail::Ask;
    Ask<Handler, Question>::start(questions_, std::move(handler), std::move(question), executor_, first, longest);
  }

  executor_type executor_;
  std::unique_ptr<next_layer_type> publisher_;
  detail::Questions questions_;
};

}  // namespace carry::asio
