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

#include <filesystem>
#include <fstream>
#include <string>

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

TEST_CASE("a host gets its thread back, and hears of what is left, whatever its tasks do", "[async]") {
  auto loop = make_loop(GENERATE(driver::epoll, driver::io_uring));
  pollfd host{.fd = static_cast<int>(loop.native_handle()), .events = POLLIN, .revents = 0};
  SECTION("a task that is never done") {
    bool end = false;
    loop.spawn([](const bool& e) -> task<> {
      while (!e) (void)co_await sleep_for(0ms);
    }(end));
    for (int i = 0; i != 100; ++i) {
      REQUIRE(loop.process_ready());
      REQUIRE(::poll(&host, 1, 20'000) == 1);
    }
    end = true;
    auto more = loop.process_ready();
    for (int i = 0; more && *more && i != 100; ++i) more = loop.process_ready();
    REQUIRE(more);
    CHECK_FALSE(*more);
  }
  SECTION("a task that throws") {
    bool ended = false;
    loop.spawn([]() -> task<> {
      (void)co_await sleep_for(2ms);
      throw std::runtime_error("as it should");
    }());
    loop.spawn([](bool& e) -> task<> {
      (void)co_await sleep_for(2ms);
      (void)co_await sleep_for(5ms);
      e = true;
    }(ended));
    int thrown = 0;
    for (bool more = true; more;) {
      try {
        more = loop.process_ready().value();
        if (!more) break;
      } catch (const std::runtime_error&) {
        ++thrown;
      }
      REQUIRE(::poll(&host, 1, 20'000) == 1);
    }
    CHECK(thrown == 1);
    CHECK(ended);
  }
  SECTION("timeouts that are never needed are not kept") {
    const auto completions = [] {  // of the one ring that there is
      long tail = 0;
      for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fdinfo")) {
        std::ifstream info(entry.path());
        for (std::string word; info >> word;) {
          if (word == "CqTail:") info >> tail;
        }
      }
      return tail;
    };
    const auto topic = fresh_topic("timeouts");
    Subscriber<Number> subscriber(topic);
    REQUIRE_FALSE(subscriber.initialize());
    REQUIRE_FALSE(subscriber.subscribe());
    carry::publish_subscribe::Publisher<Number> publisher(topic);
    REQUIRE_FALSE(publisher.initialize());
    constexpr int messages = 1000;
    loop.spawn([](auto& s) -> task<> {
      for (int i = 0; i != messages; ++i) {
        const auto sample = co_await with_timeout(s.receive(), 200ms);
        if (!sample) co_return;
      }
    }(subscriber));
    REQUIRE(loop.process_ready());
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i != messages; ++i) {
      REQUIRE_FALSE(publisher.publish(Number{i}));
      REQUIRE(::poll(&host, 1, 20'000) == 1);
      REQUIRE(loop.process_ready());
    }
    if (std::chrono::steady_clock::now() - begin < 150ms) {
      const long before = completions();
      carry::platform::sleep_for(300ms);
      CHECK(completions() - before <= 2);
    }
  }
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
