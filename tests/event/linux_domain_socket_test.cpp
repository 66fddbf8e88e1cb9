#include "event/conformance.h"

#include <carry/event/bell_observer.h>
#include <carry/event/domain_socket_notifier.h>
#include <carry/event/domain_socket_observer.h>

using namespace carry;
using namespace carry::test;

namespace {

struct DomainSocketPair {
  static constexpr auto name = "domain-socket";
  template <class P>
  using Notifier = event::BasicDomainSocketNotifier<P>;
  template <class P>
  using Observer = event::BasicDomainSocketObserver<P>;
};

}  // namespace

TEST_CASE("notifiers and observers with domain sockets conform", "[event]") { conforms<DomainSocketPair>(); }

TEST_CASE("an observer of sockets and a notifier in shared memory do not share an id", "[event]") {
  const auto id = fresh_topic("socket");
  event::DomainSocketNotifier notifier;
  REQUIRE_FALSE(notifier.initialize(id));
  event::BellObserver observer;
  REQUIRE_FALSE(observer.initialize(id));
  CHECK(observer.subscribe() == Errc::type_mismatch);
}

TEST_CASE("a subscriber that waits for sockets gets messages of publishers without them", "[event]") {
  const auto topic = fresh_topic("mixed");
  publish_subscribe::Subscriber<Number, event::DomainSocketObserver> subscriber(topic);
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  publish_subscribe::Publisher<Number> publisher(topic);
  REQUIRE_FALSE(publisher.initialize());
  std::thread publishing([&] { (void)publisher.publish(Number{1}); });
  CHECK_FALSE(subscriber.receive([](auto&) { return std::error_code(); }, std::chrono::seconds(20)));
  publishing.join();
}
