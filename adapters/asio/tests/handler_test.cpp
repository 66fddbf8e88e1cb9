// What an operation owes its handler: executor, allocator, cancellation slot, order, and no message that is lost.

#include "publish_subscribe/messages.h"
#include "support/catch.h"
#include "tokens.h"

#include <asio/awaitable.hpp>
#include <asio/bind_executor.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/use_future.hpp>

#include <carry/asio/publisher.h>
#include <carry/asio/subscriber.h>
#include <carry/carry.h>

#include <new>

using namespace carry::test;
using carry::Errc;
using carry::asio::Publisher;
using carry::asio::Subscriber;

namespace {

constexpr int no_limit = -1;
int most_allocations = no_limit;  // of an allocator's total; the next one fails

/// Counts what is allocated and not given back.
template <class T>
struct CountingAllocator {
  using value_type = T;
  int* blocks;
  int* total;
  CountingAllocator(int* b, int* t) noexcept : blocks(b), total(t) {}
  template <class U>
  CountingAllocator(const CountingAllocator<U>& other) noexcept : blocks(other.blocks), total(other.total) {}
  T* allocate(std::size_t count) {
    if (*total == most_allocations) throw std::bad_alloc();
    ++*blocks;
    ++*total;
    return std::allocator<T>().allocate(count);
  }
  void deallocate(T* memory, std::size_t count) noexcept {
    --*blocks;
    std::allocator<T>().deallocate(memory, count);
  }
  template <class U>
  bool operator==(const CountingAllocator<U>& other) const noexcept {
    return blocks == other.blocks;
  }
};

/// A handler with everything that can be associated with one.
struct Handler {
  using allocator_type = CountingAllocator<std::byte>;
  using executor_type = asio::io_context::executor_type;
  using cancellation_slot_type = asio::cancellation_slot;

  allocator_type allocator;
  executor_type executor;
  cancellation_slot_type slot;
  std::vector<std::error_code>* results;
  carry::Sample<Number>* last = nullptr;
  int* blocks_when_called = nullptr;

  allocator_type get_allocator() const noexcept { return allocator; }
  executor_type get_executor() const noexcept { return executor; }
  cancellation_slot_type get_cancellation_slot() const noexcept { return slot; }
  void operator()(std::error_code error) {
    if (blocks_when_called != nullptr) *blocks_when_called = *allocator.blocks;
    results->push_back(error);
  }
  void operator()(std::error_code error, carry::Sample<Number> sample) {
    (*this)(error);
    if (last != nullptr) *last = std::move(sample);
  }
};

struct Contexts {
  asio::io_context io;
  asio::io_context handlers;
  asio::cancellation_signal signal;
  int blocks = 0;
  int total = 0;
  int blocks_when_called = -1;
  std::vector<std::error_code> results;
  carry::Sample<Number> last;

  Handler handler() {
    return {.allocator = {&blocks, &total},
            .executor = handlers.get_executor(),
            .slot = signal.slot(),
            .results = &results,
            .last = &last,
            .blocks_when_called = &blocks_when_called};
  }
  void poll(asio::io_context& context) {
    context.restart();
    context.poll();
  }
};

}  // namespace

TEST_CASE("a handler is called in its executor, and has its memory back", "[asio]") {
  Contexts c;
  const auto topic = fresh_topic("handler");
  Subscriber<Number> subscriber(c.io, topic);
  REQUIRE_FALSE(subscriber.subscribe());
  carry::publish_subscribe::Publisher<Number> publisher(topic);
  REQUIRE_FALSE(publisher.initialize());
  subscriber.async_receive(c.handler());
  CHECK(c.blocks == 1);
  c.poll(c.io);
  REQUIRE_FALSE(publisher.publish(Number{1}));
  c.io.restart();
  c.io.run_one();
  CHECK(c.results.empty());
  c.poll(c.handlers);
  REQUIRE(c.results.size() == 1);
  CHECK_FALSE(c.results[0]);
  CHECK(c.last->value == 1);
  CHECK(c.total >= 2);  // the operation, and its way to the executor
  CHECK(c.blocks == 0);
  CHECK(c.blocks_when_called == 0);
}

// Asio completes a future in a thread of its own, and libstdc++'s reference counts come without instrumentation from main.cpp.
TEST_CASE("a future of a message", "[asio][uninstrumented_counts]") {
  asio::io_context context;
  const auto topic = fresh_topic("future");
  Subscriber<Number> subscriber(context, topic);
  REQUIRE_FALSE(subscriber.subscribe());
  carry::publish_subscribe::Publisher<Number> publisher(topic);
  REQUIRE_FALSE(publisher.initialize());
  auto future = subscriber.async_receive(asio::use_future);
  REQUIRE_FALSE(publisher.publish(Number{1}));
  context.run();
  CHECK(future.get()->value == 1);
}

TEST_CASE("every kind of completion token", "[asio]") {
  asio::io_context context;
  const auto topic = fresh_topic("tokens");
  Subscriber<Number> subscriber(context, topic);
  REQUIRE_FALSE(subscriber.subscribe());
  carry::publish_subscribe::Publisher<Number> publisher(topic);
  REQUIRE_FALSE(publisher.initialize());
  for (int i = 1; i <= 5; ++i) REQUIRE_FALSE(publisher.publish(Number{i}));
  CHECK(subscriber.try_receive()->value == 1);
  std::int64_t by_callback = 0;
  auto deferred = subscriber.async_receive(tokens::deferred);
  CHECK(by_callback == 0);
  std::move(deferred)([&](std::error_code, carry::Sample<Number> sample) { by_callback = sample->value; });
  CHECK(by_callback == 0);  // never inside of the initiating call
  context.run();
  context.restart();
  CHECK(by_callback == 2);
  asio::co_spawn(
      context,
      [](Subscriber<Number>& s) -> asio::awaitable<void> {
        auto [error, sample] = co_await s.async_receive(tokens::as_tuple(asio::use_awaitable));
        CHECK_FALSE(error);
        CHECK(sample->value == 3);
      }(subscriber),
      asio::detached);
  context.run();
}

TEST_CASE("what is cancelled before its handler is called has taken no message", "[asio]") {
  Contexts c;
  const auto topic = fresh_topic("late-cancel");
  Subscriber<Number> subscriber(c.io, topic);
  REQUIRE_FALSE(subscriber.subscribe());
  carry::publish_subscribe::Publisher<Number> publisher(topic);
  REQUIRE_FALSE(publisher.initialize());
  SECTION("found by the bell") {
    subscriber.async_receive(c.handler());
    REQUIRE_FALSE(publisher.publish(Number{1}));
    c.io.restart();
    c.io.run_one();
  }
  SECTION("found at once") {
    REQUIRE_FALSE(publisher.publish(Number{1}));
    subscriber.async_receive(c.handler());
  }
  SECTION("nothing found") {
    subscriber.async_receive(c.handler());
    c.poll(c.io);
    c.signal.emit(asio::cancellation_type::total);
    REQUIRE_FALSE(publisher.publish(Number{1}));
  }
  c.signal.emit(asio::cancellation_type::total);
  c.poll(c.io);
  c.poll(c.handlers);
  REQUIRE(c.results.size() == 1);
  CHECK(c.results[0] == asio::error::operation_aborted);
  CHECK_FALSE(c.last);
  c.signal.emit(asio::cancellation_type::total);  // no effect
  const auto sample = subscriber.try_receive();
  REQUIRE(sample);
  CHECK(sample->value == 1);
  CHECK(c.blocks == 0);
}

TEST_CASE("a subscriber that ends when its handler is about to be called", "[asio]") {
  Contexts c;
  const auto topic = fresh_topic("late-end");
  carry::publish_subscribe::Publisher<Number> publisher(topic);
  REQUIRE_FALSE(publisher.initialize());
  {
    Subscriber<Number> subscriber(c.io, topic);
    REQUIRE_FALSE(subscriber.subscribe());
    REQUIRE_FALSE(publisher.publish(Number{1}));
    subscriber.async_receive(c.handler());
  }
  c.poll(c.handlers);
  REQUIRE(c.results.size() == 1);
  CHECK(c.results[0] == asio::error::operation_aborted);
}

TEST_CASE("several receives of one subscriber are served in order, one message each", "[asio]") {
  asio::io_context context;
  const auto topic = fresh_topic("several");
  Subscriber<Number> subscriber(context, topic);
  REQUIRE_FALSE(subscriber.subscribe());
  carry::publish_subscribe::Publisher<Number> publisher(topic);
  REQUIRE_FALSE(publisher.initialize());
  std::vector<std::int64_t> values(4);
  for (std::int64_t& value : values) {
    subscriber.async_receive([&value](std::error_code, carry::Sample<Number> sample) { value = sample->value; });
  }
  context.poll();
  for (std::int64_t message = 1; message != 5; ++message) {
    REQUIRE_FALSE(publisher.publish(Number{message}));
    while (values[static_cast<std::size_t>(message) - 1] == 0) context.run_one();
    for (std::int64_t i = 0; i != 4; ++i) CHECK(values[static_cast<std::size_t>(i)] == (i < message ? i + 1 : 0));
  }
}

TEST_CASE("contexts that end while a turn is under way destroy it", "[asio]") {
  Contexts c;
  const auto topic = fresh_topic("turns");
  carry::publish_subscribe::Publisher<Number> publisher(topic);
  REQUIRE_FALSE(publisher.initialize());
  {
    asio::io_context io;
    asio::io_context handlers;
    Subscriber<Number> subscriber(io, topic);
    Publisher<Number> room(io, fresh_topic("room"));
    REQUIRE_FALSE(subscriber.subscribe());
    REQUIRE_FALSE(publisher.publish(Number{1}));
    Handler handler = c.handler();
    handler.executor = handlers.get_executor();
    subscriber.async_receive(handler);
    handler.slot = {};
    room.async_wait_for_subscribers(1, handler);
    handlers.run_one();
  }
  CHECK(c.blocks == 0);
}

TEST_CASE("a subscriber that ends without memory destroys the handlers that it cannot call", "[asio]") {
  Contexts c;
  Subscriber<Number> subscriber(c.io, fresh_topic("no-memory"));
  REQUIRE_FALSE(subscriber.subscribe());
  for (int i = 0; i != 3; ++i) subscriber.async_receive(c.handler());
  c.poll(c.io);
  REQUIRE(c.total == 3);
  most_allocations = 4;  // One of them can be called.
  subscriber.close();
  most_allocations = no_limit;
  c.poll(c.io);
  c.poll(c.handlers);
  REQUIRE(c.results.size() == 1);
  CHECK(c.results[0] == asio::error::operation_aborted);
  CHECK(c.blocks == 0);
}
