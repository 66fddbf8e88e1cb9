// Subscribers that park: woken by publishers that know nothing of it, in threads of one process.

#include "publish_subscribe/messages.h"
#include "support/becomes_true.h"
#include "support/catch.h"

#include <carry/carry.h>
#include <carry/event/bell_observer.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <random>
#include <thread>

using namespace carry::test;
using carry::Errc;
using carry::Overflow;
using carry::publish_subscribe::Publisher;

namespace {

using Parking = carry::publish_subscribe::Subscriber<Number, carry::event::BellObserver>;

void start(Publisher<Number>& port) { REQUIRE_FALSE(port.initialize()); }
void start(Parking& port) {
  REQUIRE_FALSE(port.initialize());
  REQUIRE_FALSE(port.subscribe());
}

std::error_code receive(Parking& subscriber, std::int64_t& value, std::chrono::nanoseconds timeout = 30s) {
  return subscriber.receive(
      [&](auto& data) {
        value = data.acquire()->value;
        return std::error_code();
      },
      timeout);
}

}  // namespace

TEST_CASE("a parked subscriber is woken by a message, whoever was there first", "[publish_subscribe]") {
  const auto topic = fresh_topic("parked");
  const bool publisher_first = GENERATE(true, false);
  Parking subscriber(topic, {.spin = 0us});
  Publisher<Number> publisher(topic);
  if (publisher_first) start(publisher);
  start(subscriber);
  if (!publisher_first) start(publisher);
  std::int64_t got = 0;
  std::error_code error;
  std::thread receiving([&] { error = receive(subscriber, got); });
  carry::platform::sleep_for(10ms);  // probably parked
  REQUIRE_FALSE(publisher.publish(Number{7}));
  receiving.join();
  CHECK_FALSE(error);
  CHECK(got == 7);
}

TEST_CASE("a parked subscriber gives up at its deadline, and when it is told to", "[publish_subscribe]") {
  const auto topic = fresh_topic("limits");
  Parking subscriber(topic);
  start(subscriber);
  std::int64_t got = 0;
  const auto begin = std::chrono::steady_clock::now();
  CHECK(receive(subscriber, got, 20ms) == Errc::timeout);
  CHECK(std::chrono::steady_clock::now() - begin >= 20ms);
  const auto ignore = [](auto&) { return std::error_code(); };
  std::stop_source source;
  std::thread stopping([&] {
    carry::platform::sleep_for(10ms);
    source.request_stop();
  });
  CHECK(subscriber.receive(ignore, source.get_token()) == Errc::cancelled);
  stopping.join();
  CHECK(subscriber.receive(ignore, source.get_token()) == Errc::cancelled);
  Publisher<Number> publisher(topic);
  start(publisher);
  REQUIRE_FALSE(publisher.publish(Number{1}));
  CHECK_FALSE(receive(subscriber, got));
  CHECK(got == 1);
}

TEST_CASE("no message is slept through, with random pauses on both sides", "[publish_subscribe]") {
  const auto topic = fresh_topic("pauses");
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  constexpr std::int64_t messages = 20000;
  Parking subscriber(topic, {.spin = std::chrono::microseconds(GENERATE(0, 5))});
  start(subscriber);
  std::thread publishing([&] {
    std::mt19937 random(seed);
    Publisher<Number> publisher(topic, {.capacity = 8, .overflow = Overflow::block});
    (void)publisher.initialize();
    for (std::int64_t i = 1; i <= messages; ++i) {
      (void)publisher.publish(Number{i});
      for (auto pause = random() % 2000; pause != 0; --pause) carry::platform::relax();
    }
  });
  std::mt19937 random(seed + 1);
  std::int64_t next = 1;
  for (; next <= messages; ++next) {
    std::int64_t got = 0;
    const auto error = receive(subscriber, got);
    INFO("message " << next << ": " << error.message());
    if (error || got != next) break;
    for (auto pause = random() % 2000; pause != 0; --pause) carry::platform::relax();
  }
  CHECK(next == messages + 1);
  publishing.join();
}

TEST_CASE("a parked subscriber connects when a publisher comes", "[publish_subscribe]") {
  const auto topic = fresh_topic("counts");
  Parking subscriber(topic, {.spin = 0us});
  start(subscriber);
  std::int64_t got = 0;
  std::error_code error;
  std::thread receiving([&] { error = receive(subscriber, got); });
  carry::platform::sleep_for(10ms);  // probably parked
  Publisher<Number> publisher(topic);
  start(publisher);
  CHECK(becomes_true([&] { return publisher.num_subscribers() == 1; }));
  REQUIRE_FALSE(publisher.publish(Number{3}));
  receiving.join();
  CHECK_FALSE(error);
  CHECK(got == 3);
}
