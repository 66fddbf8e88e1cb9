#pragma once

#include <carry/event/detail/datagram_channel.h>
#include <carry/event/detail/endpoints.h>

#include <cstdint>
#include <system_error>

namespace carry::event {

/// Receives what a BasicDomainSocketNotifier sends, in a Unix domain socket of its own (Linux). In a Subscriber it says when to look for messages.
///
/// Thread safety: one thread at a time. Blocking: until the limit; one system call per notification, and one more per wait.
/// Crash safety: a killed observer leaves a name in the domain directory, which goes with what else it left.
template <Payload P>
class BasicDomainSocketObserver : public detail::ObserverOver<P, detail::DatagramSink, BasicDomainSocketObserver<P>> {
 private:
  friend class detail::ObserverOver<P, detail::DatagramSink, BasicDomainSocketObserver>;
  static std::error_code wait_for(detail::DatagramSink& sink, void* value, const WaitLimit& limit) { return sink.wait(value, limit); }
};
class DomainSocketObserver : public BasicDomainSocketObserver<std::uint64_t> {};
static_assert(Observer<DomainSocketObserver>);

}  // namespace carry::event
