#include "publish_subscribe/messages.h"
#include "support/catch.h"

#include <carry/carry.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

using namespace carry::test;
using carry::Errc;
using carry::publish_subscribe::Publisher;
using carry::publish_subscribe::Subscriber;

namespace {

template <class T>
Subscriber<T> subscribed(const std::string& topic, carry::SubscriberOptions options = {}) {
  Subscriber<T> subscriber(topic, options);
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  return subscriber;
}

template <class T>
Publisher<T> publishing(const std::string& topic, carry::PublisherOptions options = {}) {
  Publisher<T> publisher(topic, options);
  REQUIRE_FALSE(publisher.initialize());
  return publisher;
}

}  // namespace

TEST_CASE("ports say that they were not initialized", "[publish_subscribe]") {
  Publisher<Number> publisher(fresh_topic("early"));
  CHECK(publisher.publish(Number{1}) == Errc::not_initialized);
  CHECK(publisher.publish_in_place([](Number&) {}) == Errc::not_initialized);
  CHECK(publisher.loan().error() == Errc::not_initialized);
  Subscriber<Number> subscriber(publisher.topic());
  CHECK(subscriber.subscribe() == Errc::not_initialized);
  std::error_code error;
  CHECK_FALSE(subscriber.try_receive(error));
  CHECK(error == Errc::not_initialized);
  REQUIRE_FALSE(publisher.initialize());
  CHECK(publisher.initialize() == Errc::already_initialized);
  REQUIRE_FALSE(subscriber.initialize());
  CHECK(subscriber.initialize() == Errc::already_initialized);
  REQUIRE_FALSE(subscriber.subscribe());
  CHECK(subscriber.subscribe() == Errc::already_initialized);
}

TEST_CASE("a message with dynamic data arrives whole, whichever side came first", "[publish_subscribe]") {
  const auto topic = fresh_topic("order");
  const auto exchange = [](Publisher<Counted>& publisher, Subscriber<Counted>& subscriber) {
    REQUIRE_FALSE(publisher.publish(Counted(42)));
    auto sample = subscriber.try_receive();
    REQUIRE(sample);
    CHECK(sample->value == 42);
    CHECK(sample->numbers == carry::vector<std::int64_t>(100, 42));
    CHECK(sample.sequence() == 1);
    CHECK_FALSE(subscriber.try_receive());
  };
  SECTION("the subscriber") {
    auto subscriber = subscribed<Counted>(topic);
    auto publisher = publishing<Counted>(topic);
    exchange(publisher, subscriber);
  }
  SECTION("the publisher") {
    auto publisher = publishing<Counted>(topic);
    auto subscriber = subscribed<Counted>(topic);
    exchange(publisher, subscriber);
  }
}

TEST_CASE("messages of nested containers and strings are read in place", "[publish_subscribe]") {
  struct Nested {
    carry::string name;
    carry::vector<carry::vector<carry::string>> rows;
  };
  const auto topic = fresh_topic("nested");
  auto subscriber = subscribed<Nested>(topic);
  auto publisher = publishing<Nested>(topic);
  const std::string text(100, 'x');
  REQUIRE_FALSE(publisher.publish_in_place([&](Nested& m) {
    m.name = "short";
    m.rows.resize(3);
    m.rows[2].emplace_back(text);
  }));
  const auto sample = subscriber.try_receive();
  REQUIRE(sample);
  CHECK(sample->name == "short");
  CHECK(sample->rows[2][0] == text);
  CHECK(reinterpret_cast<std::uintptr_t>(sample.get()) % alignof(Nested) == 0);
}

TEST_CASE("an overaligned message lies aligned", "[publish_subscribe]") {
  struct alignas(256) Wide {
    std::int64_t value;
  };
  const auto topic = fresh_topic("wide");
  auto subscriber = subscribed<Wide>(topic);
  auto publisher = publishing<Wide>(topic);
  for (int i = 0; i != 200; ++i) {
    REQUIRE_FALSE(publisher.publish(Wide{i}));
    const auto sample = subscriber.try_receive();
    REQUIRE(sample);
    CHECK(reinterpret_cast<std::uintptr_t>(sample.get()) % 256 == 0);
    CHECK(sample->value == i);
  }
}

TEST_CASE("loans are published, dropped, and counted", "[publish_subscribe]") {
  const auto topic = fresh_topic("loan");
  auto subscriber = subscribed<Counted>(topic);
  auto publisher = publishing<Counted>(topic);
  const int before = Counted::alive();
  {
    auto dropped = publisher.loan();
    REQUIRE(dropped);
    dropped->value = 1;
    CHECK(publisher.loan().error() == Errc::loan_outstanding);
    CHECK(publisher.publish(Counted(9)) == Errc::loan_outstanding);
  }
  CHECK(Counted::alive() == before);
  CHECK_FALSE(subscriber.try_receive());
  auto loan = publisher.loan();
  loan->value = 2;
  REQUIRE_FALSE(publisher.publish(std::move(loan)));
  CHECK(publisher.publish(std::move(loan)) == Errc::not_initialized);
  CHECK(subscriber.try_receive()->value == 2);
  auto stranger = publishing<Counted>(fresh_topic("loan"));
  auto foreign = stranger.loan();
  CHECK(publisher.publish(std::move(foreign)) == Errc::not_initialized);
}

TEST_CASE("an exception while a message is built publishes nothing", "[publish_subscribe]") {
  const auto topic = fresh_topic("throwing");
  auto subscriber = subscribed<Counted>(topic);
  auto publisher = publishing<Counted>(topic);
  const int before = Counted::alive();
  CHECK_THROWS_AS(publisher.publish_in_place([](Counted&) { throw 1; }), int);
  CHECK(Counted::alive() == before);
  CHECK_FALSE(subscriber.try_receive());
  REQUIRE_FALSE(publisher.publish(Counted(5)));
  CHECK(subscriber.try_receive()->value == 5);
}

TEST_CASE("receive waits, times out, stops, and returns the callback's error", "[publish_subscribe]") {
  const auto topic = fresh_topic("receive");
  auto subscriber = subscribed<Number>(topic);
  auto publisher = publishing<Number>(topic);
  std::int64_t got = 0;
  const auto callback = [&](Subscriber<Number>::data_access_type& data) -> std::error_code {
    got = data.acquire()->value;
    return got < 0 ? std::error_code(7, std::system_category()) : std::error_code();
  };
  CHECK(subscriber.receive(callback, 1ms) == Errc::timeout);
  CHECK(subscriber.receive(callback, 1ms) == std::errc::timed_out);
  REQUIRE_FALSE(publisher.publish(Number{3}));
  CHECK_FALSE(subscriber.receive(callback, 0ms));
  CHECK(got == 3);
  REQUIRE_FALSE(publisher.publish(Number{-3}));
  CHECK(subscriber.receive(callback, 0ms) == std::error_code(7, std::system_category()));
  std::stop_source source;
  source.request_stop();
  CHECK(subscriber.receive(callback, source.get_token()) == Errc::cancelled);
}

TEST_CASE("a callback that does not acquire, and a data access acquired twice", "[publish_subscribe]") {
  const auto topic = fresh_topic("acquire");
  auto subscriber = subscribed<Number>(topic, {.max_held = 1});
  auto publisher = publishing<Number>(topic);
  for (int i = 0; i != 10; ++i) {
    REQUIRE_FALSE(publisher.publish(Number{i}));
    CHECK_FALSE(subscriber.receive([](Subscriber<Number>::data_access_type&) { return std::error_code(); }, 1s));
  }
  REQUIRE_FALSE(publisher.publish(Number{10}));
  CHECK_FALSE(subscriber.receive(
      [](Subscriber<Number>::data_access_type& data) {
        const auto first = data.acquire();
        CHECK(first->value == 10);
        CHECK_FALSE(data.acquire());
        return std::error_code();
      },
      1s));
}

TEST_CASE("receive_all hands over what is there, up to a limit", "[publish_subscribe]") {
  const auto topic = fresh_topic("all");
  auto subscriber = subscribed<Number>(topic);
  auto publisher = publishing<Number>(topic);
  std::vector<std::int64_t> got;
  const auto callback = [&](Subscriber<Number>::data_access_type& data) {
    got.push_back(data.acquire()->value);
    return std::error_code();
  };
  CHECK(subscriber.receive_all(callback) == 0u);
  for (int i = 1; i <= 10; ++i) REQUIRE_FALSE(publisher.publish(Number{i}));
  CHECK(subscriber.receive_all(callback, 3) == 3u);
  CHECK(subscriber.receive_all(callback) == 7u);
  CHECK(got == std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
}

TEST_CASE("many publishers and many subscribers share a topic", "[publish_subscribe]") {
  const auto topic = fresh_topic("many");
  std::vector<Publisher<Number>> publishers;
  std::vector<Subscriber<Number>> subscribers;
  for (int i = 0; i != 5; ++i) {
    publishers.push_back(publishing<Number>(topic));
    subscribers.push_back(subscribed<Number>(topic));
  }
  for (int round = 0; round != 10; ++round) {
    for (std::size_t i = 0; i != publishers.size(); ++i) REQUIRE_FALSE(publishers[i].publish(Number{round * 10 + static_cast<int>(i)}));
  }
  for (auto& subscriber : subscribers) {
    std::vector<std::int64_t> got;
    while (auto sample = subscriber.try_receive()) got.push_back(sample->value);
    std::sort(got.begin(), got.end());
    REQUIRE(got.size() == 50);
    CHECK(std::adjacent_find(got.begin(), got.end()) == got.end());
    CHECK(subscriber.missed() == 0);
    CHECK(subscriber.num_publishers() == 5);
  }
  CHECK(publishers[0].num_subscribers() == 5);
}

TEST_CASE("topics with another name do not meet, also with the same epoch counter", "[publish_subscribe]") {
  auto subscriber = subscribed<Number>(fresh_topic("a"));
  std::vector<Publisher<Number>> publishers;
  for (int i = 0; i != 50; ++i) publishers.push_back(publishing<Number>(fresh_topic("b")));
  for (auto& publisher : publishers) REQUIRE_FALSE(publisher.publish(Number{1}));
  CHECK_FALSE(subscriber.try_receive());
}
