// What is there on Linux only: sockets, and another participant in this process.

#include "no_memory/every_request.h"
#include "support/forged_participant.h"

#include <carry/domain/clean.h>
#include <carry/event/domain_socket_notifier.h>
#include <carry/event/domain_socket_observer.h>

using namespace carry;
using namespace carry::test;
using publish_subscribe::Subscriber;

TEST_CASE("sockets of observers without memory", "[no_memory]") {
  check_every_request([] { return notify<event::DomainSocketNotifier, event::DomainSocketObserver>(); });
}

TEST_CASE("others come, publish and die, and there is no memory to notice", "[no_memory]") {
  check_every_request([] {
    const char* topic = "of another";
    const auto type = domain::type_identity<Number>();
    ForgedParticipant other((**domain::Participant::current()).directory());
    const auto ring = other.segment().add_ring(4, type);
    other.segment().set_port(0, {.kind = domain::PortKind::publisher,
                                 .port_id = 1,
                                 .birth = 1,
                                 .topic_hash = domain::topic_hash(topic),
                                 .descriptor_offset = other.segment().add_descriptor(topic, type),
                                 .body_offset = ring.header});
    Subscriber<Number> subscriber(topic);
    if (subscriber.initialize() || subscriber.subscribe() || subscriber.try_receive()) return false;
    const bool met = subscriber.num_publishers() == 1;
    other.leave();
    while (subscriber.try_receive()) continue;
    return met && domain::clean((**domain::Participant::current()).directory()).has_value();
  });
}
