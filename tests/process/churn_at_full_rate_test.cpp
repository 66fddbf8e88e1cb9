// Ports come and go, of this process, of another one, and of processes that come and go themselves, while a publisher publishes as fast as it can
// and a subscriber receives all the time.

#include "process/checked_message.h"
#include "process/own_participant.h"
#include "support/becomes_true.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/environment.h"
#include "support/holdings.h"
#include "support/slope.h"
#include "survivors/own_holdings.h"

#include <carry/carry.h>
#include <carry/domain/clean.h>
#include <carry/platform/thread.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <array>
#include <atomic>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <thread>

using namespace carry;
using namespace carry::test;
using publish_subscribe::Publisher;
using publish_subscribe::Subscriber;

namespace {

using Clock = std::chrono::steady_clock;

/// Of the first topic nothing may be lost.
constexpr std::array topics{"churn-gated", "churn"};

/// From here on the numbers are those of messages of who only visits.
constexpr std::uint64_t first_of_visitors = std::uint64_t{1} << 40;

PublisherOptions options_of(std::size_t topic, std::size_t capacity) {
  return {.capacity = capacity, .overflow = topic == 0 ? Overflow::block : Overflow::overwrite_oldest, .block_timeout = 30s, .linger = 30s};
}

void require(bool condition, const char* what) {
  if (!condition) throw std::runtime_error(what);
}

/// Ports that come and go, one after the other. Returns how many messages they have published on each topic.
std::array<std::uint64_t, 2> churn(int joins) {
  std::array<std::uint64_t, 2> published{};
  for (int i = 0; i != joins; ++i) {
    const auto topic = static_cast<std::size_t>(i % 2);
    if (i % 4 < 2) {
      Subscriber<Checked> subscriber(topics[topic]);
      require(!subscriber.initialize() && !subscriber.subscribe(), "a visitor subscribes");
      for (int attempt = 0; attempt != 10; ++attempt) {
        const auto sample = subscriber.try_receive();
        require(!sample || sample->is_whole(), "what a visitor gets is whole");
      }
    } else {
      Publisher<Checked> publisher(topics[topic], options_of(topic, 4));
      require(!publisher.initialize(), "a visitor makes a publisher");
      for (std::uint64_t n = 0; n != 3; ++n) require(!publisher.publish(Checked(first_of_visitors + n)), "a visitor publishes");
      published[topic] += 3;
    }
  }
  return published;
}

std::string line_of(const std::array<std::uint64_t, 2>& counts) { return std::to_string(counts[0]) + " " + std::to_string(counts[1]); }

std::array<std::uint64_t, 2> counts_of(const std::string& line) {
  std::array<std::uint64_t, 2> counts{};
  std::istringstream(line) >> counts[0] >> counts[1];
  return counts;
}

/// churn_visitor JOINS: a process of its own for as long as that takes; says what it has published.
int visit(const Arguments& arguments) {
  say(line_of(churn(std::stoi(arguments.at(0)))));
  return 0;
}

/// Receives from both topics all the time, in a thread of its own.
class Receiving {
 public:
  Receiving() {
    for (auto& subscriber : subscribers_) require(!subscriber.initialize() && !subscriber.subscribe(), "the bystander subscribes");
  }

  /// Before start(): whether it is connected to everybody it should know.
  bool knows(std::size_t publishers) {
    for (std::size_t topic : {0uz, 1uz}) (void)take(topic);
    return subscribers_[0].num_publishers() + subscribers_[1].num_publishers() == publishers;
  }

  void start() {
    thread_ = std::thread([this] {
      while (!stops_) {
        const bool first = take(0);
        const bool second = take(1);
        if (!first && !second) platform::yield();
      }
    });
  }

  /// When so many are accounted for of each topic, or none come any more.
  void finish(const std::array<std::uint64_t, 2>& published) {
    (void)becomes_true([&] { return !sound_ || (accounted(0) >= published[0] && accounted(1) >= published[1]); });
    stops_ = true;
    thread_.join();
  }

  bool is_sound() const { return sound_; }
  std::uint64_t received(std::size_t topic) const { return received_[topic]; }
  /// With those that it was told it had missed.
  std::uint64_t accounted(std::size_t topic) const { return received_[topic] + missed_[topic]; }
  std::uint64_t missed() const { return missed_[1]; }

 private:
  bool take(std::size_t topic) {
    std::error_code error;
    const auto sample = subscribers_[topic].try_receive(error);
    missed_[topic] = subscribers_[topic].missed();
    if (!sample) {
      if (error) sound_ = false;
      return false;
    }
    const std::uint64_t number = sample->number;
    if (!sample->is_whole() || (topic == 0 && missed_[topic] != 0)) sound_ = false;
    if (number < first_of_visitors) {  // the other bystander's
      if (topic == 0 ? number != last_[topic] + 1 : number <= last_[topic]) sound_ = false;
      last_[topic] = number;
    }
    ++received_[topic];
    return true;
  }

  std::array<Subscriber<Checked>, 2> subscribers_{Subscriber<Checked>(topics[0]), Subscriber<Checked>(topics[1])};
  std::array<std::uint64_t, 2> last_{};
  std::array<std::atomic<std::uint64_t>, 2> received_{};
  std::array<std::atomic<std::uint64_t>, 2> missed_{};
  std::atomic<bool> sound_ = true;
  std::atomic<bool> stops_ = false;
  std::thread thread_;
};

/// churn_bystander: receives all the time, and does beside that what it is told.
int stand_by(const Arguments&) {
  Receiving receiving;
  say("ready");
  while (const auto line = hear()) {
    std::istringstream words(*line);
    std::string command;
    std::array<std::uint64_t, 2> numbers{};
    words >> command >> numbers[0] >> numbers[1];
    if (command == "connect") say(becomes_true([&] { return receiving.knows(2); }) ? "connected" : "not connected");
    if (command == "start") receiving.start();
    if (command == "churn") say(line_of(churn(static_cast<int>(numbers[0]))));
    if (command == "look") say(line_of({receiving.received(0), resident_bytes()}));
    if (command == "finish") {
      receiving.finish(numbers);
      say(receiving.is_sound() ? line_of({receiving.accounted(0), receiving.accounted(1)}) : "a message is broken, or missing");
      say(std::to_string(receiving.missed()));
    }
    if (command == "holdings") {
      if (!domain::clean(own_participant().directory())) return 2;  // everybody looks again
      say(receiving.knows(2) ? OwnHoldings::now().to_string() : "it knows others than the two publishers");
    }
  }
  return 0;
}

const Role visitor_role{"churn_visitor", visit};
const Role bystander_role{"churn_bystander", stand_by};

/// Publishes on both topics as fast as it can.
class Publishing {
 public:
  Publishing() {
    for (auto& publisher : publishers_) require(!publisher.initialize(), "the bystander makes a publisher");
  }
  ~Publishing() {
    if (thread_.joinable()) (void)stop();
  }

  void start() {
    thread_ = std::thread([this] {
      for (std::uint64_t i = 1; !stops_ && !error_; ++i) {
        for (auto& publisher : publishers_) {
          if (!error_) error_ = publisher.publish(Checked(i));
        }
        published_ = i;
      }
    });
  }

  /// Returns how many it has published on each topic.
  std::uint64_t stop() {
    stops_ = true;
    thread_.join();
    return published_;
  }

  std::error_code error() const { return error_; }  ///< After stop().

  /// Not while it publishes.
  bool knows(std::size_t subscribers) { return publishers_[0].num_subscribers() + publishers_[1].num_subscribers() == subscribers; }

 private:
  std::array<Publisher<Checked>, 2> publishers_{Publisher<Checked>(topics[0], options_of(0, 64)), Publisher<Checked>(topics[1], options_of(1, 64))};
  std::atomic<bool> stops_ = false;
  std::error_code error_;
  std::uint64_t published_ = 0;
  std::thread thread_;
};

}  // namespace

TEST_CASE("nothing is lost between bystanders, and they keep nothing, while ports come and go at full rate", "[process][crowds]") {
  constexpr int per_churn = 100;
  constexpr int per_round = 4 * per_churn;  // here, in the other bystander, and in two processes
  const int rounds = std::max(1, setting("CARRY_CHURN", 6000) / per_round);
  auto bystander = ChildProcess::start_role("churn_bystander");
  const auto ask = [&](const std::string& command) {
    bystander.write_line(command);
    return bystander.read_line().value_or("nothing");
  };
  REQUIRE(bystander.read_line() == "ready");
  Publishing publishing;
  REQUIRE(ask("connect") == "connected");
  REQUIRE(becomes_true([&] { return publishing.knows(2); }));
  const std::string holdings = OwnHoldings::now().to_string();
  const std::string others = ask("holdings");
  bystander.write_line("start");
  publishing.start();

  const auto begin = Clock::now();
  std::array<std::uint64_t, 2> published{};
  std::uint64_t received = 0;
  Slope growth;
  Slope growth_of_other;
  for (int round = 1; round <= rounds; ++round) {
    INFO("round " << round);
    std::vector<ChildProcess> visitors;
    for (int i = 0; i != 2; ++i) visitors.push_back(ChildProcess::start_role("churn_visitor", {std::to_string(per_churn)}));
    bystander.write_line("churn " + std::to_string(per_churn));
    std::vector<std::string> lines{line_of(churn(per_churn)), bystander.read_line().value_or("nothing")};
    for (auto& visitor : visitors) {
      lines.push_back(visitor.read_line().value_or("nothing"));
      REQUIRE(visitor.wait() == 0);
    }
    for (const auto& line : lines) {
      const auto counts = counts_of(line);
      REQUIRE(counts[0] + counts[1] == 3 * per_churn / 2);
      for (std::size_t topic : {0uz, 1uz}) published[topic] += counts[topic];
    }
    const auto [now_received, resident] = counts_of(ask("look"));
    REQUIRE(now_received > received);
    received = now_received;
    growth.look(static_cast<double>(resident_bytes()), round * per_round, rounds * per_round);
    growth_of_other.look(static_cast<double>(resident), round * per_round, rounds * per_round);
  }
  const std::chrono::duration<double> took = Clock::now() - begin;

  const std::uint64_t own = publishing.stop();
  CHECK_FALSE(publishing.error());
  for (auto& count : published) count += own;
  CHECK(ask("finish " + line_of(published)) == line_of(published));
  std::cout << "churn: " << rounds * per_round << " joins and leaves, and " << 2 * rounds << " processes, in " << took.count() << " s; " << own
            << " messages of a bystander on each topic, of all " << bystander.read_line().value_or("?")
            << " missed where they may be; resident memory grew by " << growth.kib_per_thousand() << " and " << growth_of_other.kib_per_thousand()
            << " KiB per 1000 joins" << std::endl;
  if (rounds * per_round >= 100000) {  // Before that it is noise.
    CHECK(growth.kib_per_thousand() < 64);
    CHECK(growth_of_other.kib_per_thousand() < 64);
  }
  // Each lets go of what the other one does not need any more when it looks again.
  (void)becomes_true([&] {
    own_participant().finish_kept();
    return publishing.knows(2) && OwnHoldings::now().to_string() == holdings && ask("holdings") == others;
  });
  CHECK(OwnHoldings::now().to_string() == holdings);
  CHECK(ask("holdings") == others);
  CHECK(visible_participants() == 2);
  CHECK(bystander.wait() == 0);
}
