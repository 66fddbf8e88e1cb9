// Somebody changes a message while it is copied.

#include "support/catch.h"
#include "support/environment.h"
#include "untrusted/arena.h"
#include "untrusted/messages.h"
#include "untrusted/text_of.h"

#include <carry/error.h>

#include <atomic>
#include <random>
#include <thread>

using namespace carry;
using namespace carry::test;

// ThreadSanitizer is right that bytes which are copied in a row race: what they are is not relied on.
TEST_CASE("a message that changes while it is copied is an error or a sound copy", "[untrusted][races_on_purpose]") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  Image<Everything> image(make_everything);
  std::atomic<bool> stop = false;
  std::thread hostile([&] {
    std::mt19937_64 random(seed);
    auto* const words = reinterpret_cast<std::uint64_t*>(image.begin());
    const std::size_t count = image.bytes() / 8;
    while (!stop.load()) {
      const std::size_t place = random() % count;
      const std::atomic_ref<std::uint64_t> word(words[place]);
      const std::uint64_t before = word.load(std::memory_order_relaxed);
      // Mostly what it was: or no copy would ever come beyond the first container.
      word.store(random() % 2 == 0 ? random() : before ^ (std::uint64_t{1} << random() % 64), std::memory_order_relaxed);
      for (auto pause = random() % 200; pause != 0; --pause) (void)word.load(std::memory_order_relaxed);
      word.store(before, std::memory_order_relaxed);
    }
  });
  int copies = 0;
  int wrong = 0;
  for (int round = 0; round != setting("CARRY_RACES", 5000); ++round) {
    const auto copied = image.copy({.maximum_bytes = 1 << 20});
    if (copied) {
      ++copies;
      wrong += text_of(*copied).find("LOST") != std::string::npos ? 1 : 0;
    } else {
      wrong += copied.error() == Errc::malformed_message || copied.error() == Errc::message_too_large ? 0 : 1;
    }
  }
  stop = true;
  hostile.join();
  INFO(copies << " copies");
  CHECK(wrong == 0);
  CHECK(copies > 0);
}
