#pragma once

// The two ends of a ring of notifications, without their payload's type. Provided by publish_subscribe, because notifications are messages on a topic.

#include <carry/domain/bell.h>
#include <carry/domain/topic.h>
#include <carry/result.h>

#include <cstddef>
#include <memory>
#include <string_view>
#include <system_error>

namespace carry::event::detail {

template <class P>
struct InSharedMemory {
  P value;
};

class NotificationSource {
 public:
  template <class P>
  using Sent = InSharedMemory<P>;

  /// Errors: those of Publisher::initialize().
  static Result<std::unique_ptr<NotificationSource>> open(std::string_view id, const domain::TypeIdentity& payload);
  virtual ~NotificationSource() = default;
  virtual std::error_code notify(const void* value) noexcept = 0;
  virtual std::size_t num_observers() = 0;
};

class NotificationSink {
 public:
  template <class P>
  using Sent = InSharedMemory<P>;

  /// Errors: those of Subscriber::subscribe().
  static Result<std::unique_ptr<NotificationSink>> open(std::string_view id, const domain::TypeIdentity& payload);
  virtual ~NotificationSink() = default;
  /// True: `value` holds one. False: none is there, or `error` says why not.
  virtual bool take(void* value, std::error_code& error) = 0;
  virtual std::error_code arm(const domain::Bell& bell) = 0;
  virtual void disarm() noexcept = 0;
};

/// Waited for: the next notification.
struct AwaitedNotification {
  NotificationSink& sink;
  void* value;
  std::error_code error = {};

  bool look() { return sink.take(value, error) || error; }
  std::error_code arm(const domain::Bell& bell) { return sink.arm(bell); }
  void disarm() noexcept { sink.disarm(); }
};

}  // namespace carry::event::detail

/// The ends of one id must send in the same way.
template <class P>
inline constexpr auto carry::detail::structure_of<carry::event::detail::InSharedMemory<P>> = carry::detail::MadeOf<P>{"notification"};
