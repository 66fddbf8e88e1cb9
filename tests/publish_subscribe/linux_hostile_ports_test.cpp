// Beside a participant that writes anything into its own segment publishers and subscribers go on, in a bounded time, and say what is wrong a bounded
// number of times.

#include "support/catch.h"
#include "support/forged_participant.h"

#include <carry/carry.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <spdlog/sinks/base_sink.h>

#include <chrono>
#include <mutex>

using namespace carry;
using domain::PortKind;
using publish_subscribe::Publisher;
using publish_subscribe::Subscriber;
using test::ForgedParticipant;

namespace {

constexpr std::size_t many = 20'000;

const platform::DomainDirectory& directory() { return (*domain::Participant::current())->directory(); }

/// Counts the lines of the log.
class CountedLog {
 public:
  CountedLog() : sink_(std::make_shared<Sink>()) {
    spdlog::default_logger()->sinks().swap(before_), spdlog::default_logger()->sinks().push_back(sink_);
  }
  CountedLog(const CountedLog&) = delete;
  CountedLog& operator=(const CountedLog&) = delete;
  ~CountedLog() { spdlog::default_logger()->sinks().swap(before_); }
  std::size_t lines() const { return sink_->lines; }

 private:
  struct Sink final : spdlog::sinks::base_sink<std::mutex> {
    void sink_it_(const spdlog::details::log_msg&) override { ++lines; }
    void flush_() override {}
    std::size_t lines = 0;
  };
  std::shared_ptr<Sink> sink_;
  std::vector<spdlog::sink_ptr> before_;
};

class Stopwatch {
 public:
  bool is_below(std::chrono::seconds limit) const { return std::chrono::steady_clock::now() - begin_ < limit; }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace

TEST_CASE("a publisher whose ring turns out to contradict itself is left, and others are heard", "[publish_subscribe]") {
  const char* topic = "contradiction";
  ForgedParticipant other(directory());
  const CountedLog log;
  const auto type = domain::type_identity<std::uint64_t>();
  const auto ring = other.segment().add_ring(4, type);
  other.segment().set_port(0, {.kind = PortKind::publisher,
                               .port_id = 1,
                               .birth = 1,
                               .topic_hash = domain::topic_hash(topic),
                               .descriptor_offset = other.segment().add_descriptor(topic, type),
                               .body_offset = ring.header});
  Subscriber<std::uint64_t> subscriber(topic);
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  CHECK(subscriber.num_publishers() == 1);
  CHECK_FALSE(subscriber.try_receive());
  for (std::uint64_t slot = 0; slot != ring.slot_count; ++slot) other.segment().word(ring.slots + slot * ring.slot_bytes) = ~std::uint64_t{0};
  CHECK_FALSE(subscriber.try_receive());
  CHECK(subscriber.num_publishers() == 0);
  CHECK(log.lines() == 1);

  Publisher<std::uint64_t> publisher(topic);
  REQUIRE_FALSE(publisher.initialize());
  other.bump_topic(topic);
  for (std::uint64_t i = 1; i != 10; ++i) {
    REQUIRE_FALSE(publisher.publish(std::uint64_t{i}));
    const auto sample = subscriber.try_receive();
    REQUIRE(sample);
    CHECK(*sample == i);
  }
  CHECK(subscriber.num_publishers() == 1);  // It is not tried again as long as it is there.
  CHECK(log.lines() == 1);
}

TEST_CASE("thousands of publishers that are none, and change their numbers, are said a few times and passed over", "[publish_subscribe]") {
  const char* topic = "none";
  ForgedParticipant other(directory());
  const CountedLog log;
  Subscriber<std::uint64_t> subscriber(topic);
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  const Stopwatch watch;
  for (std::uint64_t round = 0; round != 3; ++round) {
    for (std::size_t i = 0; i != many; ++i)
      other.segment().set_port(i, {.kind = PortKind::publisher, .port_id = round * many + i, .topic_hash = domain::topic_hash(topic)});
    other.bump_topic(topic);
    CHECK_FALSE(subscriber.try_receive());
  }
  CHECK(watch.is_below(std::chrono::seconds(20)));
  CHECK(log.lines() > 0);
  CHECK(log.lines() <= 16);
}

TEST_CASE("a process may offer more publishers than a subscriber connects to, and the subscriber has ports left", "[publish_subscribe]") {
  const char* topic = "crowd";
  ForgedParticipant other(directory());
  const auto type = domain::type_identity<std::uint64_t>();
  const auto ring = other.segment().add_ring(4, type);
  const auto descriptor = other.segment().add_descriptor(topic, type);
  for (std::size_t i = 0; i != many; ++i)
    other.segment().set_port(i, {.kind = PortKind::publisher,
                                 .port_id = i,
                                 .birth = 1,
                                 .topic_hash = domain::topic_hash(topic),
                                 .descriptor_offset = descriptor,
                                 .body_offset = ring.header});
  Subscriber<std::uint64_t> subscriber(topic);
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  CHECK(subscriber.num_publishers() == 4096);
}

TEST_CASE("a publisher comes back soon although another process has thousands of subscribers and readers", "[publish_subscribe]") {
  const char* topic = "subscribers";
  ForgedParticipant other(directory());
  const auto descriptor = other.segment().add_descriptor("another topic", domain::type_identity<std::uint64_t>());
  for (std::size_t i = 0; i != domain::port_capacity; ++i)
    other.segment().set_port(i,
                             {.kind = PortKind::subscriber, .port_id = i, .topic_hash = domain::topic_hash(topic), .descriptor_offset = descriptor});
  const Stopwatch watch;
  Publisher<std::uint64_t> publisher(topic, {.linger = std::chrono::milliseconds(0)});
  REQUIRE_FALSE(publisher.initialize());
  for (std::uint64_t i = 0; i != 10; ++i) {
    ++other.segment().header().ports_version;
    other.bump_topic(topic);
    CHECK_FALSE(publisher.publish(std::uint64_t{i}));
  }
  CHECK(watch.is_below(std::chrono::seconds(20)));
}
