// The loop as a guest of another one, and in a child of fork().

#include "publish_subscribe/messages.h"
#include "support/catch.h"
#include "support/linux/forked_child.h"

#include <carry/async/event_loop.h>
#include <carry/async/subscriber.h>
#include <carry/async/wait.h>
#include <carry/carry.h>
#include <carry/platform/thread.h>
#include <carry/publish_subscribe/publisher.h>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

using namespace carry::async;
using namespace carry::test;
using carry::Errc;

namespace {

event_loop make_loop(driver wanted) {
  auto loop = event_loop::make(wanted);
  if (!loop) loop = event_loop::make(driver::epoll);
  REQUIRE(loop);
  return std::move(*loop);
}

task<> receive_all(Subscriber<Number>& subscriber, std::int64_t& received, std::int64_t last) {
  while (received != last) {
    auto sample = co_await subscriber.receive();
    REQUIRE(sample);
    CHECK((*sample)->value == ++received);
    if (received % 100 == 0) (void)co_await sleep_for(1ms);
  }
}

}  // namespace

TEST_CASE("a plain poll loop hosts tasks: it waits for one descriptor and for nothing else", "[async]") {
  auto loop = make_loop(GENERATE(driver::epoll, driver::io_uring));
  const auto topic = fresh_topic("hosted");
  Subscriber<Number> subscriber(topic);
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  std::int64_t received = 0;
  constexpr std::int64_t messages = 2000;
  loop.spawn(receive_all(subscriber, received, messages));
  std::thread publishing([&] {
    carry::publish_subscribe::Publisher<Number> publisher(topic, {.capacity = 16, .overflow = carry::Overflow::block});
    (void)publisher.initialize();
    for (std::int64_t i = 1; i <= messages; ++i) {
      (void)publisher.publish(Number{i});
      if (i % 11 == 0) carry::platform::sleep_for(1us);
    }
  });
  // Nothing but the descriptor wakes it: what is not told by it is lost here, and the test runs into its limit.
  pollfd host{.fd = static_cast<int>(loop.native_handle()), .events = POLLIN, .revents = 0};
  bool more = true;
  for (int turns = 0; more && turns != 1'000'000; ++turns) {
    const auto left = loop.process_ready();
    REQUIRE(left);
    more = *left;
    if (more) REQUIRE(::poll(&host, 1, 20'000) == 1);
  }
  publishing.join();
  CHECK_FALSE(more);
  CHECK(received == messages);
  // A hosted loop runs what is posted and spawned from outside of it.
  bool posted = false;
  loop.post([&] { posted = true; });
  REQUIRE(::poll(&host, 1, 20'000) == 1);
  REQUIRE(loop.process_ready());
  CHECK(posted);
  bool spawned = false;
  loop.spawn([](bool& s) -> task<> {
    s = true;
    co_return;
  }(spawned));
  REQUIRE(::poll(&host, 1, 20'000) == 1);
  REQUIRE(loop.process_ready());
  CHECK(spawned);
}

TEST_CASE("a forked child cannot run its parent's loop, and the parent's goes on", "[async][fork]") {
  auto loop = make_loop(GENERATE(driver::epoll, driver::io_uring));
  const auto topic = fresh_topic("forked-loop");
  Subscriber<Number> subscriber(topic);
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  carry::publish_subscribe::Publisher<Number> publisher(topic);
  REQUIRE_FALSE(publisher.initialize());
  std::int64_t received = 0;
  loop.spawn(receive_all(subscriber, received, 3));
  loop.spawn([](event_loop& l, auto& p) -> task<> {
    (void)co_await sleep_for(1ms);
    const pid_t child = ::fork();
    if (child == 0) ::_exit(l.run() == Errc::forked && event_loop::make().error() == Errc::forked ? 0 : 1);
    const int status = wait_for(child);
    CHECK(status == 0);
    for (int i = 1; i <= 3; ++i) {
      (void)p.publish(Number{i});
      (void)co_await sleep_for(1ms);
    }
  }(loop, publisher));
  CHECK_FALSE(loop.run());
  CHECK(received == 3);
}
