// The process's own memory gives out at each of the requests that a call makes, once or from then on. Then the call says so, by std::bad_alloc or by an
// error; nothing ends the process, nothing is left, and what others have goes on.

#include "no_memory/every_request.h"
#include "no_memory/failing_new.h"
#include "publish_subscribe/messages.h"
#include "support/catch.h"
#include "support/quiet_log.h"

#include <carry/async/event_loop.h>
#include <carry/async/publisher.h>
#include <carry/async/subscriber.h>
#include <carry/async/wait.h>
#include <carry/carry.h>
#include <carry/domain/bell.h>
#include <carry/domain/participant.h>
#include <carry/event/bell_notifier.h>
#include <carry/event/bell_observer.h>
#include <carry/event/multiplexer.h>
#include <carry/event/shm_atomic_observer.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <spdlog/spdlog.h>

using namespace carry;
using namespace carry::test;
using publish_subscribe::Publisher;
using publish_subscribe::Subscriber;

namespace {

constexpr PublisherOptions no_linger{.linger = std::chrono::milliseconds(0)};

async::task<> receive_one(async::Subscriber<Number>& subscriber, std::int64_t& value) {
  auto sample = co_await subscriber.receive();
  if (sample) value = (*sample)->value;
}

/// Nobody is told, and the publisher says so.
struct FailingNotifier {
  using value_type = std::uint64_t;
  std::error_code initialize(std::string_view) { return {}; }
  std::error_code notify_observers(const value_type&) noexcept { return std::make_error_code(std::errc::not_enough_memory); }
  std::size_t num_observers() const { return 0; }
};

}  // namespace

TEST_CASE("a process that has no memory to join tries again", "[no_memory]") {
  spdlog::set_level(spdlog::level::off);
  constexpr bool and_all_after = true;
  bool joined = false;
  for (int n = 0; !joined && n != most_requests; ++n) {
    const FailingNew failing(n, and_all_after);
    try {
      joined = initialize_dynamic_buffer({.initial_bytes = 1 << 20}).has_value();
    } catch (const std::bad_alloc&) {
      joined = false;
    }
  }
  CHECK(joined);
}

TEST_CASE("ports without memory", "[no_memory]") {
  check_every_request([] {
    Publisher<Counted> publisher("ports", no_linger);
    Subscriber<Counted> subscriber("ports");
    if (publisher.initialize() || subscriber.initialize() || subscriber.subscribe()) return false;
    if (publisher.num_subscribers() != 1 || publisher.publish(Counted(1))) return false;
    if (publisher.publish_in_place([](Counted& message) { message.numbers.push_back(2); })) return false;
    auto loan = publisher.loan();
    if (!loan || publisher.publish(std::move(loan))) return false;
    std::size_t count = 0;
    while (subscriber.try_receive()) ++count;
    subscriber.cancel_subscription();
    return count == 3;
  });
}

TEST_CASE("a subscriber that parks without memory", "[no_memory]") {
  check_every_request([] {
    Publisher<Number> publisher("parked", no_linger);
    Subscriber<Number, event::BellObserver> subscriber("parked", {.spin = std::chrono::microseconds(0)});
    if (publisher.initialize() || subscriber.initialize() || subscriber.subscribe()) return false;
    const auto take = [](auto& data) { return data.acquire() ? std::error_code() : std::make_error_code(std::errc::no_message); };
    if (subscriber.receive(take, std::chrono::milliseconds(1)) != Errc::timeout) return false;
    if (publisher.publish(Number{1})) return false;
    return !subscriber.receive(take, std::chrono::seconds(20));
  });
}

TEST_CASE("whoever sleeps is woken by a publisher without memory", "[no_memory]") {
  const QuietLog quiet;
  auto& participant = **domain::Participant::current();
  Subscriber<Number> subscriber("sleeper");
  REQUIRE((!subscriber.initialize() && !subscriber.subscribe()));
  REQUIRE_FALSE(subscriber.arm(*domain::Bell::make(participant).value()));  // From here on publishers know where it says that it sleeps.
  subscriber.disarm();
  bool has_failed = true;
  int n = 0;
  for (; has_failed && n != most_requests; ++n) {
    CAPTURE(n);
    Publisher<Number> publisher("sleeper", no_linger);
    REQUIRE((!publisher.initialize() && !publisher.publish(Number{1}) && subscriber.try_receive() && !publisher.publish(Number{2})));
    const auto bell = domain::Bell::make(participant).value();  // which the publisher has not opened yet
    REQUIRE_FALSE(subscriber.arm(*bell));
    std::error_code error;
    {
      const FailingNew failing(n, true);
      error = publisher.publish(Number{3});
      has_failed = FailingNew::has_failed();
    }
    CHECK_FALSE(error);
    CHECK(bell->wait(std::chrono::steady_clock::now()));
    subscriber.disarm();
    while (subscriber.try_receive()) continue;
  }
  CHECK_FALSE(has_failed);
  CHECK(n > 1);
}

TEST_CASE("a multiplexer without memory", "[no_memory]") {
  check_every_request([] {
    Publisher<Number> publisher("multiplexed", no_linger);
    Subscriber<Number> subscriber("multiplexed");
    if (publisher.initialize() || subscriber.initialize() || subscriber.subscribe()) return false;
    event::Multiplexer multiplexer;
    int received = 0;
    const auto count = [&](auto& data) {
      while (data.acquire()) ++received;
      return std::error_code();
    };
    const auto id = multiplexer.add(subscriber, count);
    multiplexer.every(std::chrono::hours(1), [] { return std::error_code(); });
    if (multiplexer.wait({.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(1)}) != Errc::timeout) return false;
    if (publisher.publish(Number{1}) || multiplexer.wait() || received != 1) return false;
    return multiplexer.remove(id);
  });
}

TEST_CASE("an event loop without memory", "[no_memory]") {
  check_every_request([] {
    auto loop = async::event_loop::make();
    if (!loop) return false;
    Publisher<Number> publisher("looped", no_linger);
    async::Subscriber<Number> subscriber("looped");
    if (publisher.initialize() || subscriber.initialize() || subscriber.subscribe()) return false;
    std::int64_t value = 0;
    loop->spawn(receive_one(subscriber, value));
    std::error_code published;
    loop->post([&] {
      published = publisher.publish(Number{7});
      if (published) loop->stop();
    });
    return !loop->run() && !published && value == 7;
  });
}

TEST_CASE("a publisher whose notifier fails without memory", "[no_memory]") {
  check_every_request([] {
    Publisher<Number, FailingNotifier> publisher("nobody is told", no_linger);
    return !publisher.initialize() && !publisher.publish(Number{1});
  });
}

TEST_CASE("notifiers and observers without memory", "[no_memory]") {
  check_every_request([] { return notify<event::ShmAtomicNotifier, event::ShmAtomicObserver>(); });
  check_every_request([] { return notify<event::BellNotifier, event::BellObserver>(); });
}
