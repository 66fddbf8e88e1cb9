// A publisher, a subscriber that polls and one that parks, beside a process that is hostile (linux_hostile_role.cpp): they exchange every message, and
// when it is gone nothing of it is left.

#include "process/own_participant.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/environment.h"
#include "support/quiet_log.h"

#include <carry/carry.h>
#include <carry/error.h>
#include <carry/event/bell_observer.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <spdlog/spdlog.h>

#include <chrono>
#include <filesystem>
#include <iostream>
#include <random>

using namespace carry;
using namespace carry::test;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

namespace {

/// Without containers: what these would point to in a hostile message is not checked.
struct Plain {
  std::uint64_t number = 0;
  std::uint64_t secret = 0;  // tells messages of the test from those of the hostile process
  std::uint64_t sum = 0;

  bool is_ours(std::uint64_t expected) const { return secret == expected && sum == number + secret; }
};

constexpr std::uint64_t batch = 100;
constexpr std::size_t capacity = 16 * batch;
constexpr auto longest_silence = std::chrono::seconds(30);

bool is_carrys(std::error_code error) { return error.category() == error_category(); }

/// innocent TOPIC SECRET: parks for each message; says the number of every hundredth. Ends with message 0. Exit code 4: nothing came; 5: one was lost;
/// 6: an error that carry does not have.
int receive_innocently(const Arguments& arguments) {
  spdlog::set_level(spdlog::level::off);
  publish_subscribe::Subscriber<Plain, event::BellObserver> subscriber(arguments.at(0), {.spin = std::chrono::microseconds(0)});
  if (subscriber.initialize() || subscriber.subscribe()) return 2;
  say("ready");
  const std::uint64_t secret = std::stoull(arguments.at(1));
  std::uint64_t last = 0;
  int result = -1;
  auto heard = Clock::now();
  while (result < 0) {
    const auto error = subscriber.receive(
        [&](auto& data) {
          const auto sample = data.acquire();
          const Plain message = *sample;
          if (!message.is_ours(secret)) return std::error_code();
          heard = Clock::now();
          if (message.number == 0) result = 0;
          else if (message.number != last + 1) result = 5;
          last = message.number;
          if (result < 0 && last % batch == 0) say(std::to_string(last));
          return std::error_code();
        },
        std::chrono::seconds(1));
    if (error && !is_carrys(error)) result = 6;
    if (Clock::now() - heard > longest_silence) result = 4;
  }
  return result;
}

const Role innocent_role{"innocent", receive_innocently};

std::string shown_seed(std::uint64_t seed) { return "CARRY_HOSTILE_SEED=" + std::to_string(seed); }

std::uint64_t chosen_seed() {
  if (const char* given = std::getenv("CARRY_HOSTILE_SEED")) return std::stoull(given);
  return std::random_device()();
}

/// The publisher and the subscriber of this process.
class Pair {
 public:
  Pair(const char* topic, std::uint64_t secret)
      : publisher_(topic, {.capacity = capacity, .linger = std::chrono::milliseconds(0)}), subscriber_(topic), secret_(secret) {
    REQUIRE_FALSE(publisher_.initialize());
    REQUIRE_FALSE(subscriber_.initialize());
    REQUIRE_FALSE(subscriber_.subscribe());
  }

  /// One message, until it was received.
  void exchange(std::uint64_t number) {
    const auto end = Clock::now() + longest_silence;
    publish(number, end);
    for (bool received = false; !received;) {
      std::error_code error;
      const auto sample = subscriber_.try_receive(error);
      if (error && !is_carrys(error)) FAIL("an error that carry does not have: " << error.message());
      if (sample) {
        const Plain message = *sample;
        if (message.is_ours(secret_) && message.number != number) FAIL("message " << message.number << " instead of " << number);
        received = message.is_ours(secret_);
      }
      if (Clock::now() > end) FAIL("message " << number << " does not arrive");
    }
  }
  /// Slots may be claimed for a moment by somebody who claims anything.
  void publish(std::uint64_t number, Clock::time_point end = Clock::now() + longest_silence) {
    while (const auto error = publisher_.publish(Plain{.number = number, .secret = secret_, .sum = number + secret_})) {
      if (error != Errc::no_free_slot) FAIL("publishing fails: " << error.message());
      if (Clock::now() > end) FAIL("no slot for message " << number);
    }
  }

 private:
  publish_subscribe::Publisher<Plain> publisher_;
  publish_subscribe::Subscriber<Plain> subscriber_;
  std::uint64_t secret_;
};

/// Segments that are there; not what somebody planted under a segment's name.
std::size_t segments() { return own_participant().directory().participants().value().size(); }

}  // namespace

TEST_CASE("who exchanges messages goes on beside a hostile process, and nothing of it is left", "[process][hostile]") {
  const QuietLog quiet;
  const char* topic = "beside-a-hostile-process";
  const std::uint64_t seed = chosen_seed();
  const auto duration = std::chrono::seconds(setting("CARRY_HOSTILE_SECONDS", 5));
  std::cout << shown_seed(seed) << std::endl;
  INFO(shown_seed(seed));
  const std::size_t segments_before = segments();
  const std::uint64_t secret = std::mt19937_64(std::random_device()())();
  std::uint64_t number = 0;
  {
    Pair pair(topic, secret);
    auto innocent = ChildProcess::start_role("innocent", {topic, std::to_string(secret)});
    REQUIRE(innocent.read_line() == "ready");
    auto hostile = ChildProcess::start_role("hostile", {topic, std::to_string(seed)});
    REQUIRE(hostile.read_line() == "ready");
    for (const auto end = Clock::now() + duration; Clock::now() < end;) {
      for (std::uint64_t i = 0; i != batch; ++i) pair.exchange(++number);
      REQUIRE(innocent.read_line() == std::to_string(number));
    }
    // Who has nothing to do with the topic comes and goes.
    auto visitor = ChildProcess::start_role("visitor", {"beside"});
    CHECK(visitor.wait() == 0);
    hostile.kill();
    CHECK(hostile.wait() == ChildProcess::killed + 9);
    pair.publish(0);
    CHECK(innocent.wait() == 0);
  }
  std::cout << number << " messages" << std::endl;
  for (int newcomer = 0; newcomer != 2; ++newcomer) {
    auto visitor = ChildProcess::start_role("visitor", {"afterwards"});
    CHECK(visitor.wait() == 0);
  }
  CHECK(segments() == segments_before);
  for (const char* command : {"list", "clean"}) {
    auto tool = ChildProcess::start_program(CARRY_TOOL, {command});
    CHECK(tool.wait() == 0);
  }
  // What was planted and is not carry's stays; the test takes it away, so that the domain can go.
  const auto own = own_participant().id().to_string();
  for (const auto& entry : fs::directory_iterator(own_participant().directory().path())) {
    const std::string name = entry.path().filename();
    const bool is_table = name == "epoch" || name.starts_with("epoch.");
    if (!is_table && !(name.starts_with(own) && !entry.is_directory())) fs::remove_all(entry.path());
  }
}
