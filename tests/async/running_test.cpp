// How a loop runs: what it does with work from outside, with its end, and with tasks that never wait.

#include "async/loops.h"
#include "publish_subscribe/messages.h"
#include "support/catch.h"

#include <carry/async/event_loop.h>
#include <carry/async/publisher.h>
#include <carry/async/subscriber.h>
#include <carry/async/wait.h>
#include <carry/carry.h>

#include <stdexcept>
#include <thread>

using namespace carry::async;
using namespace carry::test;
using carry::Errc;

// Never `co_await` inside of a CHECK: g++ 12 awaits what the macro only mentions.

TEST_CASE("other threads post and stop", "[async]") {
  auto loop = make_loop();
  int posted = 0;
  loop.spawn([]() -> task<> { co_await sleep_for(1h); }());
  std::thread other([&] {
    for (int i = 0; i != 1000; ++i) loop.post([&] { ++posted; });
    loop.post([&] { loop.stop(); });
  });
  CHECK_FALSE(loop.run());
  other.join();
  CHECK(posted == 1000);
}

TEST_CASE("posted work that throws leaves the rest of it", "[async]") {
  auto loop = make_loop();
  int posted = 0;
  loop.spawn([]() -> task<> { co_await sleep_for(1h); }());
  for (int i = 0; i != 5; ++i) {
    loop.post([&posted, i] {
      ++posted;
      if (i == 2) throw std::runtime_error("as it should");
    });
  }
  loop.post([&] { loop.stop(); });
  CHECK_THROWS_AS(loop.run(), std::runtime_error);
  CHECK(posted == 3);
  CHECK_FALSE(loop.run());
  CHECK(posted == 5);
}

TEST_CASE("a stop that comes with the end is over with it, and what is posted at the end is done", "[async]") {
  auto loop = make_loop();
  int ran = 0;
  loop.spawn([](event_loop& l, int& r) -> task<> {
    ++r;
    l.stop();
    co_return;
  }(loop, ran));
  CHECK_FALSE(loop.run());
  loop.spawn([](event_loop& l, int& r) -> task<> {
    ++r;
    l.post([&] {
      l.spawn([](int& counted) -> task<> {
        ++counted;
        co_return;
      }(r));
    });
    co_return;
  }(loop, ran));
  CHECK_FALSE(loop.run());
  CHECK(ran == 3);
}

TEST_CASE("a loop moves to another thread between two runs", "[async]") {
  auto loop = make_loop();
  const auto topic = fresh_topic("moves");
  Subscriber<Number> subscriber(topic);
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  carry::publish_subscribe::Publisher<Number> publisher(topic);
  REQUIRE_FALSE(publisher.initialize());
  std::int64_t sum = 0;
  for (std::int64_t i = 1; i <= 4; ++i) {
    loop.spawn([](auto& s, std::int64_t& total) -> task<> {
      auto sample = co_await with_timeout(s.receive(), 30s);
      if (sample) total += (*sample)->value;
    }(subscriber, sum));
    std::error_code error;
    std::thread running([&] { error = loop.run(); });
    (void)publisher.publish(Number{i});
    running.join();
    CHECK_FALSE(error);
  }
  CHECK(sum == 10);
}

namespace {

task<int> one() { co_return 1; }

}  // namespace

TEST_CASE("the stack does not grow with the number of tasks that end at once", "[async]") {
  auto loop = make_loop();
  int sum = 0;
  loop.spawn([](int& s) -> task<> {
    for (int i = 0; i != 200'000; ++i) s += co_await one();
  }(sum));
  CHECK_FALSE(loop.run());
  CHECK(sum == 200'000);
  std::error_code nothing = Errc::timeout;
  loop.spawn([](std::error_code& e) -> task<> { e = co_await []() -> task<std::error_code> { co_return {}; }(); }(nothing));
  CHECK_FALSE(loop.run());
  CHECK_FALSE(nothing);
}

TEST_CASE("a task that only publishes leaves others their turns", "[async]") {
  auto loop = make_loop();
  Publisher<Number> publisher(fresh_topic("fair"));
  REQUIRE_FALSE(publisher.initialize());
  bool stop = false;
  loop.spawn([](auto& p, const bool& end) -> task<> {
    while (!end) (void)co_await p.async_publish(Number{1});
  }(publisher, stop));
  loop.spawn([](bool& end) -> task<> {
    (void)co_await sleep_for(1ms);
    end = true;
  }(stop));
  CHECK_FALSE(loop.run());
}
