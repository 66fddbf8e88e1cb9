// A loop whose driver follows a script: what happens while it sleeps is decided by how often it has slept.

#include "publish_subscribe/messages.h"
#include "support/catch.h"

#include <carry/async/detail/loop.h>
#include <carry/async/publisher.h>
#include <carry/async/subscriber.h>
#include <carry/async/wait.h>
#include <carry/carry.h>
#include <carry/domain/participant.h>

using namespace carry::async;
using namespace carry::test;
using carry::Errc;
using carry::async::detail::Clock;

namespace {

/// Waits for the bell by itself, and asks the script before each sleep.
class ScriptedDriver final : public detail::Driver {
 public:
  ScriptedDriver(carry::domain::Bell& bell, std::function<void(int)> script) : bell_(bell), script_(std::move(script)) {}

  std::error_code wait(Clock::time_point deadline, bool& rung) noexcept override {
    if (deadline > Clock::now()) script_(++sleeps_);
    rung = bell_.wait(std::min(deadline, Clock::now() + 20s));
    if (rung) bell_.kernel_object().drain();
    return {};
  }
  carry::platform::NativeHandle native_handle() const noexcept override { return -1; }
  void announce(Clock::time_point) noexcept override {}
  driver kind() const noexcept override { return driver::automatic; }

 private:
  carry::domain::Bell& bell_;
  std::function<void(int)> script_;
  int sleeps_ = 0;
};

std::unique_ptr<detail::Loop> make_scripted(std::function<void(int)> script) {
  auto bell = carry::domain::Bell::make(**carry::domain::Participant::current());
  REQUIRE(bell);
  auto scripted = std::make_unique<ScriptedDriver>(**bell, std::move(script));
  return std::make_unique<detail::Loop>(std::move(*bell), std::move(scripted));
}

template <class Port>
void start(Port& port) {
  REQUIRE_FALSE(port.initialize());
  if constexpr (requires { port.subscribe(); }) REQUIRE_FALSE(port.subscribe());
}

struct Journey {
  std::int64_t received = 0;
  std::int64_t echoed = 0;
  std::error_code ended;
};

/// Receives, sleeps, and publishes what it received to a subscriber that is slow, with a timeout inside: every kind of suspension.
task<std::error_code> travel(Subscriber<Number>& from, Publisher<Number>& to, Journey& journey) {
  for (std::int64_t i = 1; i <= 4; ++i) {
    std::int64_t value = 0;
    {
      const auto sample = co_await from.receive();
      if (!sample) co_return sample.error();
      value = (*sample)->value;
    }
    CHECK(value == ++journey.received);
    if (const auto error = co_await with_timeout(sleep_for(1ms), 1h)) co_return error;
    if (const auto error = co_await to.async_publish(Number{value})) co_return error;
    ++journey.echoed;
  }
  co_return std::error_code();
}

task<> travel_until(std::stop_token stop, Subscriber<Number>& from, Publisher<Number>& to, Journey& journey) {
  journey.ended = co_await with_stop(travel(from, to, journey), stop);
}

}  // namespace

TEST_CASE("a task is cancelled at each of its suspension points, and nothing is lost", "[async]") {
  int cancelled = 0;
  for (int cancel_at = 1;; ++cancel_at) {
    const auto there = fresh_topic("there");
    const auto back = fresh_topic("back");
    Subscriber<Number> from(there);
    Publisher<Number> feeding(there);
    Publisher<Number> to(back, {.capacity = 1, .overflow = carry::Overflow::block});
    Subscriber<Number> slow(back);
    start(from);
    start(feeding);
    start(slow);
    start(to);
    std::int64_t fed = 0;
    std::int64_t taken = 0;
    std::stop_source stop;
    Journey journey;
    auto loop = make_scripted([&](int sleep) {
      if (sleep == cancel_at) stop.request_stop();
      else if (sleep % 2 == 1 && fed != 4) (void)feeding.publish(Number{++fed});
      else if (const auto sample = slow.try_receive()) CHECK(sample->value == ++taken);
    });
    loop->spawn(travel_until(stop.get_token(), from, to, journey));
    REQUIRE_FALSE(loop->run());
    while (const auto sample = from.try_receive()) CHECK(sample->value == ++journey.received);
    CHECK(journey.received == fed);
    while (const auto sample = slow.try_receive()) CHECK(sample->value == ++taken);
    CHECK(taken == journey.echoed);
    if (!journey.ended) break;
    CHECK(journey.ended == Errc::cancelled);
    ++cancelled;
  }
  CHECK(cancelled >= 8);
}

TEST_CASE("a message that comes at any moment of falling asleep is found", "[async]") {
  const auto topic = fresh_topic("moments");
  Subscriber<Number> subscriber(topic);
  carry::publish_subscribe::Publisher<Number> publisher(topic);
  start(subscriber);
  start(publisher);
  // The script runs when the loop has decided to sleep: armed, looked twice, found nothing.
  constexpr int messages = 100;
  int published = 0;
  auto loop = make_scripted([&](int) {
    for (int burst = published % 3; burst >= 0 && published != messages; --burst) (void)publisher.publish(Number{++published});
  });
  int received = 0;
  loop->spawn([](Subscriber<Number>& s, int& r) -> task<> {
    while (r != messages) {
      const auto sample = co_await s.receive();
      if (!sample) co_return;
      CHECK((*sample)->value == ++r);
    }
  }(subscriber, received));
  REQUIRE_FALSE(loop->run());
  CHECK(received == messages);
}
