// A subscriber that outlives its publisher by an hour. The hour passes at once: the clocks of this program are its own.

#include "process/checked_message.h"
#include "process/own_participant.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/expect.h"

#include <carry/carry.h>
#include <carry/domain/clean.h>
#include <carry/event/bell_observer.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <atomic>
#include <cstdint>
#include <optional>

#include <dlfcn.h>
#include <ctime>

using namespace carry;
using namespace carry::test;

namespace {

std::atomic<std::int64_t> seconds_ahead = 0;

void let_an_hour_pass() {
  const auto before = std::chrono::steady_clock::now();
  seconds_ahead += 3600;
  expect(std::chrono::steady_clock::now() - before >= 1h, "an hour passes");
}

/// outliving TOPIC: holds a sample of a publisher that is killed when it says "holds"; an hour later it cleans up, and takes what was left; another hour
/// later it gives the sample back, and receives from the next publisher.
int outlive(const Arguments& arguments) {
  publish_subscribe::Subscriber<Checked, event::BellObserver> subscriber(arguments.at(0), {.spin = 0us});
  expect(!subscriber.initialize() && !subscriber.subscribe(), "subscribe");
  say("ready");
  std::optional<Sample<Checked>> held;
  const auto take = [&](auto& data) {
    held = data.acquire();
    return std::error_code();
  };
  for (std::uint64_t number = 1; number <= 3; ++number) expect(!subscriber.receive(take, 20s) && (*held)->number == number, "the first messages");
  say("holds");
  hear();

  let_an_hour_pass();
  expect(domain::clean(own_participant().directory()).has_value(), "clean");
  std::uint64_t last = 3;
  while (const auto sample = subscriber.try_receive()) expect(sample->is_whole() && sample->number == ++last, "what was left");
  expect(last == 8 && subscriber.missed() == 0, "all that was left");
  const auto nothing = [](auto&) { return std::error_code(); };
  expect(subscriber.receive(nothing, 1ms) == Errc::timeout, "a wait ends");

  let_an_hour_pass();
  expect((*held)->is_whole() && (*held)->number == 3, "the sample is what it was");
  held.reset();
  say("waits");
  expect(!subscriber.receive(take, 20s) && (*held)->is_whole() && (*held)->number == 1, "the next publisher's first message");
  say("done");
  return 0;
}
const Role outliving("outliving", outlive);

/// outlived TOPIC: publishes numbers 1 to 8, all of which its ring has room for, and says "full".
int fill(const Arguments& arguments) {
  publish_subscribe::Publisher<Checked> publisher(arguments.at(0), {.capacity = 8, .overflow = Overflow::reject});
  expect(!publisher.initialize(), "publisher");
  for (std::uint64_t number = 1; number <= 8; ++number) expect(!publisher.publish(Checked(number)), "publish");
  say("full");
  hear();
  return 0;
}
const Role outlived("outlived", fill);

}  // namespace

/// In place of the C library's, in all of this program: the C++ library's clocks call it. The kernel knows nothing of an hour that has passed here, so a
/// role in which it has must not wait until a point in time of the kernel's (an event loop does).
extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  static const auto real = reinterpret_cast<decltype(&::clock_gettime)>(::dlsym(RTLD_NEXT, "clock_gettime"));
  const int result = real(clock, time);
  const bool is_shifted = clock == CLOCK_MONOTONIC || clock == CLOCK_REALTIME;
  if (result == 0 && is_shifted) time->tv_sec += seconds_ahead.load(std::memory_order_relaxed);
  return result;
}

TEST_CASE("a subscriber that outlives its publisher by an hour has lost nothing, and goes on with the next one", "[process]") {
  auto subscriber = ChildProcess::start_role("outliving", {"outlived"});
  REQUIRE(subscriber.read_line() == "ready");
  const auto start_publisher = [] {
    auto started = ChildProcess::start_role("outlived", {"outlived"});
    REQUIRE(started.read_line() == "full");
    return started;
  };
  auto publisher = start_publisher();
  REQUIRE(subscriber.read_line() == "holds");
  publisher.kill();
  publisher.wait();
  subscriber.write_line("it is dead");
  REQUIRE(subscriber.read_line() == "waits");
  auto next = start_publisher();
  CHECK(subscriber.read_line() == "done");
  CHECK(subscriber.wait() == 0);
  next.kill();
}
