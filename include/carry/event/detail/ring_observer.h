#pragma once

#include <carry/event/concepts.h>
#include <carry/event/detail/endpoints.h>
#include <carry/event/detail/notification_ring.h>

#include <system_error>

namespace carry::event::detail {

/// Receives what a BasicShmAtomicNotifier sends, and waits as `Strategy` does.
template <Payload P, class Strategy>
class RingObserver : public Strategy, public ObserverOver<P, NotificationSink, RingObserver<P, Strategy>> {
 private:
  friend class ObserverOver<P, NotificationSink, RingObserver>;
  std::error_code wait_for(NotificationSink& sink, void* value, const WaitLimit& limit) {
    AwaitedNotification notification{sink, value};
    if (auto error = this->wait(notification, limit, WaitOptions{})) return error;
    return notification.error;
  }
};

}  // namespace carry::event::detail
