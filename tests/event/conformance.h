#pragma once

// What every pair of notifier and observer does, carry's own and everybody else's. A pair is a struct with two templates of the payload's type,
// and `keeps`, how many values an observer that does not listen can still receive.

#include "publish_subscribe/messages.h"
#include "support/becomes_true.h"
#include "support/catch.h"

#include <carry/event/concepts.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <chrono>
#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

namespace carry::test {

struct Reading {
  std::uint32_t number = 0;
  double value = 0;
};

/// The numbers of what arrives within a millisecond of silence.
template <class Observer>
std::vector<std::uint32_t> numbers_at(Observer& observer) {
  std::vector<std::uint32_t> numbers;
  const auto take = [&](const Reading& reading) {
    CHECK(reading.value == reading.number / 4.0);
    numbers.push_back(reading.number);
    return std::error_code();
  };
  while (!observer.receive(std::chrono::milliseconds(1), take)) continue;
  return numbers;
}

template <class Pair>
struct Ends {
  using Notifier = typename Pair::template Notifier<Reading>;
  using Observer = typename Pair::template Observer<Reading>;
  static_assert(event::Notifier<Notifier> && event::Observer<Observer>);

  std::string id = fresh_topic(Pair::name);
  Notifier notifier;

  void start() { REQUIRE_FALSE(notifier.initialize(id)); }
  Observer subscribed() const {
    Observer observer;
    REQUIRE_FALSE(observer.initialize(id));
    REQUIRE_FALSE(observer.subscribe());
    return observer;
  }
  void notify(std::uint32_t number) { REQUIRE_FALSE(notifier.notify_observers({number, number / 4.0})); }
};

using Numbers = std::vector<std::uint32_t>;

template <class Pair>
void delivers_values() {
  Ends<Pair> ends;
  ends.start();
  ends.notify(1);  // to nobody
  auto first = ends.subscribed();
  auto second = ends.subscribed();
  for (std::uint32_t number = 2; number != 10; ++number) ends.notify(number);
  CHECK(numbers_at(first) == Numbers{2, 3, 4, 5, 6, 7, 8, 9});
  CHECK(numbers_at(second) == Numbers{2, 3, 4, 5, 6, 7, 8, 9});
  CHECK(first.receive(std::chrono::milliseconds(1), [](const Reading&) { return std::error_code(); }) == std::errc::timed_out);
  ends.notify(10);
  const auto refuse = [](const Reading&) { return std::make_error_code(std::errc::bad_message); };
  CHECK(first.receive(std::chrono::seconds(20), refuse) == std::errc::bad_message);
}

template <class Pair>
void ends_come_and_go() {
  Ends<Pair> ends;
  auto early = ends.subscribed();
  ends.start();
  CHECK(ends.notifier.num_observers() == 1);
  {
    auto late = ends.subscribed();
    CHECK(ends.notifier.num_observers() == 2);
    ends.notify(1);
    auto moved = std::move(late);
    CHECK(numbers_at(moved) == Numbers{1});
  }
  CHECK(ends.notifier.num_observers() == 1);
  CHECK(numbers_at(early) == Numbers{1});
  Ends<Pair> other{.id = ends.id, .notifier = {}};
  other.start();
  other.notify(2);
  CHECK(numbers_at(early) == Numbers{2});
  other = Ends<Pair>{.id = ends.id, .notifier = {}};
  ends.notify(3);
  early.cancel_subscription();
  ends.notify(4);
  CHECK(ends.notifier.num_observers() == 0);
  REQUIRE_FALSE(early.subscribe());
  ends.notify(5);
  CHECK(numbers_at(early) == Numbers{5});
}

template <class Pair>
void pauses() {
  Ends<Pair> ends;
  ends.start();
  auto observer = ends.subscribed();
  ends.notify(1);
  REQUIRE_FALSE(observer.pause_subscription());
  ends.notify(2);
  CHECK(observer.receive(std::chrono::milliseconds(1), [](const Reading&) { return std::error_code(); }) == std::errc::operation_not_permitted);
  CHECK(ends.notifier.num_observers() == 1);
  REQUIRE_FALSE(observer.resume_subscription());
  CHECK(numbers_at(observer) == Numbers{});
  ends.notify(3);
  REQUIRE_FALSE(observer.resume_subscription());  // no effect
  CHECK(numbers_at(observer) == Numbers{3});
}

template <class Pair>
void says_what_is_wrong() {
  Ends<Pair> ends;
  CHECK(ends.notifier.notify_observers({1, 1}) == std::errc::operation_not_permitted);
  ends.start();
  CHECK(ends.notifier.initialize(ends.id) == std::errc::already_connected);
  typename Ends<Pair>::Observer observer;
  CHECK(observer.subscribe() == std::errc::operation_not_permitted);
  REQUIRE_FALSE(observer.initialize(ends.id));
  CHECK(observer.initialize(ends.id) == std::errc::already_connected);
  CHECK(observer.receive(std::chrono::milliseconds(1), [](const Reading&) { return std::error_code(); }) == std::errc::operation_not_permitted);
  observer.cancel_subscription();  // no effect
}

template <class Pair>
void never_waits_for_an_observer() {
  Ends<Pair> ends;
  ends.start();
  auto observer = ends.subscribed();
  constexpr std::uint32_t values = 2000;
  for (std::uint32_t number = 1; number != values + 1; ++number) ends.notify(number);
  const Numbers numbers = numbers_at(observer);
  CHECK_FALSE(numbers.empty());
  CHECK(std::ranges::is_sorted(numbers));
  ends.notify(values + 1);
  CHECK(numbers_at(observer) == Numbers{values + 1});
}

/// Two threads, each of which waits for the other: a notification that is lost is found by the deadline.
template <class Pair>
void wakes() {
  Ends<Pair> there;
  Ends<Pair> back;
  there.start();
  back.start();
  constexpr std::uint32_t rounds = 2000;
  auto there_observer = there.subscribed();
  auto back_observer = back.subscribed();
  const auto follow = [](auto& observer, std::uint32_t expected) {
    return observer.receive(std::chrono::seconds(20), [expected](const Reading& reading) {
      return reading.number == expected ? std::error_code() : std::make_error_code(std::errc::bad_message);
    });
  };
  std::error_code answered;
  std::thread answering([&] {
    for (std::uint32_t round = 1; round != rounds && !answered; ++round) {
      answered = follow(there_observer, round);
      (void)back.notifier.notify_observers({round, 0});
    }
  });
  std::error_code asked;
  for (std::uint32_t round = 1; round != rounds && !asked; ++round) {
    there.notify(round);
    asked = follow(back_observer, round);
  }
  answering.join();
  CHECK_FALSE(asked);
  CHECK_FALSE(answered);
}

/// In a publisher and a subscriber: every message arrives, whichever of them are notified of.
template <class Pair>
void serves_messages() {
  using Notifier = typename Pair::template Notifier<std::uint64_t>;
  using Observer = typename Pair::template Observer<std::uint64_t>;
  const auto topic = fresh_topic(Pair::name);
  publish_subscribe::Subscriber<Number, Observer> subscriber(topic);
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  constexpr std::int64_t messages = 3000;
  std::error_code error;
  std::thread publishing([&] {
    publish_subscribe::Publisher<Number, Notifier> publisher(topic, {.overflow = Overflow::block});
    error = publisher.initialize();
    for (std::int64_t value = 1; value <= messages && !error; ++value) {
      error = publisher.publish(Number{value});
      for (auto pause = value % 100 * 10; pause != 0; --pause) platform::relax();
    }
  });
  std::int64_t last = 0;
  const auto take = [&](auto& data) {
    const auto sample = data.acquire();
    return sample->value == ++last ? std::error_code() : std::make_error_code(std::errc::bad_message);
  };
  while (last != messages) {
    const auto failed = subscriber.receive(take, std::chrono::seconds(20));
    CHECK_FALSE(failed);
    if (failed) break;
  }
  publishing.join();
  CHECK_FALSE(error);
  CHECK(subscriber.receive(take, std::chrono::milliseconds(1)) == std::errc::timed_out);
  std::stop_source stop;
  stop.request_stop();
  CHECK(subscriber.receive(take, stop.get_token()) == std::errc::operation_canceled);
}

template <class Pair>
void conforms() {
  SECTION("values are delivered") { delivers_values<Pair>(); }
  SECTION("ends come and go, in any order") { ends_come_and_go<Pair>(); }
  SECTION("a paused subscription receives nothing") { pauses<Pair>(); }
  SECTION("misuse is an error") { says_what_is_wrong<Pair>(); }
  SECTION("a notifier never waits for an observer") { never_waits_for_an_observer<Pair>(); }
  SECTION("who waits is woken") { wakes<Pair>(); }
  SECTION("publisher and subscriber work with it") { serves_messages<Pair>(); }
}

}  // namespace carry::test
