#pragma once

#include <carry/domain/topic.h>
#include <carry/error.h>
#include <carry/event/concepts.h>
#include <carry/memory/shm_safe.h>
#include <carry/utils/deadline.h>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace carry::event::detail {

/// A Notifier over an untyped source: one with open(id, type), notify(value), num_observers(). Its Sent<P> names the payload and how it is sent.
template <Payload P, class Source>
class NotifierOver {
 public:
  using value_type = P;

  NotifierOver() { require_shm_safe<P>(); }

  /// Makes its end known. Errors: Errc::already_initialized; Errc::invalid_option; Errc::type_mismatch when the id is in use with another payload
  /// or another kind of notifier; Errc::heap_exhausted; Errc::port_table_full; Errc::forked; those of joining: see initialize_dynamic_buffer().
  std::error_code initialize(std::string_view id) {
    if (source_ != nullptr) return Errc::already_initialized;
    auto source = Source::open(id, domain::type_identity<typename Source::template Sent<P>>());
    if (!source) return source.error();
    source_ = std::move(*source);
    return {};
  }

  /// Tells every observer that is subscribed. Never waits for one: an observer that does not keep up loses values, and is woken nevertheless.
  /// Errors: Errc::not_initialized; Errc::forked; what kept it from reaching a new observer.
  std::error_code notify_observers(const P& value) noexcept {
    return source_ == nullptr ? make_error_code(Errc::not_initialized) : source_->notify(&value);
  }

  /// Observers that are subscribed at the moment, paused ones too.
  std::size_t num_observers() { return source_ == nullptr ? 0 : source_->num_observers(); }

 private:
  std::unique_ptr<Source> source_;
};

/// What every shipped observer does alike. `Derived` has wait_for(sink, value, limit), which takes one value.
template <Payload P, class Sink, class Derived>
class ObserverOver {
 public:
  using value_type = P;

  ObserverOver() { require_shm_safe<P>(); }

  /// Errors: Errc::already_initialized; Errc::invalid_option (an empty id).
  std::error_code initialize(std::string_view id) {
    if (!id_.empty()) return Errc::already_initialized;
    if (id.empty()) return Errc::invalid_option;
    id_ = id;
    return {};
  }

  /// From now on notifications of every notifier are received. Errors: Errc::not_initialized; Errc::already_initialized; as NotifierOver::initialize().
  std::error_code subscribe() {
    if (id_.empty()) return Errc::not_initialized;
    if (sink_ != nullptr) return Errc::already_initialized;
    auto sink = Sink::open(id_, domain::type_identity<typename Sink::template Sent<P>>());
    if (!sink) return sink.error();
    sink_ = std::move(*sink);
    paused_ = false;
    return {};
  }

  /// Ends it; subscribe() may follow. Idempotent.
  void cancel_subscription() noexcept { sink_.reset(); }

  /// From now on nothing is received: what comes until resume_subscription() is forgotten. Errors: Errc::not_initialized.
  std::error_code pause_subscription() {
    if (sink_ == nullptr) return Errc::not_initialized;
    paused_ = true;
    return {};
  }
  std::error_code resume_subscription() {
    if (sink_ == nullptr) return Errc::not_initialized;
    if (!std::exchange(paused_, false)) return {};
    P forgotten{};
    std::error_code error;
    // As many as any channel keeps: a notifier that never rests could go on for ever.
    for (int left = 4096; left != 0 && sink_->take(&forgotten, error); --left) continue;
    return error;
  }

  /// Waits for one notification, and hands its value to `callback`, whose error it returns. A timeout of 0 waits without limit.
  /// Errors: Errc::timeout; Errc::not_initialized; Errc::subscription_paused; Errc::forked; what keeps it from waiting.
  template <class Callback>
    requires std::is_invocable_r_v<std::error_code, Callback, const P&>
  std::error_code receive(std::chrono::nanoseconds timeout, Callback&& callback) {
    WaitLimit limit;
    if (timeout.count() != 0) limit.deadline = utils::deadline_after(timeout);
    return receive(limit, std::forward<Callback>(callback));
  }

  /// The same until a deadline, or until a stop is requested: then Errc::cancelled.
  template <class Callback>
    requires std::is_invocable_r_v<std::error_code, Callback, const P&>
  std::error_code receive(const WaitLimit& limit, Callback&& callback) {
    if (sink_ == nullptr) return Errc::not_initialized;
    if (paused_) return Errc::subscription_paused;
    P value{};
    if (auto error = static_cast<Derived&>(*this).wait_for(*sink_, &value, limit)) return error;
    return std::forward<Callback>(callback)(std::as_const(value));
  }

 private:
  std::string id_;
  std::unique_ptr<Sink> sink_;
  bool paused_ = false;
};

}  // namespace carry::event::detail
