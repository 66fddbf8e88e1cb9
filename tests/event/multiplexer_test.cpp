#include "publish_subscribe/messages.h"
#include "support/catch.h"

#include <carry/carry.h>
#include <carry/event/bell_observer.h>
#include <carry/event/multiplexer.h>
#include <carry/platform/thread.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <memory>
#include <string>
#include <thread>

using namespace carry::test;
using carry::Errc;
using carry::Overflow;
using carry::event::Multiplexer;
using carry::publish_subscribe::Publisher;
using carry::publish_subscribe::Subscriber;

namespace {

template <class Port>
void start(Port& port) {
  REQUIRE_FALSE(port.initialize());
  if constexpr (requires { port.subscribe(); }) REQUIRE_FALSE(port.subscribe());
}

const auto ignore = [](auto&) { return std::error_code(); };

}  // namespace

TEST_CASE("several subscribers of different types are waited for at once", "[event]") {
  const auto numbers_topic = fresh_topic("numbers");
  const auto counted_topic = fresh_topic("counted");
  Subscriber<Number> numbers(numbers_topic);
  Subscriber<Counted, carry::event::BellObserver> counted(counted_topic);
  start(numbers);
  start(counted);
  constexpr int messages = 3000;
  std::int64_t next_number = 1;
  std::int64_t next_counted = 1;
  std::stop_source source;
  Multiplexer multiplexer;
  const auto check = [&](std::int64_t& next) {
    return [&](auto& data) {
      CHECK(data.acquire()->value == next);
      ++next;
      if (next_number > messages && next_counted > messages) source.request_stop();
      return std::error_code();
    };
  };
  multiplexer.add(numbers, check(next_number));
  multiplexer.add(counted, check(next_counted));
  const auto publish = [](auto& publisher, auto make) {
    (void)publisher.initialize();
    for (int i = 1; i <= messages; ++i) {
      (void)publisher.publish(make(i));
      for (int pause = 0; pause != i % 500; ++pause) carry::platform::relax();
    }
  };
  std::thread first([&] {
    Publisher<Number> publisher(numbers_topic, {.capacity = 8, .overflow = Overflow::block});
    publish(publisher, [](int i) { return Number{i}; });
  });
  std::thread second([&] {
    Publisher<Counted> publisher(counted_topic, {.capacity = 8, .overflow = Overflow::block});
    publish(publisher, [](int i) { return Counted(i); });
  });
  CHECK_FALSE(multiplexer.run(source.get_token()));
  first.join();
  second.join();
  CHECK(next_number == messages + 1);
  CHECK(next_counted == messages + 1);
}

TEST_CASE("a subscriber that expects messages is told when they stay away", "[event]") {
  const auto topic = fresh_topic("expected");
  Subscriber<Number> subscriber(topic);
  Publisher<Number> publisher(topic);
  start(subscriber);
  start(publisher);
  int missed = 0;
  int received = 0;
  Multiplexer multiplexer;
  multiplexer.add(
      subscriber,
      [&](auto&) {
        ++received;
        return std::error_code();
      },
      20ms,
      [&] {
        ++missed;
        return std::error_code();
      });
  const auto begin = std::chrono::steady_clock::now();
  REQUIRE_FALSE(publisher.publish(Number{1}));
  CHECK_FALSE(multiplexer.wait());
  CHECK(received == 1);
  CHECK(missed == 0);
  CHECK_FALSE(multiplexer.wait());
  CHECK(missed == 1);
  CHECK(std::chrono::steady_clock::now() - begin >= 20ms);
  CHECK_FALSE(multiplexer.wait());
  CHECK(missed == 2);
}

TEST_CASE("timers of a multiplexer, its limits, and errors of callbacks", "[event]") {
  Multiplexer multiplexer;
  CHECK(multiplexer.wait({.deadline = std::chrono::steady_clock::now() + 2ms}) == Errc::timeout);
  int ticks = 0;
  const auto id = multiplexer.every(2ms, [&] {
    ++ticks;
    return ticks == 3 ? make_error_code(Errc::cancelled) : std::error_code();
  });
  CHECK(multiplexer.run() == Errc::cancelled);
  CHECK(ticks == 3);
  CHECK(multiplexer.remove(id));
  CHECK_FALSE(multiplexer.remove(id));
  Subscriber<Number> never(fresh_topic("never"));
  multiplexer.add(never, ignore);
  CHECK(multiplexer.wait() == Errc::not_initialized);
}

TEST_CASE("callbacks of a multiplexer take away themselves and others", "[event]") {
  Multiplexer multiplexer;
  auto subscriber = std::make_unique<Subscriber<Number>>(fresh_topic("removed"));
  start(*subscriber);
  std::string calls;
  Multiplexer::Id first = 0, second = 0, third = 0, removing = 0, after = 0;
  const auto timer = [&](char name) {
    return multiplexer.every(1h, [&, name] {
      calls += name;
      return std::error_code();
    });
  };
  first = timer('1');
  second = multiplexer.add(*subscriber, ignore);
  removing = multiplexer.every(1ms, [&] {
    calls += 'r';
    for (const auto id : {first, second, third, removing}) CHECK(multiplexer.remove(id));
    CHECK_FALSE(multiplexer.remove(first));
    subscriber.reset();
    after = timer('a');  // grows what is being gone through
    return std::error_code();
  });
  third = multiplexer.every(1ms, [&] {
    calls += '3';
    return std::error_code();
  });
  carry::platform::sleep_for(2ms);  // both are due
  CHECK_FALSE(multiplexer.wait());
  CHECK(calls == "r");
  CHECK(multiplexer.wait({.deadline = std::chrono::steady_clock::now() + 5ms}) == Errc::timeout);
  CHECK(calls == "r");
  CHECK(multiplexer.remove(after));
  CHECK_FALSE(multiplexer.remove(0));
}

TEST_CASE("intervals of a multiplexer that never end, or have no length", "[event]") {
  Multiplexer multiplexer;
  Subscriber<Number> subscriber(fresh_topic("never-missed"));
  start(subscriber);
  int calls = 0;
  const auto count = [&] {
    ++calls;
    return std::error_code();
  };
  const auto id = multiplexer.add(subscriber, ignore, std::chrono::nanoseconds::max(), count);
  multiplexer.every(std::chrono::nanoseconds::max(), count);
  CHECK(multiplexer.wait({.deadline = std::chrono::steady_clock::now() + 5ms}) == Errc::timeout);
  CHECK(calls == 0);
  CHECK(multiplexer.remove(id));
  multiplexer.add(subscriber, ignore, 0ns, count);
  CHECK_FALSE(multiplexer.wait());
  CHECK(calls == 1);
}
