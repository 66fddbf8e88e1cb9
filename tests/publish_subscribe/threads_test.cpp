#include "process/checked_message.h"
#include "support/catch.h"

#include <carry/carry.h>
#include <carry/domain/participant.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <atomic>
#include <deque>
#include <random>
#include <thread>

using namespace carry;
using namespace carry::publish_subscribe;
using carry::test::Checked;

namespace {

constexpr Overflow policies[] = {Overflow::overwrite_oldest, Overflow::block, Overflow::reject};

/// Ports that come and go, in every order, beside those of other threads on the same topics. Samples stay beyond their subscribers.
/// Returns how many samples were not whole, or operations failed that must not.
int use_ports(unsigned seed, int rounds) {
  std::mt19937 random(seed);
  const auto topic = [&random] { return "threads-" + std::to_string(random() % 3); };
  std::deque<Sample<Checked>> held;
  int failures = 0;
  for (int round = 0; round != rounds; ++round) {
    Publisher<Checked> publisher(topic(), {.capacity = 1 + random() % 20, .overflow = policies[random() % 3], .block_timeout = 1ms, .linger = 0ms});
    Subscriber<Checked> subscriber(topic(), {.max_held = 1 + random() % 10});
    failures += publisher.initialize() ? 1 : 0;
    failures += subscriber.initialize() || subscriber.subscribe() ? 1 : 0;
    for (std::uint64_t i = 0; i != 30; ++i) {
      // Full, or held up by others: both may be.
      (void)publisher.publish(Checked(random() % 1000));
      if (random() % 8 == 0) publisher.reclaim();
      if (auto sample = subscriber.try_receive()) held.push_back(std::move(sample));
      while (held.size() > random() % 12) {
        failures += held.front()->is_whole() ? 0 : 1;
        held.pop_front();
      }
    }
    if (random() % 2 == 0) publisher = Publisher<Checked>(topic());
  }
  for (const auto& sample : held) failures += sample->is_whole() ? 0 : 1;
  return failures;
}

}  // namespace

TEST_CASE("threads with ports of their own on shared topics neither disturb nor hold up each other, and leave nothing", "[publish_subscribe]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  auto& participant = **domain::Participant::current();
  const auto used_bytes = [&] {
    participant.finish_kept();
    participant.heap().flush_thread_cache();
    return participant.heap().statistics().used_bytes - participant.port_memory().reserved_bytes();
  };
  const auto bytes_before = used_bytes();
  const auto blocks_before = participant.port_memory().used_blocks();
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (unsigned i = 0; i != 4; ++i) threads.emplace_back([&failures, seed, i] { failures += use_ports(seed + i, 40); });
  for (auto& thread : threads) thread.join();
  CHECK(failures == 0);
  CHECK(used_bytes() == bytes_before);
  CHECK(participant.port_memory().used_blocks() == blocks_before);
}
