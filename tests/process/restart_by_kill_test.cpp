// Publishers, and subscribers, that are killed at a random moment and started again and again, while the other side goes on.

#include "process/checked_message.h"
#include "process/own_participant.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/environment.h"
#include "support/holdings.h"
#include "survivors/own_holdings.h"

#include <carry/carry.h>
#include <carry/domain/clean.h>
#include <carry/event/bell_observer.h>
#include <carry/platform/thread.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <iostream>
#include <random>
#include <thread>

using namespace carry;
using namespace carry::test;
using publish_subscribe::Publisher;
using publish_subscribe::Subscriber;

namespace {

using Clock = std::chrono::steady_clock;
using Parking = Subscriber<Checked, event::BellObserver>;

/// A publisher's messages have the numbers from its generation times this, plus 1.
constexpr std::uint64_t per_generation = std::uint64_t{1} << 32;

constexpr bool is_gated(std::uint64_t generation) { return generation % 2 == 0; }

PublisherOptions options_of(bool gated) {
  return {.capacity = 8, .overflow = gated ? Overflow::block : Overflow::overwrite_oldest, .block_timeout = 30s};
}

/// killed_publisher TOPIC GENERATION: publishes for ever; of the even generations nothing may be lost.
int publish_until_killed(const Arguments& arguments) {
  const std::uint64_t generation = std::stoull(arguments.at(1));
  Publisher<Checked> publisher(arguments.at(0), options_of(is_gated(generation)));
  if (publisher.initialize()) return 2;
  for (std::uint64_t i = 1;; ++i) {
    if (publisher.publish(Checked(generation * per_generation + i))) return 3;
    if (i % 64 == 0) platform::yield();
  }
}

/// killed_subscriber TOPIC OBSERVER: says "receives" when it has the first message, and goes on for ever. Ends when something is missing, or broken.
template <class AnySubscriber>
int receive_until_killed(AnySubscriber subscriber) {
  if (subscriber.initialize() || subscriber.subscribe()) return 2;
  std::uint64_t last = 0;
  std::uint64_t missed = 0;
  const auto next = [&](auto& data) {
    const auto sample = data.acquire();
    const std::uint64_t now_missed = subscriber.missed();
    if (!sample->is_whole() || (last != 0 && sample->number != last + 1 + now_missed - missed)) return std::make_error_code(std::errc::bad_message);
    if (last == 0) say("receives");
    last = sample->number;
    missed = now_missed;
    return std::error_code();
  };
  for (;;) {
    if (auto error = subscriber.receive(next, 30s)) {
      say(error.message());
      return error == std::errc::timed_out ? 4 : 5;
    }
  }
}

int receive_as_told(const Arguments& arguments) {
  if (arguments.at(1) == "parks") return receive_until_killed(Parking(arguments.at(0), {.spin = 0us}));
  return receive_until_killed(Subscriber<Checked>(arguments.at(0), {.spins_before_yield = 100}));
}

const Role publisher_role{"killed_publisher", publish_until_killed};
const Role subscriber_role{"killed_subscriber", receive_as_told};

/// What came from publishers of one topic, of which there is one at a time: every message is whole, and none is missing that the subscriber has not
/// counted. Its count is one for all: what it has lost of a new publisher is in it before the last messages of the former one are taken, and so is
/// what a killed one was about to replace, after which none came.
class Account {
 public:
  /// The next generation is started now.
  void begin(std::uint64_t generation) { newest_ = generation; }

  /// `missed`: of the subscriber, when it had this message.
  void enter(const Checked& message, std::uint64_t missed) {
    const std::uint64_t generation = message.number / per_generation;
    const std::uint64_t number = message.number % per_generation;
    const bool is_first = generation != generation_;
    const std::uint64_t lost = number - 1 - (is_first ? 0 : number_);
    lost_ += lost;
    const bool in_order = is_first ? generation > generation_ : number > number_;
    const bool is_counted = is_first || generation != newest_ ? lost_ <= missed : lost == missed - missed_;
    const bool is_there = !is_gated(generation) || lost == 0;
    if (complaint_.empty() && !(message.is_whole() && in_order && is_counted && is_there)) {
      complaint_ = std::string(message.is_whole() ? "" : "broken: ") + name(generation, number) + " after " + name(generation_, number_) +
                   ", missed " + std::to_string(missed) + " after " + std::to_string(missed_);
    }
    generation_ = generation;
    number_ = number;
    missed_ = missed;
    ++received_;
  }

  /// What was not as it should be; empty: nothing.
  const std::string& complaint() const { return complaint_; }
  std::uint64_t generation() const { return generation_; }
  std::uint64_t received() const { return received_; }

 private:
  static std::string name(std::uint64_t generation, std::uint64_t number) { return std::to_string(number) + " of " + std::to_string(generation); }

  std::string complaint_;
  std::uint64_t newest_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t generation_ = 0;
  std::uint64_t number_ = 0;
  std::uint64_t missed_ = 0;
  std::uint64_t received_ = 0;
};

/// How often, when, and how long it takes to find each other again.
class Restarts {
 public:
  explicit Restarts(const char* who)
      : who_(who), seed_(static_cast<unsigned>(setting("CARRY_RESTARTS_SEED", static_cast<int>(std::random_device{}() >> 1)))), random_(seed_) {
    std::cout << who_ << ": " << count << " restarts, CARRY_RESTARTS_SEED=" << seed_ << std::endl;
  }

  const int count = setting("CARRY_RESTARTS", 200);

  /// Every fourth one is killed whether the other side has seen it or not.
  bool is_hasty() { return random_() % 4 == 0; }
  std::chrono::microseconds pause(unsigned at_most) { return std::chrono::microseconds(random_() % at_most); }

  void connected(Clock::time_point since) {
    const auto took = Clock::now() - since;
    worst_ = std::max(worst_, took);
    sum_ += took;
    ++connected_;
  }

  void report(const std::string& more) const {
    using Milliseconds = std::chrono::duration<double, std::milli>;
    std::cout << who_ << ": " << connected_ << " of " << count << " were waited for, " << Milliseconds(sum_).count() / std::max(connected_, 1)
              << " ms each from the start of the process to its first message, " << Milliseconds(worst_).count() << " ms at most; " << more
              << "; resident memory grew by " << (static_cast<double>(resident_bytes()) - static_cast<double>(resident_before_)) / 1024 << " KiB"
              << std::endl;
  }

 private:
  const char* who_;
  unsigned seed_;
  std::mt19937 random_;
  std::size_t resident_before_ = resident_bytes();
  int connected_ = 0;
  std::chrono::nanoseconds worst_{};
  std::chrono::nanoseconds sum_{};
};

/// As `carry clean` does: it tells everybody to look again.
void clean() { REQUIRE(domain::clean(own_participant().directory())); }

/// Publishes as fast as it can on two topics, of which one may lose nothing.
class Publishing {
 public:
  static constexpr std::array topics{"killed-subscribers", "killed-subscribers-gated"};

  Publishing() {
    for (auto& publisher : publishers_) REQUIRE_FALSE(publisher.initialize());
  }
  ~Publishing() { stop(); }

  void start() {
    thread_ = std::thread([this] {
      for (std::uint64_t i = 1; !stops_ && !error_; ++i) {
        for (auto& publisher : publishers_) {
          if (!error_) error_ = publisher.publish(Checked(i));
        }
        if (i % 64 == 0) platform::yield();
        published_ = i;
      }
    });
  }

  void stop() {
    stops_ = true;
    if (thread_.joinable()) thread_.join();
  }

  /// After stop(): one more on each topic, with which a publisher lets go of the bells of those who are gone.
  void publish_once() {
    for (auto& publisher : publishers_) REQUIRE_FALSE(publisher.publish(Checked(published_ + 1)));
  }
  std::error_code error() const { return error_; }
  std::uint64_t published() const { return published_; }
  std::size_t num_subscribers() { return publishers_[0].num_subscribers() + publishers_[1].num_subscribers(); }

 private:
  std::array<Publisher<Checked>, 2> publishers_{Publisher<Checked>(topics[0], options_of(false)), Publisher<Checked>(topics[1], options_of(true))};
  std::atomic<bool> stops_ = false;
  std::error_code error_;
  std::uint64_t published_ = 0;
  std::thread thread_;
};

}  // namespace

TEST_CASE("a subscriber receives from every publisher that is started after another was killed", "[process][crowds]") {
  Restarts restarts("killed publishers");
  Parking subscriber("killed-publishers", {.spin = 0us});
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  Account account;
  const auto take_all = [&] {
    std::error_code error;
    while (const auto sample = subscriber.try_receive(error)) account.enter(*sample, subscriber.missed());
    REQUIRE_FALSE(error);
  };
  const auto live = [&](std::chrono::microseconds time) {
    for (const auto until = Clock::now() + time; Clock::now() < until; platform::yield()) take_all();
  };
  clean();
  take_all();
  // Its bell is made when it parks for the first time.
  REQUIRE(subscriber.receive([](auto&) { return std::error_code(); }, 1ms) == std::errc::timed_out);
  const auto before = OwnHoldings::now();
  for (int restart = 1; restart <= restarts.count; ++restart) {
    INFO("restart " << restart);
    account.begin(static_cast<std::uint64_t>(restart));
    const auto begin = Clock::now();
    auto publisher = ChildProcess::start_role("killed_publisher", {"killed-publishers", std::to_string(restart)});
    if (restarts.is_hasty()) {
      live(restarts.pause(10'000));
    } else {
      const auto enter = [&](auto& data) {
        account.enter(*data.acquire(), subscriber.missed());
        return std::error_code();
      };
      while (account.generation() != static_cast<std::uint64_t>(restart)) REQUIRE(subscriber.receive(enter, 30s) == std::error_code());
      restarts.connected(begin);
      live(restarts.pause(3000));
    }
    REQUIRE(publisher.is_running());
    publisher.kill();
    publisher.wait();
    REQUIRE(account.complaint() == "");
  }
  clean();
  take_all();
  restarts.report(std::to_string(account.received()) + " messages, " + std::to_string(subscriber.missed()) + " missed");
  CHECK(account.complaint() == "");
  CHECK(subscriber.num_publishers() == 0);
  CHECK(visible_participants() == 1);
  CHECK(OwnHoldings::now().to_string() == before.to_string());
}

TEST_CASE("publishers go on for every subscriber that is started after another was killed", "[process][crowds]") {
  Restarts restarts("killed subscribers");
  Publishing publishing;
  clean();
  CHECK(publishing.num_subscribers() == 0);
  const auto before = OwnHoldings::now();
  publishing.start();
  for (int restart = 1; restart <= restarts.count; ++restart) {
    INFO("restart " << restart);
    const auto begin = Clock::now();
    const std::string topic = Publishing::topics[static_cast<std::size_t>(restart) % 2];
    auto subscriber = ChildProcess::start_role("killed_subscriber", {topic, restart % 4 < 2 ? "parks" : "polls"});
    if (restarts.is_hasty()) {
      platform::sleep_for(restarts.pause(10'000));
    } else {
      REQUIRE(subscriber.read_line().value_or("nothing") == "receives");
      restarts.connected(begin);
      platform::sleep_for(restarts.pause(3000));
    }
    REQUIRE(subscriber.is_running());
    subscriber.kill();
    subscriber.wait();
  }
  publishing.stop();
  restarts.report(std::to_string(publishing.published()) + " messages on each topic");
  CHECK(publishing.error() == std::error_code());
  clean();
  publishing.publish_once();
  CHECK(publishing.num_subscribers() == 0);
  CHECK(visible_participants() == 1);
  CHECK(OwnHoldings::now().to_string() == before.to_string());
}
