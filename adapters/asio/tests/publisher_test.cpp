#include "publish_subscribe/messages.h"
#include "support/catch.h"
#include "tokens.h"

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>

#include <carry/asio/publisher.h>
#include <carry/asio/subscriber.h>
#include <carry/carry.h>

using namespace carry::test;
using asio::awaitable;
using carry::Errc;
using carry::Overflow;
using carry::asio::Publisher;
using carry::asio::Subscriber;

namespace {

void run(asio::io_context& context, awaitable<void> work) {
  std::exception_ptr failed;
  asio::co_spawn(context, std::move(work), [&failed](std::exception_ptr e) { failed = e; });
  context.run();
  context.restart();
  if (failed) std::rethrow_exception(failed);
}

}  // namespace

TEST_CASE("a publisher waits for room while the same thread receives", "[asio]") {
  asio::io_context context;
  const auto topic = fresh_topic("backpressure");
  Subscriber<Counted> subscriber(context, topic);
  Publisher<Counted> publisher(context, topic, {.capacity = 2, .overflow = Overflow::block});
  REQUIRE_FALSE(subscriber.subscribe());
  REQUIRE_FALSE(publisher.initialize());
  int received = 0;
  asio::co_spawn(
      context,
      [](Subscriber<Counted>& s, int& r) -> awaitable<void> {
        for (int i = 1; i <= 100; ++i) {
          const auto sample = co_await s.receive();
          CHECK(sample->value == i);
          CHECK(sample->numbers.size() == 100);
          ++r;
        }
      }(subscriber, received),
      asio::detached);
  run(context, [](Publisher<Counted>& p) -> awaitable<void> {
    for (int i = 1; i <= 100; ++i) co_await p.async_publish(Counted(i));
  }(publisher));
  CHECK(received == 100);
}

TEST_CASE("a publish that is cancelled has published nothing", "[asio]") {
  using namespace asio::experimental::awaitable_operators;
  asio::io_context context;
  const auto topic = fresh_topic("cancelled-publish");
  Subscriber<Number> subscriber(context, topic);
  Publisher<Number> publisher(context, topic, {.capacity = 1, .overflow = Overflow::block});
  REQUIRE_FALSE(subscriber.subscribe());
  REQUIRE_FALSE(publisher.initialize());
  run(context, [](Publisher<Number>& p, Subscriber<Number>& s) -> awaitable<void> {
    co_await p.async_publish(Number{1});
    asio::steady_timer timer(co_await asio::this_coro::executor, 5ms);
    const auto result = co_await (p.async_publish(Number{2}) || timer.async_wait(asio::use_awaitable));
    CHECK(result.index() == 1);
    auto sample = co_await s.receive();
    CHECK(sample->value == 1);
    sample.release();  // or there is no room for the next one
    co_await p.async_publish(Number{3});
    sample = co_await s.receive();
    CHECK(sample->value == 3);
    sample.release();
    auto [error] = co_await p.async_publish(Number{4}, tokens::as_tuple(asio::use_awaitable));
    CHECK_FALSE(error);
  }(publisher, subscriber));
}

TEST_CASE("publishers and subscribers wait for each other", "[asio]") {
  asio::io_context context;
  const auto topic = fresh_topic("meeting");
  Publisher<Number> publisher(context, topic);
  Subscriber<Number> subscriber(context, topic);
  REQUIRE_FALSE(subscriber.subscribe());
  int done = 0;
  asio::co_spawn(
      context,
      [](Subscriber<Number>& s, int& d) -> awaitable<void> {
        co_await s.async_wait_for_publisher();
        CHECK(s.num_publishers() == 1);
        ++d;
      }(subscriber, done),
      asio::detached);
  run(context, [](Publisher<Number>& p, int& d) -> awaitable<void> {
    asio::steady_timer timer(co_await asio::this_coro::executor, 5ms);
    co_await timer.async_wait(asio::use_awaitable);
    CHECK(d == 0);
    CHECK_FALSE(p.initialize());
    co_await p.async_wait_for_subscribers(1);
    CHECK(p.num_subscribers() == 1);
    ++d;
  }(publisher, done));
  CHECK(done == 2);
}

TEST_CASE("a publisher that ends, ends what is under way; one that is moved takes it along", "[asio]") {
  asio::io_context context;
  const auto topic = fresh_topic("ending");
  Subscriber<Number> subscriber(context, topic);
  REQUIRE_FALSE(subscriber.subscribe());
  std::vector<std::error_code> results;
  const auto note = [&results](std::error_code error) { results.push_back(error); };
  {
    Publisher<Number> publisher(context, topic, {.capacity = 1, .overflow = Overflow::block});
    publisher.async_publish(Number{0}, note);
    context.run();
    REQUIRE(results.size() == 1);
    CHECK(results[0] == Errc::not_initialized);
    REQUIRE_FALSE(publisher.initialize());
    REQUIRE_FALSE(publisher.try_publish(Number{1}));
    publisher.async_publish(Number{2}, note);
    publisher.async_wait_for_subscribers(2, note);
    context.restart();
    context.poll();
    Publisher<Number> moved(std::move(publisher));
    CHECK(subscriber.try_receive()->value == 1);
    while (results.size() == 1) context.run_one();
    CHECK_FALSE(results[1]);
    CHECK(subscriber.try_receive()->value == 2);
  }
  CHECK(results.size() == 2);
  context.restart();
  context.run();
  REQUIRE(results.size() == 3);
  CHECK(results[2] == asio::error::operation_aborted);
}

TEST_CASE("a handler that throws leaves the others their messages", "[asio]") {
  asio::io_context context;
  const auto topic = fresh_topic("throws");
  std::vector<Subscriber<Number>> subscribers;
  int received = 0;
  for (int i = 0; i != 5; ++i) {
    subscribers.emplace_back(context, topic);
    REQUIRE_FALSE(subscribers.back().subscribe());
    subscribers.back().async_receive([&received, i](std::error_code, carry::Sample<Number>) {
      ++received;
      if (i == 1) throw std::runtime_error("as it should");
    });
  }
  carry::publish_subscribe::Publisher<Number> publisher(topic);
  REQUIRE_FALSE(publisher.initialize());
  REQUIRE_FALSE(publisher.publish(Number{1}));
  CHECK_THROWS_AS(context.run(), std::runtime_error);
  context.run();
  CHECK(received == 5);
}
