#pragma once

#include <carry/event/detail/datagram_channel.h>
#include <carry/event/detail/endpoints.h>

#include <cstdint>

namespace carry::event {

/// Notifies by a Unix domain socket of each observer (Linux): for programs that have to wait for a socket of their own, at one system call per observer
/// and notification.
///
/// Observers and notifiers come and go at any time and in any order. A full socket keeps the values it has, and the new one is lost to its observer.
/// Thread safety: one thread per notifier. Blocking: never, and no SIGPIPE.
/// Crash safety: killed anywhere, a value is sent as a whole or not at all. Errors elsewhere than on Linux: not_supported when an observer subscribes.
template <Payload P>
using BasicDomainSocketNotifier = detail::NotifierOver<P, detail::DatagramSource>;
class DomainSocketNotifier : public BasicDomainSocketNotifier<std::uint64_t> {};
static_assert(Notifier<DomainSocketNotifier>);

}  // namespace carry::event
