// The ways in which a process or a thread ends, others than being killed: each is outlived by everybody else as a kill is.

#include "process/checked_message.h"
#include "process/own_participant.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/expect.h"
#include "survivors/survivors.h"

#include <carry/carry.h>
#include <carry/domain/clean.h>
#include <carry/event/bell_observer.h>
#include <carry/event/domain_socket_notifier.h>
#include <carry/event/domain_socket_observer.h>
#include <carry/platform/thread.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <spdlog/spdlog.h>

#include <cstdlib>
#include <exception>
#include <thread>

#include <pthread.h>
#include <spawn.h>
#include <sys/resource.h>
#include <unistd.h>
#include <csignal>

using namespace carry;
using namespace carry::test;
using publish_subscribe::Publisher;
using publish_subscribe::Subscriber;

namespace {

struct Unexpected {};

void dump_no_core() {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  (void)::setrlimit(RLIMIT_CORE, &none);
}

/// ender HOW: has ports and a sample, and ends in the middle of a callback without a destructor being called.
int end_in_callback(const Arguments& arguments) {
  dump_no_core();
  const std::string& how = arguments.at(0);
  Publisher<Checked> publisher("up", {.history = 1});
  Subscriber<Checked, event::BellObserver> subscriber("down", {.spin = 0us});
  if (publisher.initialize() || subscriber.initialize() || subscriber.subscribe() || publisher.publish(Checked(3))) return 2;
  (void)subscriber.receive(
      [&](auto& data) -> std::error_code {
        const auto sample = data.acquire();
        if (how == "_exit") ::_exit(0);
        if (how == "quick_exit") std::quick_exit(0);
        if (how == "abort") std::abort();
        if (how == "terminate") std::terminate();
        if (how == "segmentation fault") (void)std::raise(SIGSEGV);
        if (how == "exit") std::exit(0);
        if (how == "exec") ::execl("/bin/true", "true", nullptr);
        throw Unexpected();
      },
      20s);
  return 3;
}

/// cancelled: a thread is cancelled while it waits; the process goes on.
int cancel_thread(const Arguments&) {
  Subscriber<Checked, event::BellObserver> subscriber("nobody publishes this", {.spin = 0us});
  expect(!subscriber.initialize() && !subscriber.subscribe(), "subscribe");
  // Wherever it is on its way to sleep, or in its sleep.
  for (int i = 0; i != 200; ++i) {
    std::thread waiting([&] { (void)subscriber.receive([](auto&) { return std::error_code(); }, 0ns); });
    platform::sleep_for(std::chrono::microseconds(10 * i));
    expect(::pthread_cancel(waiting.native_handle()) == 0, "cancel");
    waiting.join();
  }
  Publisher<Checked> publisher("nobody publishes this");
  expect(!publisher.initialize() && !publisher.publish(Checked(9)), "publish");
  expect(!subscriber.receive(
             [](auto& data) { return data.acquire()->number == 9 ? std::error_code() : std::make_error_code(std::errc::bad_message); }, 20s),
         "receive after the thread was cancelled");
  say("done");
  return 0;
}

/// cancelled_publisher: a thread is cancelled while it waits for room, and while it rings; the process goes on.
int cancel_publishing(const Arguments&) {
  Publisher<Checked> publisher("nobody takes this", {.capacity = 1, .overflow = Overflow::block, .block_timeout = 0ms, .linger = 0ms});
  Subscriber<Checked> slow("nobody takes this");
  Subscriber<Checked, event::BellObserver> sleeper("nobody takes this", {.spin = 0us});
  expect(!publisher.initialize() && !slow.initialize() && !slow.subscribe() && !sleeper.initialize() && !sleeper.subscribe(), "ports");
  constexpr std::uint64_t last = 9;
  for (int i = 0; i != 50; ++i) {
    std::thread sleeping([&] {
      std::uint64_t number = 0;
      const auto take = [&](auto& data) {
        number = data.acquire()->number;
        return std::error_code();
      };
      while (number != last && !sleeper.receive(take, 20s)) continue;
    });
    std::thread publishing([&] {
      for (std::uint64_t number = 10;; ++number) (void)publisher.publish(Checked(number));
    });
    platform::sleep_for(std::chrono::microseconds(40 * i));
    expect(::pthread_cancel(publishing.native_handle()) == 0, "cancel");
    publishing.join();
    std::error_code error;
    while ((error = publisher.try_publish(Checked(last))) == Errc::ring_full) {
      while (slow.try_receive()) continue;
    }
    expect(!error, "publish after the thread was cancelled");
    sleeping.join();
    while (slow.try_receive()) continue;
  }
  say("done");
  return 0;
}

/// cancelled_caller: calls that do not wait, while a request to end the thread does, and somebody came or went.
int cancel_callers(const Arguments&) {
  Publisher<Checked> publisher("a request waits", {.linger = 0ms});
  expect(!publisher.initialize(), "publisher");
  bool returned = false;
  const auto with_request = [&](auto prepare, auto call) {
    returned = false;
    std::thread thread([&] {
      auto prepared = prepare();
      expect(::pthread_cancel(::pthread_self()) == 0, "cancel");
      call(std::move(prepared));
      returned = true;
      ::pthread_testcancel();
      expect(false, "the request was heeded");
    });
    thread.join();
  };
  const auto look_around = [] { return domain::clean(own_participant().directory()).has_value(); };  // Everybody does, after it.
  with_request(look_around, [&](bool) { expect(!publisher.try_publish(Checked(1)), "try_publish"); });
  expect(returned, "try_publish() returns");
  with_request(
      [&] {
        (void)look_around();
        return publisher.loan();
      },
      [&](auto loan) { expect(!publisher.publish(std::move(loan)), "publish a loan"); });
  expect(returned, "publish() of a loan returns");
  with_request(look_around, [&](bool) { expect(!publisher.publish_in_place([](Checked&) {}), "publish_in_place"); });
  expect(returned, "publish_in_place() returns");
  event::DomainSocketNotifier notifier;
  event::DomainSocketObserver observer;
  expect(!notifier.initialize("a request waits") && !observer.initialize("a request waits") && !observer.subscribe(), "notifier and observer");
  with_request(look_around, [&](bool) { expect(!notifier.notify_observers(5), "notify_observers"); });
  expect(returned, "notify_observers() returns");
  const auto leave_a_corpse = [] {
    auto subscriber = ChildProcess::start_role("subscriber", {"a request waits", "0", "0"});
    expect(subscriber.read_line() == "ready", "subscriber");
    subscriber.kill();
    subscriber.wait();
    return 0;
  };
  with_request(leave_a_corpse, [&](int) { expect(look_around(), "clean"); });
  with_request(leave_a_corpse, [&](int) { expect(publisher.num_subscribers() == 0 && notifier.num_observers() == 1, "num_observers"); });
  // These may end the thread where they wait.
  with_request(look_around, [&](bool) { expect(publisher.num_subscribers() == 0, "num_subscribers"); });
  const auto subscribe = [] {
    Subscriber<Checked> subscriber("a request waits", {.max_held = 1});
    expect(!subscriber.initialize() && !subscriber.subscribe() && subscriber.num_publishers() == 1, "subscriber");
  };
  with_request(look_around, [&](bool) { subscribe(); });
  subscribe();
  expect(publisher.num_subscribers() == 0, "nobody is left");
  say("done");
  return 0;
}

/// silent: the process has shut its log down, and somebody dies.
int go_on_without_log(const Arguments&) {
  static Publisher<Checked> publisher("without a log", {.linger = 0ms});  // destroyed after spdlog's own objects
  expect(!publisher.initialize(), "publisher");
  const auto leave_a_corpse = [] {
    auto subscriber = ChildProcess::start_role("subscriber", {"without a log", "100", "0"});
    expect(subscriber.read_line() == "ready", "subscriber");
    expect(publisher.num_subscribers() == 1, "the subscriber is connected");
    expect(!publisher.publish(Checked(1)), "publish");
    subscriber.kill();
    subscriber.wait();
  };
  leave_a_corpse();
  spdlog::shutdown();
  expect(domain::clean(own_participant().directory()).has_value() && publisher.num_subscribers() == 0, "clean");
  leave_a_corpse();
  say("done");
  return 0;
}

const Role ender_role{"ender", end_in_callback};
const Role cancelled_role{"cancelled", cancel_thread};
const Role cancelled_publisher_role{"cancelled_publisher", cancel_publishing};
const Role cancelled_caller_role{"cancelled_caller", cancel_callers};
const Role silent_role{"silent", go_on_without_log};

}  // namespace

TEST_CASE("survivors go on however a process ends in a callback", "[process]") {
  Survivors survivors;
  const std::string how =
      GENERATE(as<std::string>(), "_exit", "quick_exit", "abort", "terminate", "segmentation fault", "exit", "exec", "an exception nobody catches");
  auto ender = ChildProcess::start_role("ender", {how});
  while (ender.is_running()) survivors.live();
  const int code = ender.wait();
  INFO(how << " gave " << code);
  CHECK(code != 2);
  CHECK(code != 3);
  ender = ChildProcess::start_role("visitor", {"nobody"});
  CHECK(ender.wait() == 0);
  {
    const ChildProcess gone = std::move(ender);
  }
  survivors.outlive(how);
}

TEST_CASE("an exception that leaves a callback leaves the subscriber as it was", "[process]") {
  Publisher<Checked> publisher("thrown");
  Subscriber<Checked, event::BellObserver> subscriber("thrown", {.max_held = 1});
  REQUIRE_FALSE(publisher.initialize());
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  for (std::uint64_t i = 1; i <= 3; ++i) REQUIRE_FALSE(publisher.publish(Checked(i)));
  const auto throwing = [](auto& data) -> std::error_code {
    const auto sample = data.acquire();
    throw Unexpected();
  };
  CHECK_THROWS_AS(subscriber.receive(throwing, 1s), Unexpected);
  CHECK_THROWS_AS(subscriber.receive(throwing, 1s), Unexpected);
  const auto sample = subscriber.try_receive();
  REQUIRE(sample);
  CHECK(sample->number == 3);
}

TEST_CASE("a thread that is cancelled while it waits, or publishes, lets go of everything", "[process][fork]") {
  auto process = ChildProcess::start_role(GENERATE(as<std::string>(), "cancelled", "cancelled_publisher", "cancelled_caller"));
  CHECK(process.read_line().value_or("nothing") == "done");
  CHECK(process.wait() == 0);
}

TEST_CASE("a process that has shut its log down goes on, and ends, when somebody has died", "[process][crowds]") {
  auto process = ChildProcess::start_role("silent");
  CHECK(process.read_line().value_or("nothing") == "done");
  CHECK(process.wait() == 0);
}
