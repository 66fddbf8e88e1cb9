// Processes of all kinds are killed, stopped and started at random, while the survivors go on. docs/design/crash_safety.md has the invariants.

#include "process/checked_message.h"
#include "process/own_participant.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/environment.h"
#include "support/holdings.h"
#include "support/slope.h"
#include "survivors/survivors.h"

#include <carry/async/event_loop.h>
#include <carry/async/subscriber.h>
#include <carry/carry.h>
#include <carry/domain/clean.h>
#include <carry/event/bell_observer.h>
#include <carry/platform/thread.h>

#include <array>
#include <iostream>
#include <random>

using namespace carry;
using namespace carry::test;
using publish_subscribe::Publisher;
using publish_subscribe::Subscriber;

namespace {

using Clock = std::chrono::steady_clock;

std::error_code whole(const Checked& message) { return message.is_whole() ? std::error_code() : std::make_error_code(std::errc::bad_message); }

/// torture_publisher TOPIC OVERFLOW: publishes for ever.
int publish_for_ever(const Arguments& arguments) {
  Publisher<Checked> publisher(
      arguments.at(0),
      {.capacity = 8, .history = 2, .overflow = arguments.at(1) == "block" ? Overflow::block : Overflow::overwrite_oldest, .block_timeout = 30s});
  if (publisher.initialize()) return 2;
  for (std::uint64_t i = 1;; ++i) {
    if (publisher.publish(Checked(i))) return 3;
    if (i % 64 == 0) platform::yield();
  }
}

/// torture_subscriber TOPIC: polls for ever, and holds up to three samples.
int receive_for_ever(const Arguments& arguments) {
  Subscriber<Checked> subscriber(arguments.at(0), {.spins_before_yield = 100});
  if (subscriber.initialize() || subscriber.subscribe()) return 2;
  std::array<Sample<Checked>, 3> held;
  for (std::size_t i = 0;; ++i) {
    const auto keep = [&](auto& data) {
      auto& place = held[i % held.size()];
      if (place && whole(*place)) return std::make_error_code(std::errc::bad_message);
      place = data.acquire();
      return whole(*place);
    };
    if (auto error = subscriber.receive(keep, 30s)) return error == std::errc::timed_out ? 4 : 5;
  }
}

/// torture_sleeper TOPIC: parks for ever.
int park_for_ever(const Arguments& arguments) {
  Subscriber<Checked, event::BellObserver> subscriber(arguments.at(0), {.spin = 0us});
  if (subscriber.initialize() || subscriber.subscribe()) return 2;
  for (;;) {
    if (auto error = subscriber.receive([](auto& data) { return whole(*data.acquire()); }, 30s)) return error == std::errc::timed_out ? 4 : 5;
  }
}

async::task<void> receive_in_turn(async::Subscriber<Checked>& subscriber) {
  for (;;) {
    const auto sample = co_await subscriber.receive();
    if (!sample || whole(**sample)) co_return;
  }
}

/// torture_coroutine TOPIC: awaits for ever.
int await_for_ever(const Arguments& arguments) {
  auto loop = async::event_loop::make();
  if (!loop) return 2;
  async::Subscriber<Checked> subscriber(arguments.at(0));
  if (subscriber.initialize() || subscriber.subscribe()) return 2;
  loop->spawn(receive_in_turn(subscriber));
  (void)loop->run();
  return 5;
}

/// torture_joiner TOPIC: ports come and go for ever.
int join_for_ever(const Arguments& arguments) {
  for (;;) {
    Subscriber<Checked> subscriber(arguments.at(0));
    Publisher<Checked> publisher("up", {.linger = 0ms});
    if (subscriber.initialize() || subscriber.subscribe() || publisher.initialize() || publisher.publish(Checked(7))) return 2;
    if (const auto sample = subscriber.try_receive(); sample && whole(*sample)) return 5;
  }
}

/// torture_cleaner: cleans for ever.
int clean_for_ever(const Arguments&) {
  for (;;) {
    if (!domain::clean(own_participant().directory())) return 2;
    platform::sleep_for(std::chrono::microseconds(500));
  }
}

const std::array roles{Role("torture_publisher", publish_for_ever), Role("torture_subscriber", receive_for_ever),
                       Role("torture_sleeper", park_for_ever),      Role("torture_coroutine", await_for_ever),
                       Role("torture_joiner", join_for_ever),       Role("torture_cleaner", clean_for_ever)};

struct Kind {
  const char* role;
  Arguments arguments;
  bool may_stop = true;  ///< Nobody waits for it while it does not go on.
};

const std::array kinds{
    Kind{"torture_publisher", {"up", "overwrite"}},
    Kind{"torture_publisher", {"up-gated", "block"}},
    Kind{"torture_subscriber", {"down"}},
    Kind{"torture_subscriber", {"down-gated"}, false},
    Kind{"torture_sleeper", {"down"}},
    Kind{"torture_sleeper", {"down-gated"}, false},
    Kind{"torture_coroutine", {"down"}},
    Kind{"torture_coroutine", {"down-gated"}, false},
    Kind{"torture_joiner", {"down"}},
    Kind{"torture_cleaner", {}},
};

/// Four processes, of which one after the other is stopped, killed, and replaced by another.
class Victims {
 public:
  explicit Victims(unsigned seed) : random_(seed) {}

  void replenish() {
    while (running_.size() != 4) running_.push_back(start());
  }

  /// One ends. Before that it, or another, may have been stopped for a while.
  void kill_one(Survivors& survivors) {
    const std::size_t victim = random_() % running_.size();
    Running& one = running_[victim];
    const bool stops = one.kind->may_stop && random_() % 4 == 0;
    if (stops) {
      ++stops_;
      one.process.suspend();
      live(survivors, random_() % 8000);
      if (random_() % 2 == 0) {
        one.process.resume();
        live(survivors, random_() % 2000);
      }
    }
    if (!one.process.is_running())
      throw std::runtime_error(std::string(one.kind->role) + " ended by itself with " + std::to_string(one.process.wait()));
    one.process.kill();
    one.process.wait();
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(victim));
  }

  void live(Survivors& survivors, std::uint64_t microseconds) {
    const auto until = Clock::now() + std::chrono::microseconds(microseconds);
    do {
      survivors.live();
      platform::yield();
    } while (Clock::now() < until);
  }

  void kill_all() { running_.clear(); }
  std::uint64_t pause() { return random_() % 15000; }
  std::uint64_t stops() const { return stops_; }

 private:
  struct Running {
    const Kind* kind;
    ChildProcess process;
  };
  Running start() {
    const Kind& kind = kinds[random_() % kinds.size()];
    return {&kind, ChildProcess::start_role(kind.role, kind.arguments)};
  }

  std::mt19937 random_;
  std::vector<Running> running_;
  std::uint64_t stops_ = 0;
};

}  // namespace

TEST_CASE("survivors go on while processes of all kinds are killed and stopped, and nothing is left behind", "[process][torture]") {
  const int kills = setting("CARRY_TORTURE_KILLS", 2000);
  const int seconds = setting("CARRY_TORTURE_SECONDS", 0);  // instead of a number of kills, if it is not 0
  const unsigned seed = static_cast<unsigned>(setting("CARRY_TORTURE_SEED", static_cast<int>(std::random_device{}() >> 1)));
  constexpr int kills_between_looks = 200;
  std::cout << "torture: " << (seconds != 0 ? std::to_string(seconds) + " s" : std::to_string(kills) + " kills") << ", CARRY_TORTURE_SEED=" << seed
            << std::endl;
  Survivors survivors;
  Victims victims(seed);
  const auto begin = Clock::now();
  const std::size_t resident_before = resident_bytes();
  const auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
  Slope growth;
  int killed = 0;
  for (bool is_over = false; !is_over;) {
    victims.replenish();
    victims.live(survivors, victims.pause());
    victims.kill_one(survivors);
    ++killed;
    is_over = seconds != 0 ? elapsed() > seconds : killed >= kills;
    if (killed % kills_between_looks != 0 && !is_over) continue;
    victims.kill_all();
    survivors.outlive("after " + std::to_string(killed) + " kills");
    growth.look(static_cast<double>(resident_bytes()), killed, seconds != 0 ? killed * seconds / elapsed() : kills);
  }
  std::cout << "torture: " << killed << " kills and " << victims.stops() << " stops in " << elapsed() << " s; " << survivors.received()
            << " messages of the dead; all went on after " << std::chrono::duration<double, std::milli>(survivors.worst()).count()
            << " ms at most; resident memory grew by " << (static_cast<double>(resident_bytes()) - static_cast<double>(resident_before)) / 1024
            << " KiB, after the first quarter by " << growth.kib_per_thousand() << " KiB per 1000 kills" << std::endl;
  CHECK(survivors.received() > 0);
  if (killed >= 20000) CHECK(growth.kib_per_thousand() < 64);  // Before that it is noise.
}
