#include "publish_subscribe/messages.h"
#include "support/catch.h"

#include <carry/async/event_loop.h>
#include <carry/async/subscriber.h>
#include <carry/carry.h>
#include <carry/event/bell_observer.h>
#include <carry/event/multiplexer.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

using namespace carry;
using namespace carry::test;
using publish_subscribe::Publisher;
using publish_subscribe::Subscriber;

namespace {

constexpr SubscriberOptions reporting{.report_publisher_gone = true};
const auto ignore = [](auto&) { return std::error_code(); };

template <class Port>
void start(Port& port) {
  REQUIRE_FALSE(port.initialize());
  if constexpr (requires { port.subscribe(); }) REQUIRE_FALSE(port.subscribe());
}

}  // namespace

TEMPLATE_TEST_CASE("who asks for it is told when the last publisher is gone", "[publish_subscribe]", event::ShmAtomicObserver, event::BellObserver) {
  const auto topic = fresh_topic("gone");
  Subscriber<Number, TestType> subscriber(topic, reporting);
  start(subscriber);
  CHECK(subscriber.receive(ignore, 1ms) == Errc::timeout);  // there was none yet
  for (int round = 0; round != 3; ++round) {
    {
      Publisher<Number> first(topic);
      Publisher<Number> last(topic);
      start(first);
      start(last);
      REQUIRE_FALSE(first.publish(Number{1}));
      REQUIRE_FALSE(last.publish(Number{2}));
      CHECK_FALSE(subscriber.receive(ignore, 20s));
    }
    CHECK_FALSE(subscriber.receive(ignore, 20s));  // what it left comes first
    CHECK(subscriber.receive(ignore, 20s) == Errc::publisher_gone);
    CHECK(subscriber.receive(ignore, 1ms) == Errc::timeout);  // said once
  }
}

TEST_CASE("a multiplexer tells of the last publisher's end", "[publish_subscribe]") {
  const auto topic = fresh_topic("gone");
  Subscriber<Number> subscriber(topic, reporting);
  start(subscriber);
  event::Multiplexer multiplexer;
  multiplexer.add(subscriber, ignore);
  {
    Publisher<Number> publisher(topic);
    start(publisher);
    REQUIRE_FALSE(publisher.publish(Number{1}));
    CHECK_FALSE(multiplexer.wait());
  }
  CHECK(multiplexer.run() == Errc::publisher_gone);
}

TEST_CASE("a coroutine is told of the last publisher's end", "[async]") {
  const auto topic = fresh_topic("gone");
  async::Subscriber<Number> subscriber(topic, reporting);
  start(subscriber);
  auto loop = async::event_loop::make();
  REQUIRE(loop);
  std::error_code error;
  auto publisher = std::make_unique<Publisher<Number>>(topic);
  start(*publisher);
  REQUIRE_FALSE(publisher->publish(Number{1}));
  loop->spawn([](auto& s, auto& p, auto& e) -> async::task<void> {
    auto sample = co_await s.receive();
    CHECK(sample);
    p.reset();
    sample = co_await s.receive();
    if (!sample) e = sample.error();
  }(subscriber, publisher, error));
  REQUIRE_FALSE(loop->run());
  CHECK(error == Errc::publisher_gone);
}
