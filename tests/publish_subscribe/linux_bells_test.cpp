// What publishers do for subscribers that park, counted: rings (invariant W3) and system calls (W2).

#include "publish_subscribe/messages.h"
#include "support/catch.h"
#include "support/linux/forked_child.h"

#include <carry/carry.h>
#include <carry/domain/participant.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <array>
#include <filesystem>
#include <iterator>
#include <vector>

#include <unistd.h>

using namespace carry::test;
using carry::domain::Bell;
using carry::publish_subscribe::Publisher;
using carry::publish_subscribe::Subscriber;

namespace {

std::unique_ptr<Bell> make_bell() {
  auto bell = Bell::make(**carry::domain::Participant::current());
  REQUIRE(bell);
  return std::move(*bell);
}

/// Takes the rings, and counts them.
int rings(const Bell& bell) {
  std::array<char, 65536> tokens;
  return static_cast<int>(std::max<ssize_t>(0, ::read(static_cast<int>(bell.native_handle()), tokens.data(), tokens.size())));
}

std::size_t open_descriptors() {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator()));
}

template <class Port>
void start(Port& port) {
  REQUIRE_FALSE(port.initialize());
  if constexpr (requires { port.subscribe(); }) REQUIRE_FALSE(port.subscribe());
}

}  // namespace

TEST_CASE("a burst of messages rings a bell once for each time that it was answered", "[publish_subscribe]") {
  const auto topic = fresh_topic("burst");
  Subscriber<Number> first(topic);
  Subscriber<Number> second(topic);
  Publisher<Number> publisher(topic);
  for (auto* subscriber : {&first, &second}) start(*subscriber);
  start(publisher);
  auto bell = make_bell();
  const auto burst = [&] {
    for (int i = 0; i != 100'000; ++i) REQUIRE_FALSE(publisher.publish(Number{i}));
  };
  burst();
  CHECK(rings(*bell) == 0);
  // Two subscribers park at one bell.
  REQUIRE_FALSE(first.arm(*bell));
  REQUIRE_FALSE(second.arm(*bell));
  burst();
  CHECK(rings(*bell) == 1);
  burst();
  CHECK(rings(*bell) == 0);
  bell->begin_generation();
  burst();
  CHECK(rings(*bell) == 1);
  bell->answer();
  first.disarm();
  second.disarm();
  burst();
  CHECK(rings(*bell) == 0);
}

TEST_CASE("a bell that nobody empties is rung without blocking, and one that is gone without a signal", "[publish_subscribe]") {
  const auto topic = fresh_topic("gone");
  Subscriber<Number> subscriber(topic);
  Publisher<Number> publisher(topic);
  start(subscriber);
  start(publisher);
  auto bell = make_bell();
  REQUIRE_FALSE(subscriber.arm(*bell));
  for (int i = 0; i != 70'000; ++i) {  // more than a FIFO holds
    REQUIRE_FALSE(publisher.publish(Number{i}));
    bell->begin_generation();
  }
  bell.reset();
  for (int i = 0; i != 1000; ++i) REQUIRE_FALSE(publisher.publish(Number{i}));
  CHECK(subscriber.try_receive());
}

TEST_CASE("the publishers of a process open a bell once, and ring it once", "[publish_subscribe]") {
  constexpr int topics = 50;
  std::vector<Subscriber<Number>> subscribers;
  std::vector<Publisher<Number>> publishers;
  auto bell = make_bell();
  for (int i = 0; i != topics; ++i) {
    const auto topic = fresh_topic("shared");
    start(subscribers.emplace_back(topic));
    start(publishers.emplace_back(topic));
    REQUIRE_FALSE(subscribers.back().arm(*bell));
  }
  const auto publish = [&] {
    for (auto& publisher : publishers) REQUIRE_FALSE(publisher.publish(Number{1}));
  };
  const std::size_t descriptors_before = open_descriptors();
  publish();
  CHECK(rings(*bell) == 1);
  CHECK(open_descriptors() == descriptors_before + 1);
  publish();
  CHECK(rings(*bell) == 0);
  bell->begin_generation();
  publish();
  CHECK(rings(*bell) == 1);
  for (auto& subscriber : subscribers) subscriber.disarm();
}

TEST_CASE("a publisher closes the bells of subscribers that are gone", "[publish_subscribe]") {
  const auto topic = fresh_topic("closes");
  Publisher<Number> publisher(topic);
  start(publisher);
  const std::size_t descriptors_before = open_descriptors();
  for (int i = 0; i != 50; ++i) {
    Subscriber<Number> subscriber(topic);
    start(subscriber);
    auto bell = make_bell();
    REQUIRE_FALSE(subscriber.arm(*bell));
    REQUIRE_FALSE(publisher.publish(Number{i}));
    CHECK(rings(*bell) == 1);
  }
  REQUIRE_FALSE(publisher.publish(Number{50}));
  CHECK(open_descriptors() == descriptors_before);
}
