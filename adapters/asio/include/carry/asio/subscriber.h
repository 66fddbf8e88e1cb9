#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/error.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

#include <carry/asio/detail/receive.h>
#include <carry/error.h>
#include <carry/memory/shm_safe.h>
#include <carry/publish_subscribe/options.h>
#include <carry/publish_subscribe/sample.h>

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace carry::asio {

/// A subscriber as an I/O object of Asio: `Sample<Frame> frame = co_await subscriber.receive();`
///
/// One bell and one descriptor per execution context, whatever the number of subscribers.
/// Thread safety:  distinct objects: safe; one object: as Asio's, by one thread (or strand) at a time. Destroy it before its context.
/// Cancellation:   total, partial and terminal alike: a cancelled receive has taken no message.
/// Crash safety:   as publish_subscribe::Subscriber.
template <class T>
class Subscriber {
 public:
  using executor_type = ::asio::any_io_executor;
  using message_type = T;

  explicit Subscriber(executor_type executor, std::string_view topic, SubscriberOptions options = {})
      : executor_(std::move(executor)), topic_(topic), options_(options) {
    require_shm_safe<T>();
    domain::Participant::leave_at_exit_after_caller();
  }
  template <class Context>
    requires std::convertible_to<Context&, ::asio::execution_context&>
  explicit Subscriber(Context& context, std::string_view topic, SubscriberOptions options = {})
      : Subscriber(executor_type(context.get_executor()), topic, options) {}

  Subscriber(Subscriber&&) noexcept = default;
  Subscriber& operator=(Subscriber&& other) noexcept {
    if (this != &other) {
      close();
      executor_ = std::move(other.executor_);
      service_ = other.service_;
      core_ = std::move(other.core_);
      topic_ = std::move(other.topic_);
      options_ = other.options_;
    }
    return *this;
  }
  /// A receive under way completes with operation_aborted.
  ~Subscriber() { close(); }

  executor_type get_executor() const noexcept { return executor_; }
  const std::string& topic() const noexcept { return topic_; }

  /// Joins the domain and connects to the publishers that are there.
  /// Errors: Errc::already_initialized; those of publish_subscribe::Subscriber::initialize() and ::subscribe().
  std::error_code subscribe() {
    if (core_ != nullptr) return Errc::already_initialized;
    auto core = detail::SubscriberCore::open({.topic = topic_, .type = domain::type_identity<T>(), .options = options_});
    if (!core) return core.error();
    service_ = &::asio::use_service<detail::BellService>(::asio::query(executor_, ::asio::execution::context));
    core_ = std::move(*core);
    return {};
  }

  /// Ends the subscription: a receive under way completes with operation_aborted. Samples stay valid.
  void close() noexcept {
    if (core_ == nullptr) return;
    service_->cancel_all(*core_);
    const std::scoped_lock lock(service_->mutex());
    detail::SubscriberCore::close(std::move(core_));
  }

  /// Every receive under way completes with operation_aborted.
  void cancel() {
    if (core_ != nullptr) service_->cancel_all(*core_);
  }

  /// Takes one message if there is one, without waiting. As publish_subscribe::Subscriber::try_receive().
  [[nodiscard]] Sample<T> try_receive(std::error_code& error) {
    error.clear();
    if (core_ == nullptr) {
      error = Errc::not_initialized;
      return {};
    }
    const std::scoped_lock lock(service_->mutex());
    ring::Claimed claimed;
    return core_->try_take(claimed, error) ? Sample<T>(claimed) : Sample<T>();
  }
  [[nodiscard]] Sample<T> try_receive() {
    std::error_code ignored;
    return try_receive(ignored);
  }

  /// Waits for one message. Signature of the completion: void(std::error_code, Sample<T>). Never completes inside of this call.
  /// Several at once are served in the order in which they were started.
  template <class CompletionToken>
  auto async_receive(CompletionToken&& token) {
    return ::asio::async_initiate<CompletionToken, void(std::error_code, Sample<T>)>(
        [this](auto handler) {
          using Handler = decltype(handler);
          if (core_ != nullptr) return detail::Receive<Handler, T>::start(*service_, *core_, executor_, std::move(handler));
          ::asio::post(executor_, detail::Completion<Handler, T>(std::move(handler), executor_, Errc::not_initialized, {}));
        },
        token);
  }

  /// The same for a coroutine: `co_await subscriber.receive()` gives the sample, and throws std::system_error on an error.
  auto receive() { return async_receive(::asio::use_awaitable); }

  /// Messages that were overwritten before this subscriber came to them.
  std::uint64_t missed() const {
    if (core_ == nullptr) return 0;
    const std::scoped_lock lock(service_->mutex());
    return core_->missed();
  }

  /// Publishers that are connected at the moment, as of the last receive.
  std::size_t num_publishers() const {
    if (core_ == nullptr) return 0;
    const std::scoped_lock lock(service_->mutex());
    return core_->num_publishers();
  }

 private:
  executor_type executor_;
  detail::BellService* service_ = nullptr;
  std::unique_ptr<detail::SubscriberCore> core_;
  std::string topic_;
  SubscriberOptions options_;
};

}  // namespace carry::asio
