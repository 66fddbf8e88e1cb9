// Publishers that end: what they leave to whom, and what stays of them.

#include "publish_subscribe/messages.h"
#include "support/catch.h"

#include <carry/carry.h>
#include <carry/domain/participant.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <algorithm>
#include <array>
#include <thread>

using namespace carry::test;
using carry::Errc;
using carry::Overflow;
using carry::publish_subscribe::Publisher;
using carry::publish_subscribe::Subscriber;

namespace {

carry::domain::Participant& participant() { return **carry::domain::Participant::current(); }

template <class Port>
void start(Port& port) {
  REQUIRE_FALSE(port.initialize());
  if constexpr (requires { port.subscribe(); }) REQUIRE_FALSE(port.subscribe());
}

template <char... name>
struct NamedAtLength {
  static constexpr auto letters = [] {
    std::array<char, 1100> text{};
    text.fill('n');
    std::size_t at = text.size();
    ((text[--at] = name), ...);  // the difference lies beyond what a descriptor holds
    return text;
  }();
  static constexpr std::string_view carry_type_name{letters.data(), letters.size()};
  std::int64_t value = 0;
};

}  // namespace

TEST_CASE("a publisher leaves everything to a subscriber of its own thread, which it cannot wait for", "[publish_subscribe]") {
  const auto overflow = GENERATE(Overflow::overwrite_oldest, Overflow::block, Overflow::reject);
  const auto topic = fresh_topic("own-thread");
  {
    Subscriber<Counted> subscriber(topic);
    start(subscriber);
    {
      Publisher<Counted> publisher(topic, {.overflow = overflow, .linger = std::chrono::milliseconds::max()});
      start(publisher);
      for (int i = 1; i <= 5; ++i) REQUIRE_FALSE(publisher.publish(Counted(i)));
    }
    SECTION("and which looks later") {
      for (int i = 1; i <= 5; ++i) {
        const auto sample = subscriber.try_receive();
        REQUIRE(sample);
        CHECK(sample->value == i);
      }
      CHECK_FALSE(subscriber.try_receive());
      CHECK(subscriber.missed() == 0);
      CHECK(subscriber.num_publishers() == 0);
      CHECK(Counted::alive() == 0);
    }
    SECTION("or never") { CHECK(Counted::alive() == 5); }
  }
  CHECK(Counted::alive() == 0);
}

TEST_CASE("publishers that came and went are forgotten while another one is busy", "[publish_subscribe]") {
  const auto topic = fresh_topic("busy");
  Subscriber<Number> subscriber(topic);
  start(subscriber);
  Publisher<Number> busy(topic, {.capacity = 8});
  start(busy);
  std::size_t most_blocks = 0;
  const auto before = participant().port_memory().used_blocks();
  for (int round = 0; round != 50; ++round) {
    {
      Publisher<Number> passing(topic, {.capacity = 8});
      start(passing);
      REQUIRE_FALSE(passing.publish(Number{round}));
    }
    for (int i = 0; i != 10; ++i) {
      REQUIRE_FALSE(busy.publish(Number{i}));
      REQUIRE_FALSE(busy.publish(Number{i}));
      REQUIRE(subscriber.try_receive());  // There is always a next one.
    }
    most_blocks = std::max(most_blocks, participant().port_memory().used_blocks());
  }
  CHECK(most_blocks < before + 12);
}

TEST_CASE("types whose names differ only beyond what others are told still gate and linger", "[publish_subscribe]") {
  const auto topic = fresh_topic("long-name");
  using Message = NamedAtLength<'a'>;
  Subscriber<Message> subscriber(topic);
  start(subscriber);
  {
    Publisher<Message> publisher(topic, {.capacity = 4, .overflow = Overflow::reject});
    start(publisher);
    for (int i = 1; i <= 4; ++i) REQUIRE_FALSE(publisher.publish(Message{i}));
    CHECK(publisher.publish(Message{5}) == Errc::ring_full);
  }
  for (int i = 1; i <= 4; ++i) CHECK(subscriber.try_receive()->value == i);
  CHECK(subscriber.missed() == 0);
}

TEST_CASE("a publisher that does not fit takes nothing from others whose messages have nothing to free", "[publish_subscribe]") {
  const auto topic = fresh_topic("unread");
  Subscriber<Number> subscriber(topic);
  start(subscriber);
  Publisher<Number> publisher(topic, {.capacity = 64});
  start(publisher);
  CHECK_FALSE(subscriber.try_receive());
  for (int i = 1; i <= 60; ++i) REQUIRE_FALSE(publisher.publish(Number{i}));
  struct Large {
    char bytes[1 << 20];
  };
  Publisher<Large> too_large(fresh_topic("large"), {.capacity = carry::maximum_capacity});
  CHECK(too_large.initialize() == Errc::heap_exhausted);
  for (int i = 1; i <= 60; ++i) {
    const auto sample = subscriber.try_receive();
    REQUIRE(sample);
    CHECK(sample->value == i);
  }
}

TEST_CASE("a subscriber that connected to a publisher which then failed to open reads each message once", "[publish_subscribe]") {
  struct Wrong {
    std::int32_t value;
  };
  const auto topic = fresh_topic("contested");
  std::atomic<bool> done = false;
  // Comes again and again with another type, so that publishers that are visible already find out that they may not be.
  std::thread contesting([&] {
    while (!done) {
      Subscriber<Wrong> wrong(topic);
      if (!wrong.initialize()) (void)wrong.subscribe();
    }
  });
  Subscriber<Number> subscriber(topic);
  REQUIRE_FALSE(subscriber.initialize());
  while (subscriber.subscribe()) continue;
  std::thread publishing([&] {
    std::int64_t last = 0;
    for (int round = 0; round != 300; ++round) {
      Publisher<Number> publisher(topic, {.capacity = 4, .overflow = Overflow::block});
      while (publisher.initialize()) continue;
      for (int i = 0; i != 6; ++i) (void)publisher.publish(Number{++last});
    }
    done = true;
  });
  std::vector<int> times(1801, 0);
  for (int received = 0; received != 1800;) {
    const auto sample = subscriber.try_receive();
    if (!sample) continue;
    ++times[static_cast<std::size_t>(sample->value)];
    ++received;
  }
  publishing.join();
  contesting.join();
  CHECK_FALSE(subscriber.try_receive());
  CHECK(std::count(times.begin(), times.end(), 1) == 1800);
}

TEST_CASE("what a publisher left comes before what its successors publish", "[publish_subscribe]") {
  const auto topic = fresh_topic("succession");
  Subscriber<Number> subscriber(topic);
  start(subscriber);
  Publisher<Number> lasting(topic);
  start(lasting);
  CHECK_FALSE(subscriber.try_receive());
  std::int64_t last = 0;
  for (int generation = 0; generation != 5; ++generation) {
    Publisher<Number> passing(topic);
    start(passing);
    if (generation == 0) CHECK_FALSE(subscriber.try_receive());  // connects in time; to the others at their end
    for (int i = 0; i != 3; ++i) REQUIRE_FALSE(passing.publish(Number{++last}));
  }
  REQUIRE_FALSE(lasting.publish(Number{++last}));
  for (std::int64_t i = 1; i <= last; ++i) {
    const auto sample = subscriber.try_receive();
    REQUIRE(sample);
    CHECK(sample->value == i);
  }
}
