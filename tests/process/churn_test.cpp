// Killing, joining and leaving in numbers. Invariants: samples are whole, nothing hangs, nothing is left behind once somebody came.

#include "process/checked_message.h"
#include "process/own_participant.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/environment.h"

#include <carry/carry.h>
#include <carry/platform/thread.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <iostream>
#include <random>

using namespace carry::test;
using carry::publish_subscribe::Publisher;
using carry::publish_subscribe::Subscriber;

namespace {

ChildProcess start_any(std::mt19937& random) {
  switch (random() % 4) {
    case 0: return ChildProcess::start_role("publisher", {"kill", "overwrite", "8", "0"});
    case 1: return ChildProcess::start_role("subscriber", {"kill", "0", "5"});
    case 2: return ChildProcess::start_role("subscriber", {"kill-own", "0", "2"});
    default: return ChildProcess::start_role("joiner", {"kill"});
  }
}

}  // namespace

TEST_CASE("survivors go on while publishers, subscribers and joiners are killed, and nothing is left behind", "[process][torture]") {
  const int kills = setting("CARRY_TORTURE_KILLS", 300);
  const unsigned seed = static_cast<unsigned>(setting("CARRY_TORTURE_SEED", static_cast<int>(std::random_device{}() >> 1)));
  std::cout << "torture: " << kills << " kills, CARRY_TORTURE_SEED=" << seed << std::endl;
  std::mt19937 random(seed);

  // The survivor: receives from all publishers of "kill", and publishes on "kill-own" without ever being held up.
  Subscriber<Checked> survivor("kill", {.max_held = 3});
  REQUIRE_FALSE(survivor.initialize());
  REQUIRE_FALSE(survivor.subscribe());
  Publisher<Checked> own("kill-own", {.capacity = 8, .overflow = carry::Overflow::block, .block_timeout = 5s});
  REQUIRE_FALSE(own.initialize());

  std::vector<ChildProcess> children;
  for (int i = 0; i != 4; ++i) children.push_back(start_any(random));
  std::uint64_t received = 0;
  std::uint64_t published = 0;
  for (int killed = 0; killed != kills; ++killed) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(random() % 15000);
    while (std::chrono::steady_clock::now() < until) {
      if (const auto sample = survivor.try_receive()) {
        REQUIRE(sample->is_whole());
        ++received;
      }
      REQUIRE_FALSE(own.publish(Checked(++published)));
    }
    const std::size_t victim = random() % children.size();
    children[victim].kill();
    children[victim].wait();
    children[victim] = start_any(random);
  }
  children.clear();
  while (const auto sample = survivor.try_receive()) REQUIRE(sample->is_whole());
  CHECK(received > 0);
  CHECK(ChildProcess::start_role("visitor", {"nobody"}).wait() == 0);
  CHECK(visible_participants() == 1);
  CHECK(own.num_subscribers() == 0);
  CHECK_FALSE(survivor.try_receive());
  CHECK(survivor.num_publishers() == 0);
}

TEST_CASE("many processes join and leave at once", "[process]") {
  const int processes = setting("CARRY_JOINING_PROCESSES", 200);
  Publisher<Checked> publisher("crowd", {.history = 5});
  REQUIRE_FALSE(publisher.initialize());
  for (std::uint64_t i = 1; i <= 20; ++i) REQUIRE_FALSE(publisher.publish(Checked(i)));
  std::vector<ChildProcess> crowd;
  crowd.reserve(static_cast<std::size_t>(processes));
  for (int i = 0; i != processes; ++i) crowd.push_back(ChildProcess::start_role("visitor", {"crowd"}));
  int failed = 0;
  for (auto& visitor : crowd) failed += visitor.wait() == 0 ? 0 : 1;
  CHECK(failed == 0);
  CHECK(visible_participants() == 1);
  CHECK(publisher.num_subscribers() == 0);
}
