#pragma once

#include <carry/async/wait.h>
#include <carry/publish_subscribe/detail/awaited_message.h>
#include <carry/publish_subscribe/subscriber.h>

#include <coroutine>
#include <expected>
#include <system_error>

namespace carry::async {

namespace detail {

/// The wait of Subscriber::receive().
template <class T>
class ReceiveOperation final : Operation, publish_subscribe::detail::Waiting {
 public:
  explicit ReceiveOperation(publish_subscribe::detail::SubscriberCore* core) noexcept : core_(core) { listens_ = true; }
  ~ReceiveOperation() override { disarm(); }

  bool await_ready() const noexcept { return false; }
  template <InLoop Promise>
  bool await_suspend(std::coroutine_handle<Promise> coroutine) {
    const Context& context = coroutine.promise();
    result_ = core_ == nullptr ? make_error_code(Errc::not_initialized) : context.scope->reason();
    if (result_ || (context.loop->may_go_on() && look())) return false;
    result_ = core_->make_wakeable();
    if (result_) return false;
    core_->arm(context.loop->bell());
    core_->set_waiting(this);
    armed_ = true;
    if (look() && context.loop->may_go_on()) return false;
    look_every_ = core_->look_every();
    // Found although others are to have their turn first: it is found again then.
    const auto first_look = look_every_ == Clock::duration::max() ? Clock::time_point::max() : Clock::now() + look_every_;
    sleep(context, coroutine, sample_ || error_ ? Clock::time_point::min() : first_look, {});
    return true;
  }
  std::expected<Sample<T>, std::error_code> await_resume() noexcept {
    disarm();
    if (sample_) return std::move(sample_);
    return std::unexpected(result_ ? result_ : error_);
  }

 private:
  bool look() override {
    if (sample_ || error_) return true;
    ring::Claimed claimed;
    if (core_->try_take(claimed, error_)) sample_ = Sample<T>(claimed);
    return sample_ || error_;
  }
  void disarm() noexcept {
    if (!std::exchange(armed_, false)) return;
    core_->disarm();
    core_->set_waiting(nullptr);
  }
  void subscriber_ended() noexcept override {
    armed_ = false;
    wake(Errc::cancelled);
  }

  publish_subscribe::detail::SubscriberCore* core_;
  Sample<T> sample_;
  std::error_code error_;
  bool armed_ = false;
};

}  // namespace detail

/// What Subscriber::receive() returns: to be awaited once, while the subscriber lives.
template <class T>
struct [[nodiscard]] receive_awaitable {
  publish_subscribe::detail::SubscriberCore* core;
  detail::ReceiveOperation<T> operator co_await() const noexcept { return detail::ReceiveOperation<T>(core); }
};

/// A subscriber whose receive() is awaited by a task of an event_loop. The rest as publish_subscribe::Subscriber.
///
/// Thread safety: the loop's thread. One receive() at a time.
template <class T>
class Subscriber : public publish_subscribe::Subscriber<T> {
 public:
  using publish_subscribe::Subscriber<T>::Subscriber;
  using publish_subscribe::Subscriber<T>::receive;

  /// Waits for one message without holding up the thread: `auto sample = co_await subscriber.receive();`
  ///
  /// Gives the sample, or: Errc::cancelled or Errc::timeout (see with_stop(), with_timeout(); no message is lost), Errc::cancelled also when the
  /// subscription ends meanwhile, Errc::not_initialized, the errors of try_receive().
  receive_awaitable<T> receive() noexcept { return {this->core()}; }
};

}  // namespace carry::async
