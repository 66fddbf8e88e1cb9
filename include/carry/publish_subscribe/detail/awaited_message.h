#pragma once

#include <carry/publish_subscribe/detail/subscriber_core.h>

#include <system_error>

namespace carry::publish_subscribe::detail {

/// Has the next message ring that bell. Look once more before parking. Errors: Errc::heap_exhausted.
inline std::error_code arm(SubscriberCore& core, const domain::Bell& bell) {
  if (auto failed = core.make_wakeable()) return failed;
  core.arm(bell);
  return {};
}

/// What a subscriber waits for, without I/O: an event::Awaited. Whoever hosts it looks, arms it at his bell, looks again, parks.
struct AwaitedMessage {
  explicit AwaitedMessage(SubscriberCore& subscriber) noexcept : core(subscriber) {}

  SubscriberCore& core;
  ring::Claimed claimed;  // once look() was true and there is no error
  std::error_code error;

  bool look() { return core.try_take(claimed, error) || error; }
  std::error_code arm(const domain::Bell& bell) { return detail::arm(core, bell); }
  void disarm() noexcept { core.disarm(); }
};

}  // namespace carry::publish_subscribe::detail
