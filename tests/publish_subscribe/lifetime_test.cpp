#include "publish_subscribe/messages.h"
#include "support/catch.h"

#include <carry/carry.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <optional>
#include <thread>

using namespace carry::test;
using carry::Errc;
using carry::Overflow;
using carry::publish_subscribe::Publisher;
using carry::publish_subscribe::Subscriber;

namespace {

template <class Port>
void start(Port& port) {
  REQUIRE_FALSE(port.initialize());
  if constexpr (requires { port.subscribe(); }) REQUIRE_FALSE(port.subscribe());
}

}  // namespace

TEST_CASE("samples outlive their subscriber and the publisher", "[publish_subscribe]") {
  const auto topic = fresh_topic("outlive");
  carry::Sample<Counted> first;
  carry::Sample<Counted> second;
  {
    Publisher<Counted> publisher(topic, {.capacity = 2});
    start(publisher);
    {
      Subscriber<Counted> subscriber(topic);
      start(subscriber);
      REQUIRE_FALSE(publisher.publish(Counted(1)));
      first = subscriber.try_receive();
      REQUIRE_FALSE(publisher.publish(Counted(2)));
      second = subscriber.try_receive();
    }
    for (int i = 0; i != 100; ++i) (void)publisher.publish(Counted(i + 100));
    CHECK(first->value == 1);
    CHECK(first->numbers.back() == 1);
  }
  CHECK(second->value == 2);
  CHECK(second->numbers.back() == 2);
  second.release();
  CHECK(first->numbers.front() == 1);
  std::thread([sample = std::move(first)]() mutable { sample.release(); }).join();
}

TEST_CASE("what connected subscribers have not read survives the publisher, and every message is destroyed once", "[publish_subscribe]") {
  const auto topic = fresh_topic("survive");
  {
    Subscriber<Counted> subscriber(topic);
    start(subscriber);
    {
      Publisher<Counted> publisher(topic);
      start(publisher);
      CHECK_FALSE(subscriber.try_receive());  // connects
      for (int i = 1; i <= 5; ++i) REQUIRE_FALSE(publisher.publish(Counted(i)));
    }
    for (int i = 1; i <= 5; ++i) {
      const auto sample = subscriber.try_receive();
      REQUIRE(sample);
      CHECK(sample->value == i);
    }
    CHECK_FALSE(subscriber.try_receive());
    CHECK(subscriber.num_publishers() == 0);
    CHECK(Counted::alive() == 0);  // The drained connection let go of the ring, and the ring of its messages.
  }
}

TEST_CASE("a subscriber that was there first connects while the publisher ends in another thread", "[publish_subscribe]") {
  const auto topic = fresh_topic("linger");
  Subscriber<Number> subscriber(topic);
  start(subscriber);
  std::thread publishing([&] {
    Publisher<Number> publisher(topic, {.linger = 60s});
    (void)publisher.initialize();
    publisher.publish(Number{7});
  });
  std::int64_t got = 0;
  CHECK_FALSE(subscriber.receive(
      [&](Subscriber<Number>::data_access_type& data) {
        got = data.acquire()->value;
        return std::error_code();
      },
      30s));
  publishing.join();
  CHECK(got == 7);
}

TEST_CASE("a subscriber goes on with a publisher that restarts", "[publish_subscribe]") {
  const auto topic = fresh_topic("restart");
  Subscriber<Number> subscriber(topic);
  start(subscriber);
  for (int round = 0; round != 50; ++round) {
    Publisher<Number> publisher(topic, {.linger = 0ms});
    start(publisher);
    publisher.publish(Number{round});
    const auto sample = subscriber.try_receive();
    REQUIRE(sample);
    CHECK(sample->value == round);
  }
  CHECK(subscriber.missed() == 0);
}

TEST_CASE("a younger subscriber gets the history", "[publish_subscribe]") {
  for (const auto overflow : {Overflow::overwrite_oldest, Overflow::reject}) {
    const auto topic = fresh_topic("history");
    Publisher<Number> publisher(topic, {.capacity = 8, .history = 3, .overflow = overflow});
    start(publisher);
    for (int i = 1; i <= 20; ++i) REQUIRE_FALSE(publisher.publish(Number{i}));
    Subscriber<Number> subscriber(topic);
    start(subscriber);
    for (int i = 18; i <= 20; ++i) CHECK(subscriber.try_receive()->value == i);
    CHECK_FALSE(subscriber.try_receive());
    CHECK(subscriber.missed() == 0);
  }
}

TEST_CASE("overwriting tells how many were missed", "[publish_subscribe]") {
  const auto topic = fresh_topic("missed");
  Subscriber<Number> subscriber(topic);
  start(subscriber);
  Publisher<Number> publisher(topic, {.capacity = 4});
  start(publisher);
  for (int i = 1; i <= 10; ++i) REQUIRE_FALSE(publisher.publish(Number{i}));
  // The subscriber was there first and connects only now: it has a right to all ten, and six are gone.
  CHECK(subscriber.try_receive()->value == 7);
  CHECK(subscriber.missed() == 6);
}

TEST_CASE("reject fails at the capacity, block waits for the subscriber or the timeout", "[publish_subscribe]") {
  const auto topic = fresh_topic("gate");
  Subscriber<Counted> subscriber(topic);
  start(subscriber);
  SECTION("reject, although the subscriber has not connected yet") {
    Publisher<Counted> publisher(topic, {.capacity = 3, .overflow = Overflow::reject, .linger = 0ms});
    start(publisher);
    for (int i = 1; i <= 3; ++i) REQUIRE_FALSE(publisher.publish(Counted(i)));
    Counted kept(4);
    CHECK(publisher.publish(std::move(kept)) == Errc::ring_full);
    CHECK(kept.numbers.size() == 100);  // not moved from
    CHECK(subscriber.try_receive()->value == 1);
    CHECK_FALSE(publisher.publish(std::move(kept)));
  }
  SECTION("block with a timeout") {
    Publisher<Counted> publisher(topic, {.capacity = 1, .overflow = Overflow::block, .block_timeout = 5ms, .linger = 0ms});
    start(publisher);
    REQUIRE_FALSE(publisher.publish(Counted(1)));
    CHECK(publisher.publish(Counted(2)) == Errc::timeout);
  }
  SECTION("block until there is room: nothing is lost") {
    std::thread publishing([&] {
      Publisher<Counted> publisher(topic, {.capacity = 4, .overflow = Overflow::block, .linger = 60s});
      (void)publisher.initialize();
      for (int i = 1; i <= 2000; ++i) (void)publisher.publish(Counted(i));
    });
    std::int64_t next = 1;
    while (next <= 2000) {
      const auto error = subscriber.receive(
          [&](Subscriber<Counted>::data_access_type& data) {
            const auto sample = data.acquire();
            CHECK(sample->value == next);
            CHECK(sample->numbers.back() == next);
            ++next;
            return std::error_code();
          },
          30s);
      if (error) break;
    }
    publishing.join();
    CHECK(next == 2001);
    CHECK(subscriber.missed() == 0);
  }
}

TEST_CASE("too many samples is an error that loses nothing", "[publish_subscribe]") {
  for (const auto overflow : {Overflow::overwrite_oldest, Overflow::reject}) {
    const auto topic = fresh_topic("held");
    Subscriber<Number> subscriber(topic, {.max_held = 10});
    start(subscriber);
    Publisher<Number> publisher(topic, {.overflow = overflow, .linger = 0ms});
    start(publisher);
    for (int i = 1; i <= 12; ++i) REQUIRE_FALSE(publisher.publish(Number{i}));
    std::vector<carry::Sample<Number>> held;
    for (int i = 1; i <= 10; ++i) held.push_back(subscriber.try_receive());
    std::error_code error;
    CHECK_FALSE(subscriber.try_receive(error));
    CHECK(error == Errc::too_many_samples);
    held.erase(held.begin() + 4);
    CHECK(subscriber.try_receive(error)->value == 11);
    CHECK_FALSE(error);
  }
}

TEST_CASE("another type on the same topic is refused to the one that comes later", "[publish_subscribe]") {
  struct Other {
    std::int32_t value;
  };
  const auto topic = fresh_topic("type");
  Publisher<Number> publisher(topic);
  start(publisher);
  Subscriber<Other> wrong(topic);
  REQUIRE_FALSE(wrong.initialize());
  CHECK(wrong.subscribe() == Errc::type_mismatch);
  Publisher<Other> also_wrong(topic);
  CHECK(also_wrong.initialize() == Errc::type_mismatch);
  Subscriber<Number> right(topic);
  start(right);
  REQUIRE_FALSE(publisher.publish(Number{1}));
  CHECK(right.try_receive()->value == 1);
}

TEST_CASE("impossible options are refused with an error", "[publish_subscribe]") {
  const auto refused = [](carry::PublisherOptions options) {
    return Publisher<Number>(fresh_topic("options"), options).initialize() == Errc::invalid_option;
  };
  CHECK(refused({.capacity = 0}));
  CHECK(refused({.capacity = carry::maximum_capacity + 1}));
  CHECK(refused({.capacity = 4, .history = 5}));
  CHECK(refused({.block_timeout = -1ms}));
  CHECK(Publisher<Number>("").initialize() == Errc::invalid_option);
  CHECK(Publisher<Number>(std::string(5000, 'x')).initialize() == Errc::invalid_option);
  Subscriber<Number> subscriber(fresh_topic("options"), {.max_held = 0});
  REQUIRE_FALSE(subscriber.initialize());
  CHECK(subscriber.subscribe() == Errc::invalid_option);
}

TEST_CASE("a thousand ports in one process", "[publish_subscribe]") {
  std::vector<Publisher<Number>> publishers;
  std::vector<Subscriber<Number>> subscribers;
  for (int i = 0; i != 500; ++i) {
    const auto topic = fresh_topic("thousand");
    publishers.emplace_back(topic, carry::PublisherOptions{.capacity = 1});
    subscribers.emplace_back(topic);
    REQUIRE_FALSE(publishers.back().initialize());
    REQUIRE_FALSE(subscribers.back().initialize());
    REQUIRE_FALSE(subscribers.back().subscribe());
  }
  for (int i = 0; i != 500; ++i) REQUIRE_FALSE(publishers[static_cast<std::size_t>(i)].publish(Number{i}));
  for (int i = 0; i != 500; ++i) REQUIRE(subscribers[static_cast<std::size_t>(i)].try_receive()->value == i);
}
