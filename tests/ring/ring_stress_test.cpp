// Threads in place of processes: the same words, the same orders, and ThreadSanitizer can look on.

#include "ring/ring_fixture.h"
#include "support/catch.h"

#include <thread>

using carry::ring::Claimed;
using carry::ring::Reader;
using carry::test::RingFixture;

namespace {

struct Result {
  std::uint64_t received = 0;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::uint64_t missed = 0;
  std::uint64_t missed_before_first = 0;
  bool ordered = true;
  bool stable = true;  // a held sample kept its value
};

/// Reads until the last message, holding up to three samples at a time.
Result read_all(Reader& reader, std::uint64_t message_count) {
  Result result;
  std::vector<std::pair<Claimed, std::uint64_t>> held;
  while (result.last != message_count) {
    Claimed claimed;
    const auto outcome = reader.try_take(claimed);
    if (outcome == Reader::Outcome::nothing) {
      std::this_thread::yield();
      continue;
    }
    const std::uint64_t value = *reinterpret_cast<const std::uint64_t*>(claimed.message);
    if (result.first == 0) {
      result.first = value;
      result.missed_before_first = reader.missed();
    }
    result.ordered = result.ordered && value > result.last;
    result.last = value;
    ++result.received;
    held.emplace_back(claimed, value);
    if (held.size() == 3) {
      for (auto& [sample, expected] : held) {
        result.stable = result.stable && *reinterpret_cast<const std::uint64_t*>(sample.message) == expected;
        sample.claim->store(0, std::memory_order_release);
      }
      held.clear();
    }
  }
  for (auto& [sample, expected] : held) sample.claim->store(0, std::memory_order_release);
  result.missed = reader.missed();
  return result;
}

void run(bool gated, std::size_t capacity, std::size_t reader_count) {
  // Readers of a gating ring and its publisher wait for each other, and where others want the processors each wait takes a turn of theirs.
  const std::uint64_t message_count = gated ? 20'000 : 200'000;

  RingFixture ring(capacity, gated);
  std::vector<Result> results(reader_count);
  std::vector<std::thread> threads;
  std::atomic<std::size_t> joined = 0;
  for (std::size_t i = 0; i != reader_count; ++i) {
    threads.emplace_back([&, i] {
      // Half of them join while messages already flow.
      while (i % 2 == 1 && ring.header.head.load() < 1000) std::this_thread::yield();
      auto reader = ring.join(3, false);
      ++joined;
      results[i] = read_all(*reader, message_count);
    });
  }
  while (joined.load() < (reader_count + 1) / 2) std::this_thread::yield();
  for (std::uint64_t i = 1; i <= message_count;) {
    if (i == message_count && joined.load() != reader_count) std::this_thread::yield();
    else if (ring.publish(i)) ++i;
    else std::this_thread::yield();
  }
  for (auto& thread : threads) thread.join();
  for (const Result& result : results) {
    CHECK(result.ordered);
    CHECK(result.stable);
    CHECK(result.received + result.missed - result.missed_before_first == result.last - result.first + 1);
    if (gated) CHECK(result.received == message_count - result.first + 1);
  }
}

}  // namespace

TEST_CASE("threads read an overwriting ring at full speed and never see a message change", "[ring]") {
  run(false, 8, 2);
  run(false, 64, 3);
}

TEST_CASE("threads read a gating ring at full speed and lose nothing", "[ring]") {
  run(true, 8, 2);
  run(true, 64, 3);
}
