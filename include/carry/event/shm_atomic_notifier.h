#pragma once

#include <carry/event/concepts.h>
#include <carry/event/detail/endpoints.h>
#include <carry/event/detail/notification_ring.h>
#include <carry/utils/founding_names.h>

#include <cstdint>

namespace carry::event {

/// Notifies through shared memory: observers that poll see it there, and the bells of those who are parked are rung.
///
/// In a Publisher it has nothing to do: the stamp of a message in shared memory is the notification. Alone it sends values, the last 256 of which an
/// observer can still receive.
/// Thread safety: one thread per notifier. Blocking: never; a system call only if an observer is parked.
/// Crash safety: killed anywhere, a value is sent as a whole or not at all.
template <Payload P>
class BasicShmAtomicNotifier : public detail::NotifierOver<P, detail::NotificationSource> {
 public:
  static constexpr bool publishing_notifies = true;
};

using ShmAtomicNotifier = BasicShmAtomicNotifier<std::uint64_t>;
static_assert(SharedMemoryNotifier<ShmAtomicNotifier>);

}  // namespace carry::event
