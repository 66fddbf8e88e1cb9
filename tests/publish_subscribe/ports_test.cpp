// Publishers and subscribers as objects: moved, waited for, filled in place.

#include "publish_subscribe/messages.h"
#include "support/catch.h"

#include <carry/carry.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>
#include <carry/utils/deadline.h>

#include <limits>
#include <stdexcept>
#include <thread>

using namespace carry::test;
using carry::Errc;
using carry::Overflow;
using carry::publish_subscribe::Publisher;
using carry::publish_subscribe::Subscriber;

namespace {

/// An observer with something to lose.
struct Remembering {
  int looks = 0;
  template <carry::event::Awaited W>
  std::error_code wait(W& awaited, const carry::event::WaitLimit&, const carry::event::WaitOptions&) {
    ++looks;
    return awaited.look() ? std::error_code() : make_error_code(Errc::timeout);
  }
  static inline int destroyed_with_most_looks = 0;
  Remembering() = default;
  Remembering(Remembering&& other) noexcept : looks(std::exchange(other.looks, 0)) {}
  Remembering& operator=(Remembering&& other) noexcept {
    looks = std::exchange(other.looks, 0);
    return *this;
  }
  ~Remembering() { destroyed_with_most_looks = std::max(destroyed_with_most_looks, looks); }
};

}  // namespace

TEST_CASE("a subscriber that is moved takes everything along, and what is left can be used anew", "[publish_subscribe]") {
  const auto topic = fresh_topic("moved");
  Publisher<Number> publisher(topic);
  REQUIRE_FALSE(publisher.initialize());
  const auto ignore = [](auto&) { return std::error_code(); };
  Remembering::destroyed_with_most_looks = 0;
  {
    using Port = Subscriber<Number, Remembering>;
    Port first(topic);
    REQUIRE_FALSE(first.initialize());
    REQUIRE_FALSE(first.subscribe());
    for (int i = 0; i != 3; ++i) CHECK(first.receive(ignore, 1ns) == Errc::timeout);
    Port second(std::move(first));
    CHECK(second.receive(ignore, 1ns) == Errc::timeout);
    Port third(fresh_topic("other"));
    third = std::move(second);
    REQUIRE_FALSE(publisher.publish(Number{1}));
    CHECK_FALSE(third.receive(ignore, 1ns));
    for (Port* moved_from : {&first, &second}) {
      CHECK_FALSE(moved_from->try_receive());
      CHECK(moved_from->subscribe() == Errc::not_initialized);
      CHECK_FALSE(moved_from->initialize());
    }
  }
  CHECK(Remembering::destroyed_with_most_looks == 5);
}

TEST_CASE("the longest times mean without limit", "[publish_subscribe]") {
  using carry::utils::deadline_after;
  constexpr auto never = std::chrono::steady_clock::time_point::max();
  CHECK(deadline_after(std::chrono::nanoseconds::max()) == never);
  CHECK(deadline_after(std::chrono::milliseconds::max()) == never);
  CHECK(deadline_after(std::chrono::hours::max()) == never);
  CHECK(deadline_after(std::chrono::hours(1)) < never);
  CHECK(deadline_after(std::chrono::hours(1)) > std::chrono::steady_clock::now());

  // Of any number type, whose range may be less than the clock's reading.
  using namespace std::chrono;
  const auto is_later_by = [](auto timeout, nanoseconds expected) {
    const auto before = steady_clock::now();
    const auto deadline = deadline_after(timeout);
    return deadline >= before + expected && deadline <= steady_clock::now() + expected;
  };
  CHECK(is_later_by(duration<int, std::micro>(1'000'000'000), 1000s));
  CHECK(is_later_by(duration<int, std::milli>(std::numeric_limits<int>::max()), milliseconds(std::numeric_limits<int>::max())));
  CHECK(is_later_by(duration<short>(5), 5s));
  CHECK(is_later_by(duration<double>(0.5), 500ms));
  CHECK(is_later_by(duration<std::int64_t, std::pico>(1), 1ns));
  CHECK(is_later_by(-1h, 0ns));
  CHECK(is_later_by(nanoseconds::min(), 0ns));
  CHECK(deadline_after(duration<double>(std::numeric_limits<double>::infinity())) == never);
  CHECK(deadline_after(duration<double>(1e300)) == never);

  const auto topic = fresh_topic("longest");
  Subscriber<Number> subscriber(topic);
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  int published = 0;
  std::thread publishing([&] {
    Publisher<Number> publisher(
        topic,
        {.capacity = 1, .overflow = Overflow::block, .block_timeout = std::chrono::milliseconds::max(), .linger = std::chrono::milliseconds::max()});
    (void)publisher.initialize();
    for (int i = 1; i <= 100; ++i) published += publisher.publish(Number{i}) ? 0 : 1;
  });
  for (int i = 1; i <= 100; ++i) {
    CHECK_FALSE(subscriber.receive(
        [i](auto& data) {
          CHECK(data.acquire()->value == i);
          return std::error_code();
        },
        std::chrono::nanoseconds::max()));
  }
  publishing.join();
  CHECK(published == 100);
}

TEST_CASE("who fills a message in place cannot publish another one meanwhile, and may throw", "[publish_subscribe]") {
  const auto topic = fresh_topic("in-place");
  Subscriber<Counted> subscriber(topic);
  Publisher<Counted> publisher(topic);
  REQUIRE_FALSE(publisher.initialize());
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  CHECK_FALSE(publisher.publish_in_place([&](Counted& message) {
    CHECK(message.value == 0);
    message.value = 1;
    CHECK(publisher.publish(Counted(99)) == Errc::loan_outstanding);
    CHECK(publisher.publish_in_place([](Counted&) {}) == Errc::loan_outstanding);
  }));
  CHECK_THROWS_AS(publisher.publish_in_place([](Counted&) { throw std::runtime_error("no message after all"); }), std::runtime_error);
  CHECK_FALSE(publisher.publish_in_place([](Counted& message) { message.value = 2; }));
  CHECK(subscriber.try_receive()->value == 1);
  CHECK(subscriber.try_receive()->value == 2);
  CHECK_FALSE(subscriber.try_receive());
  CHECK(Counted::alive() == 2);
}
