// What is there on Linux only: sockets, and another participant in this process.

#include "no_memory/every_request.h"
#include "support/forged_participant.h"
#include "support/quiet_log.h"

#include <carry/domain/bell.h>
#include <carry/domain/clean.h>
#include <carry/event/domain_socket_notifier.h>
#include <carry/event/domain_socket_observer.h>

#include <array>
#include <thread>

#include <pthread.h>
#include <unistd.h>

using namespace carry;
using namespace carry::test;
using publish_subscribe::Publisher;
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

TEST_CASE("a notifier without memory tells those whom it had found", "[no_memory]") {
  const QuietLog quiet;
  const auto hears = [](event::DomainSocketObserver& observer, std::uint64_t expected) {
    std::uint64_t heard = 0;
    const auto error = observer.receive(std::chrono::seconds(20), [&](std::uint64_t value) {
      heard = value;
      return std::error_code();
    });
    return !error && heard == expected;
  };
  bool has_failed = true;
  int n = 0;
  for (; has_failed && n != most_requests; ++n) {
    CAPTURE(n);
    event::DomainSocketNotifier notifier;
    std::array<event::DomainSocketObserver, 2> observers;
    REQUIRE((!notifier.initialize("door") && !observers[0].initialize("door") && !observers[0].subscribe()));
    REQUIRE_FALSE(notifier.notify_observers(1));
    REQUIRE(hears(observers[0], 1));
    REQUIRE((!observers[1].initialize("door") && !observers[1].subscribe()));
    std::error_code error;
    {
      const FailingNew failing(n, true);
      error = notifier.notify_observers(2);
      has_failed = FailingNew::has_failed();
    }
    CHECK(hears(observers[0], 2));
    if (error) REQUIRE_FALSE(notifier.notify_observers(3));
    CHECK(hears(observers[1], error ? 3 : 2));
  }
  CHECK_FALSE(has_failed);
  CHECK(n > 1);
}

TEST_CASE("a thread that is to end rings without memory, once, and its process goes on", "[no_memory]") {
  const QuietLog quiet;
  Subscriber<Number> subscriber("rung by a thread");
  Publisher<Number> publisher("rung by a thread");
  REQUIRE((!subscriber.initialize() && !subscriber.subscribe() && !publisher.initialize()));
  const auto make_bell = [] { return domain::Bell::make(**domain::Participant::current()).value(); };
  REQUIRE_FALSE(subscriber.arm(*make_bell()));
  subscriber.disarm();
  REQUIRE((!publisher.publish(Number{1}) && subscriber.try_receive() && !publisher.publish(Number{2})));
  const auto bell = make_bell();
  REQUIRE_FALSE(subscriber.arm(*bell));
  bool has_failed = false;
  std::thread thread([&] {
    ::pthread_cancel(::pthread_self());
    const FailingNew failing(0, true);
    const bool published = !publisher.publish(Number{3}) && !publisher.publish(Number{4});
    has_failed = published && FailingNew::has_failed();
  });
  thread.join();
  CHECK(has_failed);
  std::array<char, 16> rings;
  CHECK(::read(static_cast<int>(bell->native_handle()), rings.data(), rings.size()) == 1);
}
