#include "publish_subscribe/messages.h"
#include "support/becomes_true.h"
#include "support/catch.h"

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/strand.hpp>
#include <asio/this_coro.hpp>

#include <carry/asio/subscriber.h>
#include <carry/carry.h>
#include <carry/platform/thread.h>
#include <carry/publish_subscribe/publisher.h>

#include <thread>

using namespace carry::test;
using carry::Errc;
using carry::Overflow;
using carry::asio::Subscriber;
using carry::publish_subscribe::Publisher;

namespace {

using ::asio::awaitable;

void run(asio::io_context& context, awaitable<void> work) {
  std::exception_ptr failed;
  asio::co_spawn(context, std::move(work), [&failed](std::exception_ptr e) { failed = e; });
  context.run();
  context.restart();
  if (failed) std::rethrow_exception(failed);
}

}  // namespace

TEST_CASE("a coroutine of Asio awaits messages", "[asio]") {
  asio::io_context context;
  const auto topic = fresh_topic("asio");
  Subscriber<Number> subscriber(context, topic);
  REQUIRE_FALSE(subscriber.subscribe());
  constexpr std::int64_t messages = 5000;
  std::thread publishing([&] {
    Publisher<Number> publisher(topic, {.capacity = 16, .overflow = Overflow::block});
    (void)publisher.initialize();
    for (std::int64_t i = 1; i <= messages; ++i) {
      (void)publisher.publish(Number{i});
      if (i % 7 == 0) carry::platform::sleep_for(1us);
    }
  });
  std::int64_t received = 0;
  run(context, [](Subscriber<Number>& s, std::int64_t& r) -> awaitable<void> {
    while (r != messages) {
      carry::Sample<Number> sample = co_await s.receive();
      CHECK(sample->value == ++r);
    }
  }(subscriber, received));
  publishing.join();
  CHECK(received == messages);
}

TEST_CASE("a receive and a timer race without losing a message", "[asio]") {
  using namespace asio::experimental::awaitable_operators;
  asio::io_context context;
  const auto topic = fresh_topic("race");
  Subscriber<Number> subscriber(context, topic);
  REQUIRE_FALSE(subscriber.subscribe());
  Publisher<Number> publisher(topic, {.capacity = 8, .overflow = Overflow::block});
  REQUIRE_FALSE(publisher.initialize());
  constexpr std::int64_t messages = 2000;
  std::thread publishing([&] {
    for (std::int64_t i = 1; i <= messages; ++i) {
      (void)publisher.publish(Number{i});
      for (int pause = 0; pause != (i % 13) * 300; ++pause) carry::platform::relax();
    }
  });
  std::int64_t received = 0;
  int timeouts = 0;
  run(context, [](Subscriber<Number>& s, std::int64_t& r, int& t) -> awaitable<void> {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    while (r != messages) {
      timer.expires_after(20us);
      auto result = co_await (s.receive() || timer.async_wait(asio::use_awaitable));
      if (result.index() == 1) {
        ++t;
      } else {
        CHECK(std::get<0>(result)->value == ++r);
      }
    }
  }(subscriber, received, timeouts));
  publishing.join();
  CHECK(received == messages);
}

TEST_CASE("cancelling and destroying complete what is under way", "[asio]") {
  asio::io_context context;
  std::vector<std::error_code> results;
  const auto note = [&results](std::error_code error, carry::Sample<Number> sample) {
    CHECK_FALSE(sample);
    results.push_back(error);
  };
  {
    Subscriber<Number> subscriber(context, fresh_topic("cancel"));
    subscriber.async_receive(note);  // not subscribed
    CHECK(results.empty());
    context.run();
    context.restart();
    REQUIRE(results.size() == 1);
    CHECK(results[0] == Errc::not_initialized);
    REQUIRE_FALSE(subscriber.subscribe());
    subscriber.async_receive(note);
    subscriber.async_receive(note);
    context.poll();
    CHECK(results.size() == 1);
    subscriber.cancel();
    context.run();
    context.restart();
    CHECK(results.size() == 3);
    subscriber.async_receive(note);
  }
  context.run();
  REQUIRE(results.size() == 4);
  for (std::size_t i = 1; i != 4; ++i) CHECK(results[i] == asio::error::operation_aborted);
}

TEST_CASE("several threads run a context with subscribers in strands", "[asio]") {
  asio::io_context context;
  constexpr int subscribers_count = 20;
  constexpr std::int64_t messages = 300;
  const auto topic = fresh_topic("strands");
  std::vector<std::unique_ptr<Subscriber<Number>>> subscribers;
  std::atomic<std::int64_t> received = 0;
  std::atomic<int> wrong = 0;
  for (int i = 0; i != subscribers_count; ++i) {
    subscribers.push_back(std::make_unique<Subscriber<Number>>(asio::make_strand(context), topic));
    REQUIRE_FALSE(subscribers.back()->subscribe());
    asio::co_spawn(
        subscribers.back()->get_executor(),
        [](Subscriber<Number>& s, std::atomic<std::int64_t>& r, std::atomic<int>& w) -> awaitable<void> {
          for (std::int64_t next = 1; next <= messages; ++next) {
            auto sample = co_await s.receive();
            if (sample->value != next) ++w;
            ++r;
          }
        }(*subscribers.back(), received, wrong),
        asio::detached);
  }
  std::vector<std::thread> threads;
  for (int i = 0; i != 3; ++i) threads.emplace_back([&] { context.run(); });
  Publisher<Number> publisher(topic, {.capacity = 8, .overflow = Overflow::block});
  REQUIRE_FALSE(publisher.initialize());
  for (std::int64_t i = 1; i <= messages; ++i) REQUIRE_FALSE(publisher.publish(Number{i}));
  for (auto& thread : threads) thread.join();
  CHECK(received == messages * subscribers_count);
  CHECK(wrong == 0);
}

TEST_CASE("a context that ends with receives under way destroys them", "[asio]") {
  auto held = std::make_shared<int>(1);
  Subscriber<Number>* leaked = nullptr;
  {
    asio::io_context context;
    Subscriber<Number> subscriber(context, fresh_topic("ends"));
    REQUIRE_FALSE(subscriber.subscribe());
    subscriber.async_receive([held](std::error_code, carry::Sample<Number>) {});
    context.poll();
    CHECK(held.use_count() == 2);
    leaked = &subscriber;
    CHECK(leaked->num_publishers() == 0);
  }
  CHECK(held.use_count() == 1);
}

TEST_CASE("a context that ends destroys coroutines that hold subscribers", "[asio]") {
  auto held = std::make_shared<int>(1);
  const auto topic = fresh_topic("frames");
  {
    asio::io_context context;
    for (int i = 0; i != 3; ++i) {
      asio::co_spawn(
          context,
          [](asio::io_context& c, std::string t, std::shared_ptr<int>) -> awaitable<void> {
            Subscriber<Number> subscriber(c, t);
            if (subscriber.subscribe()) co_return;
            for (;;) (void)co_await subscriber.receive();
          }(context, topic, held),
          asio::detached);
    }
    context.poll();
    Publisher<Number> publisher(topic);
    REQUIRE_FALSE(publisher.initialize());
    CHECK(publisher.num_subscribers() == 0);
    context.poll();
    CHECK(held.use_count() == 4);
  }
  CHECK(held.use_count() == 1);
}

TEST_CASE("a thousand subscribers on one context get a message each", "[asio]") {
  asio::io_context context;
  std::vector<Subscriber<Number>> subscribers;
  const auto topic = fresh_topic("thousand");
  int received = 0;
  for (int i = 0; i != 1000; ++i) {
    subscribers.emplace_back(context, topic + std::to_string(i % 100));
    REQUIRE_FALSE(subscribers.back().subscribe());
  }
  for (auto& subscriber : subscribers) {
    subscriber.async_receive([&received](std::error_code error, carry::Sample<Number> sample) {
      CHECK_FALSE(error);
      CHECK(sample->value == 5);
      ++received;
    });
  }
  context.poll();
  CHECK(received == 0);
  int published = 0;
  std::thread publishing([&] {
    for (int i = 0; i != 100; ++i) {
      Publisher<Number> publisher(topic + std::to_string(i));
      if (!publisher.initialize() && !publisher.publish(Number{5})) ++published;
    }
  });
  context.run();
  publishing.join();
  CHECK(published == 100);
  CHECK(received == 1000);
}

TEST_CASE("two contexts in two threads do not meet", "[asio]") {
  const auto topic = fresh_topic("contexts");
  constexpr std::int64_t messages = 1000;
  std::atomic<std::int64_t> received = 0;
  const auto receive = [&] {
    asio::io_context context;
    Subscriber<Number> subscriber(context, topic);
    if (subscriber.subscribe()) return;
    run(context, [](Subscriber<Number>& s, std::atomic<std::int64_t>& r) -> awaitable<void> {
      for (std::int64_t next = 1; next <= messages; ++next) {
        const auto sample = co_await s.receive();
        if (sample->value == next) ++r;
      }
    }(subscriber, received));
  };
  Publisher<Number> publisher(topic, {.capacity = 8, .overflow = Overflow::block});
  REQUIRE_FALSE(publisher.initialize());
  std::thread first(receive);
  std::thread second(receive);
  CHECK(becomes_true([&] { return publisher.num_subscribers() == 2; }));
  for (std::int64_t i = 1; i <= messages; ++i) (void)publisher.publish(Number{i});
  first.join();
  second.join();
  CHECK(received == 2 * messages);
}

TEST_CASE("thousands of cancelled receives lose neither a ring nor a message", "[asio]") {
  using namespace asio::experimental::awaitable_operators;
  asio::io_context context;
  const auto topic = fresh_topic("cancelled");
  Subscriber<Number> subscriber(context, topic);
  REQUIRE_FALSE(subscriber.subscribe());
  Publisher<Number> publisher(topic);
  REQUIRE_FALSE(publisher.initialize());
  run(context, [](Subscriber<Number>& s, Publisher<Number>& p) -> awaitable<void> {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (std::int64_t sent = 1; sent <= 5000; ++sent) {
      timer.expires_after(0us);
      const auto result = co_await (s.receive() || timer.async_wait(asio::use_awaitable));
      CHECK(result.index() == 1);
      CHECK_FALSE(p.publish(Number{sent}));
      const auto sample = co_await s.receive();
      CHECK(sample->value == sent);
    }
  }(subscriber, publisher));
}
