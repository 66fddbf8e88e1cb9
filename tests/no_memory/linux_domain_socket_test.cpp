#include "no_memory/every_request.h"

#include <carry/event/domain_socket_notifier.h>
#include <carry/event/domain_socket_observer.h>

using namespace carry::test;

TEST_CASE("sockets of observers without memory", "[no_memory]") {
  check_every_request([] { return notify<carry::event::DomainSocketNotifier, carry::event::DomainSocketObserver>(); });
}
