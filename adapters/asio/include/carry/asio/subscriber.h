#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/error.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

#include <carry/asio/detail/wait.h>
#include <carry/error.h>
#include <carry/memory/shm_safe.h>
#include <carry/publish_subscribe/options.h>
#include <carry/publish_subscribe/sample.h>

#include <concepts>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace carry::asio {

/// A subscriber as an I/O object of Asio: `Sample<Frame> frame = co_await subscriber.receive();`
///
/// One bell and one descriptor per execution context, whatever the number of subscribers.
/// Thread safety:  distinct objects: safe; one object: as Asio's, by one thread (or strand) at a time. Destroy it before its context.
/// Cancellation:   total, partial and terminal alike: a cancelled receive has taken no message. In a strand, or with one thread, that is so whatever else
///                 completes in the same moment: `receive() || timer` loses none.
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
      hub_ = std::move(other.hub_);
      subscription_ = std::move(other.subscription_);
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
    if (subscription_ != nullptr) return Errc::already_initialized;
    auto core = detail::SubscriberCore::open({.topic = topic_, .type = domain::type_identity<T>(), .options = options_});
    if (!core) return core.error();
    hub_ = ::asio::use_service<detail::BellService>(::asio::query(executor_, ::asio::execution::context)).hub();
    subscription_ = std::make_shared<detail::Subscription>();
    subscription_->core = std::move(*core);
    return {};
  }

  /// Ends the subscription: a receive under way completes with operation_aborted. Samples stay valid.
  /// A receive whose completion cannot be posted, for want of memory, is destroyed with its handler, uncalled.
  void close() noexcept {
    if (subscription_ == nullptr) return;
    try {
      hub_->cancel_all(subscription_);
    } catch (const std::bad_alloc&) {
      // As said above.
    }
    const std::scoped_lock lock(hub_->mutex);
    detail::SubscriberCore::close(std::move(subscription_->core));
    subscription_.reset();
  }

  /// Every receive under way completes with operation_aborted.
  void cancel() {
    if (subscription_ != nullptr) hub_->cancel_all(subscription_);
  }

  /// Takes one message if there is one, without waiting. As publish_subscribe::Subscriber::try_receive().
  [[nodiscard]] Sample<T> try_receive(std::error_code& error) {
    error.clear();
    if (subscription_ == nullptr) {
      error = Errc::not_initialized;
      return {};
    }
    const std::scoped_lock lock(hub_->mutex);
    ring::Claimed claimed;
    return subscription_->core->try_take(claimed, error) ? Sample<T>(claimed) : Sample<T>();
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
        [this](auto handler) { this->start<detail::NextMessage<T>>(std::move(handler)); }, token);
  }

  /// The same for a coroutine: `co_await subscriber.receive()` gives the sample, and throws std::system_error on an error.
  auto receive() { return async_receive(::asio::use_awaitable); }

  /// Waits until a publisher is connected. Signature of the completion: void(std::error_code).
  template <class CompletionToken>
  auto async_wait_for_publisher(CompletionToken&& token) {
    return ::asio::async_initiate<CompletionToken, void(std::error_code)>(
        [this](auto handler) { this->start<detail::AnyPublisher>(std::move(handler)); }, token);
  }
  auto async_wait_for_publisher() { return async_wait_for_publisher(::asio::use_awaitable); }

  /// Messages that were overwritten before this subscriber came to them.
  std::uint64_t missed() const {
    if (subscription_ == nullptr) return 0;
    const std::scoped_lock lock(hub_->mutex);
    return subscription_->core->missed();
  }

  /// Publishers that are connected at the moment, as of the last receive.
  std::size_t num_publishers() const {
    if (subscription_ == nullptr) return 0;
    const std::scoped_lock lock(hub_->mutex);
    return subscription_->core->num_publishers();
  }

 private:
  template <class Awaited, class Handler>
  void start(Handler handler) {
    if (subscription_ != nullptr) return detail::Wait<Handler, Awaited>::start(hub_, subscription_, executor_, std::move(handler));
    const auto executor = ::asio::get_associated_executor(handler, executor_);
    ::asio::post(executor, detail::Refused<Handler, Awaited>(std::move(handler), Errc::not_initialized));
  }

  executor_type executor_;
  std::shared_ptr<detail::Hub> hub_;
  std::shared_ptr<detail::Subscription> subscription_;  // null: not subscribed
  std::string topic_;
  SubscriberOptions options_;
};

}  // namespace carry::asio
