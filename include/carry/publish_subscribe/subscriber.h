#pragma once

#include <carry/error.h>
#include <carry/event/detail/wait.h>
#include <carry/event/shm_atomic_observer.h>
#include <carry/memory/shm_safe.h>
#include <carry/publish_subscribe/data_access.h>
#include <carry/publish_subscribe/detail/awaited_message.h>
#include <carry/publish_subscribe/detail/subscriber_core.h>
#include <carry/publish_subscribe/options.h>
#include <carry/publish_subscribe/sample.h>
#include <carry/utils/deadline.h>
#include <carry/utils/founding_names.h>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace carry::publish_subscribe {

/// Receives the messages of all publishers of a topic, wherever they are, whenever they come, and after they restart.
///
/// Messages are read in place, in the publisher's memory, without a copy and without a move.
///
/// The topic's name and T's structure tell what belongs together: see Publisher.
///
/// Thread safety: one thread per Subscriber at a time; any number of subscribers. Samples may be released by any thread.
/// Exceptions:    std::bad_alloc of initialize(), subscribe(), and whatever looks for messages, when this process has no memory of its own to remember
///                a new publisher; nothing is changed by such a call. What the caller's callback throws passes through.
/// Crash safety:  a killed subscriber holds nothing. What a killed publisher had published can still be received by subscribers that were connected
///                to it, and by those that were there before it, if they look before another process joins or leaves (Windows: if they had met its
///                process before).
template <class T, class ObserverType = event::ShmAtomicObserver>
class Subscriber {
  static_assert(event::Observer<ObserverType> || event::WaitStrategy<ObserverType>,
                "an observer has the members that docs/reference/observer.md lists");
  static_assert(std::is_object_v<T> && !std::is_const_v<T>, "a message is a plain object type");

 public:
  using message_type = T;
  using data_access_type = DataAccess<T>;

  explicit Subscriber(std::string_view topic, SubscriberOptions options = {}) : topic_(topic), options_(options) {
    require_shm_safe<T>();
    domain::Participant::leave_at_exit_after_caller();
  }
  Subscriber(Subscriber&& other) noexcept
      : core_(std::move(other.core_)),
        initialized_(std::exchange(other.initialized_, false)),
        observer_(std::move(other.observer_)),
        topic_(std::move(other.topic_)),
        options_(other.options_) {}
  Subscriber& operator=(Subscriber&& other) noexcept {
    if (this != &other) {
      cancel_subscription();
      core_ = std::move(other.core_);
      initialized_ = std::exchange(other.initialized_, false);
      observer_ = std::move(other.observer_);
      topic_ = std::move(other.topic_);
      options_ = other.options_;
    }
    return *this;
  }
  ~Subscriber() { cancel_subscription(); }

  /// Joins the domain. Errors: Errc::already_initialized; Errc::forked; those of joining: see initialize_dynamic_buffer().
  std::error_code initialize() {
    if (initialized_) return Errc::already_initialized;
    auto participant = domain::Participant::current();
    if (!participant) return participant.error();
    if constexpr (needs_notifications) {
      if (auto error = observer_.initialize(topic_)) return error;
    }
    initialized_ = true;
    return {};
  }

  /// Connects to the publishers that are there. From now on nothing that a new publisher publishes is missed, as long as its overflow policy and
  /// its linger give this subscriber the time to look.
  ///
  /// Errors: Errc::not_initialized; Errc::already_initialized; Errc::invalid_option; Errc::type_mismatch when a live port of the topic has another type;
  ///         Errc::heap_exhausted; Errc::port_table_full; Errc::forked; what the system ran out of when a process could not be mapped
  ///         (too_many_files_open).
  std::error_code subscribe() {
    if (!initialized_) return Errc::not_initialized;
    if (core_ != nullptr) return Errc::already_initialized;
    auto core = detail::SubscriberCore::open({.topic = topic_, .type = domain::type_identity<T>(), .options = options_});
    if (!core) return core.error();
    if constexpr (needs_notifications) {
      if (auto error = observer_.subscribe()) return error;
    }
    core_ = std::move(*core);
    return {};
  }

  /// Ends the subscription; subscribe() may follow. Samples stay valid. Idempotent.
  void cancel_subscription() noexcept {
    if constexpr (needs_notifications) observer_.cancel_subscription();
    detail::SubscriberCore::close(std::move(core_));
  }

  /// Takes one message if there is one: else an empty sample, and the reason in `error` if it is more than that.
  ///
  /// Blocking:   never.
  /// Errors:     Errc::not_initialized; Errc::too_many_samples; Errc::forked; Errc::publisher_gone (if asked for: see SubscriberOptions); why a new publisher could not be connected to, which is tried again with
  ///             the next call: Errc::heap_exhausted, Errc::port_table_full, what the system ran out of (too_many_files_open).
  /// Complexity: O(1) for one publisher, O(publishers) else.
  [[nodiscard]] Sample<T> try_receive(std::error_code& error) {
    error.clear();
    if (core_ == nullptr) [[unlikely]] {
      error = Errc::not_initialized;
      return {};
    }
    ring::Claimed claimed;
    return core_->try_take(claimed, error) ? Sample<T>(claimed) : Sample<T>();
  }
  [[nodiscard]] Sample<T> try_receive() {
    ring::Claimed claimed;
    return core_ != nullptr && core_->try_take(claimed) ? Sample<T>(claimed) : Sample<T>();
  }

  /// Waits for one message, and hands it to `callback`. A timeout of 0 waits without limit. Returns what the callback returns.
  ///
  /// Blocking: as the observer waits, until a message is there or the timeout ran out.
  /// Errors:   those of try_receive(); Errc::timeout; the callback's own.
  template <class Callback>
    requires std::is_invocable_r_v<std::error_code, Callback, data_access_type&>
  std::error_code receive(Callback&& callback, std::chrono::nanoseconds timeout) {
    event::WaitLimit limit;
    if (timeout.count() != 0) limit.deadline = utils::deadline_after(timeout);
    return receive_within(std::forward<Callback>(callback), limit);
  }

  /// The same, until a stop is requested: then Errc::cancelled.
  template <class Callback>
    requires std::is_invocable_r_v<std::error_code, Callback, data_access_type&>
  std::error_code receive(Callback&& callback, std::stop_token stop) {
    return receive_within(std::forward<Callback>(callback), {.stop = std::move(stop)});
  }

  /// Hands everything that is there to `callback`, up to `limit` messages, one claim each. Returns how many, or the first error, of the callback's too.
  /// Blocking: never.
  template <class Callback>
    requires std::is_invocable_r_v<std::error_code, Callback, data_access_type&>
  Result<std::size_t> receive_all(Callback&& callback, std::size_t limit = static_cast<std::size_t>(-1)) {
    std::size_t count = 0;
    std::error_code error;
    for (; count != limit; ++count) {
      Sample<T> sample = try_receive(error);
      if (error) return Failure{error};
      if (!sample) break;
      data_access_type access(std::move(sample));
      if (error = callback(access); error) return Failure{error};
    }
    return count;
  }

  /// Hands message after message to `callback`, until a stop is requested (no error) or the callback returns an error, which is returned.
  /// Blocking: as the observer waits. Errors: those of receive().
  template <class Callback>
    requires std::is_invocable_r_v<std::error_code, Callback, data_access_type&>
  std::error_code run(Callback&& callback, std::stop_token stop) {
    for (;;) {
      bool called = false;
      const auto error = receive_within(
          [&](data_access_type& data) {
            called = true;
            return callback(data);
          },
          {.stop = stop});
      if (!called && error == Errc::cancelled) return {};
      if (error) return error;
    }
  }

  /// For who waits for several at once (event::Multiplexer): true if try_receive() would give a message or an error.
  bool has_message() { return core_ == nullptr || core_->has_message(); }
  std::error_code arm(const domain::Bell& bell) { return core_ == nullptr ? make_error_code(Errc::not_initialized) : detail::arm(*core_, bell); }
  void disarm() noexcept {
    if (core_ != nullptr) core_->disarm();
  }

  std::chrono::nanoseconds look_every() const noexcept { return core_ == nullptr ? std::chrono::nanoseconds::max() : core_->look_every(); }

  /// Messages that were overwritten before this subscriber came to them, since subscribe().
  std::uint64_t missed() const noexcept { return core_ == nullptr ? 0 : core_->missed(); }

  /// Publishers that are connected at the moment, as of the last receive.
  std::size_t num_publishers() const noexcept { return core_ == nullptr ? 0 : core_->num_publishers(); }

  const std::string& topic() const noexcept { return topic_; }

 protected:
  /// For waits that are written elsewhere. Null before subscribe().
  detail::SubscriberCore* core() const noexcept { return core_.get(); }

 private:
  static constexpr bool needs_notifications = !event::WaitStrategy<ObserverType>;  // to wait; shipped observers look at shared memory themselves

  template <class Callback>
  std::error_code receive_within(Callback&& callback, const event::WaitLimit& limit) {
    if (core_ == nullptr) return Errc::not_initialized;
    detail::AwaitedMessage message(*core_);
    const event::WaitOptions options{.spins_before_yield = options_.spins_before_yield, .spin = options_.spin, .look_every = core_->look_every()};
    if (auto error = event::detail::wait(observer_, message, limit, options)) return error;
    if (message.error) return message.error;
    data_access_type access{Sample<T>(message.claimed)};
    return callback(access);
  }

  std::unique_ptr<detail::SubscriberCore> core_;
  bool initialized_ = false;
  ObserverType observer_;
  std::string topic_;
  SubscriberOptions options_;
};

}  // namespace carry::publish_subscribe
