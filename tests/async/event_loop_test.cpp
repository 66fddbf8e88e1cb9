#include "async/loops.h"
#include "publish_subscribe/messages.h"
#include "support/catch.h"

#include <carry/async/event_loop.h>
#include <carry/async/publisher.h>
#include <carry/async/subscriber.h>
#include <carry/async/wait.h>
#include <carry/carry.h>

#include <thread>

using namespace carry::async;
using namespace carry::test;
using carry::Errc;

namespace {

// Never `co_await` inside of a CHECK: g++ 12 awaits what the macro only mentions.

task<int> add(int a, int b) { co_return a + b; }

task<int> count_down(int n) {
  if (n == 0) co_return 0;  // Not `?:`: g++ 12 would await on both sides of it.
  co_return 1 + co_await count_down(n - 1);
}

task<> fail() {
  throw std::runtime_error("as it should");
  co_return;
}

}  // namespace

TEST_CASE("tasks await each other, and their exceptions pass through", "[async]") {
  auto loop = make_loop();
  int sum = 0;
  bool caught = false;
  loop.spawn([](int& s, bool& c) -> task<> {
    s = co_await add(1, co_await add(2, 3)) + co_await count_down(500);
    try {
      co_await fail();
    } catch (const std::runtime_error&) {
      c = true;
    }
  }(sum, caught));
  CHECK_FALSE(loop.run());
  CHECK(sum == 506);
  CHECK(caught);
  loop.spawn(fail());
  CHECK_THROWS_AS(loop.run(), std::runtime_error);
  CHECK_FALSE(loop.run());
}

TEST_CASE("sleeps end in the order of their times", "[async]") {
  auto loop = make_loop();
  std::string order;
  const auto sleep = [](std::string& o, char name, std::chrono::milliseconds time) -> task<> {
    const auto error = co_await sleep_for(time);
    CHECK_FALSE(error);
    o += name;
  };
  const auto begin = std::chrono::steady_clock::now();
  loop.spawn(sleep(order, 'c', 15ms));
  loop.spawn(sleep(order, 'a', 1ms));
  loop.spawn(sleep(order, 'b', 8ms));
  CHECK_FALSE(loop.run());
  CHECK(order == "abc");
  CHECK(std::chrono::steady_clock::now() - begin >= 15ms);
}

TEST_CASE("a timeout and a stop end the waits inside", "[async]") {
  auto loop = make_loop();
  std::stop_source source;
  std::thread stopping([&] {
    carry::platform::sleep_for(5ms);
    source.request_stop();
  });
  loop.spawn([](std::stop_token token) -> task<> {
    const std::error_code results[] = {
        co_await with_timeout(sleep_for(1h), 2ms),
        co_await with_timeout(sleep_for(1ms), 1h),
        co_await with_stop(with_timeout(sleep_for(1h), 1h), token),
        co_await with_stop(sleep_for(1h), token),
        co_await sleep_for(1ms),
    };
    CHECK(results[0] == Errc::timeout);
    CHECK_FALSE(results[1]);
    CHECK(results[2] == Errc::cancelled);
    CHECK(results[3] == Errc::cancelled);
    CHECK_FALSE(results[4]);
  }(source.get_token()));
  CHECK_FALSE(loop.run());
  stopping.join();
}

TEST_CASE("a loop that is destroyed destroys its tasks", "[async]") {
  struct Noting {
    int& destroyed;
    ~Noting() { ++destroyed; }
  };
  int destroyed = 0;
  {
    auto loop = make_loop();
    for (int i = 0; i != 3; ++i) {
      loop.spawn([](int& d) -> task<> {
        const Noting outer{d};
        co_await [](int& e) -> task<> {
          const Noting inner{e};
          co_await sleep_for(1h);
        }(d);
      }(destroyed));
    }
    loop.spawn([](event_loop& l) -> task<> {
      co_await sleep_for(1ms);
      l.stop();
    }(loop));
    CHECK_FALSE(loop.run());
    loop.spawn(fail());  // never started
    CHECK(destroyed == 0);
  }
  CHECK(destroyed == 6);
}

TEST_CASE("a suspended task is resumed by a message", "[async]") {
  auto loop = make_loop();
  const auto topic = fresh_topic("resumed");
  constexpr std::int64_t messages = 5000;
  std::int64_t received = 0;
  Subscriber<Number> subscriber(topic);
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  loop.spawn([](Subscriber<Number>& s, std::int64_t& r) -> task<> {
    while (r != messages) {
      auto sample = co_await s.receive();
      REQUIRE(sample);
      CHECK((*sample)->value == ++r);
    }
    auto none = co_await with_timeout(s.receive(), 1ms);
    CHECK(none.error() == Errc::timeout);
  }(subscriber, received));
  std::thread publishing([&] {
    Publisher<Number> publisher(topic, {.capacity = 16, .overflow = carry::Overflow::block});
    (void)publisher.initialize();
    for (std::int64_t i = 1; i <= messages; ++i) {
      (void)publisher.publish(Number{i});
      if (i % 7 == 0) carry::platform::sleep_for(1us);
    }
  });
  CHECK_FALSE(loop.run());
  publishing.join();
  CHECK(received == messages);
}

TEST_CASE("a publisher waits suspended while its ring is full", "[async]") {
  auto loop = make_loop();
  const auto topic = fresh_topic("suspended");
  Subscriber<Number> subscriber(topic);
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  Publisher<Number> publisher(topic, {.capacity = 2, .overflow = carry::Overflow::block});
  REQUIRE_FALSE(publisher.initialize());
  // Both in one thread: neither may hold it up.
  loop.spawn([](Publisher<Number>& p) -> task<> {
    for (int i = 1; i <= 100; ++i) {
      const auto error = co_await p.async_publish(Number{i});
      CHECK_FALSE(error);
    }
  }(publisher));
  loop.spawn([](Subscriber<Number>& s) -> task<> {
    for (int i = 1; i <= 100; ++i) {
      auto sample = co_await s.receive();
      REQUIRE(sample);
      CHECK((*sample)->value == i);
    }
  }(subscriber));
  CHECK_FALSE(loop.run());
}

TEST_CASE("a receive that is under way ends with its subscriber", "[async]") {
  auto loop = make_loop();
  const auto topic = fresh_topic("ended");
  int ended = 0;
  const auto receive = [](Subscriber<Number>& s, int& e) -> task<> {
    auto sample = co_await s.receive();
    CHECK(sample.error() == Errc::cancelled);
    ++e;
  };
  auto first = std::make_unique<Subscriber<Number>>(topic);
  auto second = std::make_unique<Subscriber<Number>>(topic);
  for (auto* subscriber : {first.get(), second.get()}) {
    REQUIRE_FALSE(subscriber->initialize());
    REQUIRE_FALSE(subscriber->subscribe());
    loop.spawn(receive(*subscriber, ended));
  }
  loop.spawn([](event_loop& l, Subscriber<Number>& s, int& e) -> task<> {
    (void)co_await sleep_for(1ms);
    s.cancel_subscription();
    while (e == 0) (void)co_await sleep_for(1ms);
    l.stop();
  }(loop, *first, ended));
  CHECK_FALSE(loop.run());
  CHECK(ended == 1);
  second.reset();  // before the loop, whose task still waits for it
}
