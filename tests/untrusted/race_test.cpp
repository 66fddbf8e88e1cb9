// Somebody changes a message while it is copied, or looked at.

#include "support/catch.h"
#include "support/environment.h"
#include "untrusted/arena.h"
#include "untrusted/messages.h"
#include "untrusted/text_in_place.h"
#include "untrusted/text_of.h"

#include <carry/error.h>

#include <atomic>
#include <random>
#include <thread>

using namespace carry;
using namespace carry::test;

namespace {

/// Changes words at random, from when it is made until it is not.
class Hostile {
 public:
  Hostile(Image<Everything>& image, std::uint64_t seed) : thread_([this, &image, seed] { change(image, seed); }) {}
  Hostile(const Hostile&) = delete;
  Hostile& operator=(const Hostile&) = delete;
  ~Hostile() {
    stop_ = true;
    thread_.join();
  }

 private:
  void change(Image<Everything>& image, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    auto* const words = reinterpret_cast<std::uint64_t*>(image.begin());
    const std::size_t count = image.bytes() / 8;
    while (!stop_.load()) {
      const std::size_t place = random() % count;
      const std::atomic_ref<std::uint64_t> word(words[place]);
      const std::uint64_t before = word.load(std::memory_order_relaxed);
      // Mostly what it was: or nobody would ever come beyond the first container.
      word.store(random() % 2 == 0 ? random() : before ^ (std::uint64_t{1} << random() % 64), std::memory_order_relaxed);
      for (auto pause = random() % 200; pause != 0; --pause) (void)word.load(std::memory_order_relaxed);
      word.store(before, std::memory_order_relaxed);
    }
  }

  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

/// One way to read a message, again and again, while it changes. It gives the message's text, or an error.
template <class Read>
void check_while_it_changes(const Read& read) {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  Image<Everything> image(make_everything);
  int texts = 0;
  int wrong = 0;
  {
    const Hostile hostile(image, seed);
    for (int round = 0; round != setting("CARRY_RACES", 5000); ++round) {
      const Result<std::string> text = read(image);
      texts += text ? 1 : 0;
      wrong += text || text.error() == Errc::malformed_message || text.error() == Errc::message_too_large ? 0 : 1;
      wrong += text && text->find("BROKEN") != std::string::npos ? 1 : 0;
    }
  }
  INFO(texts << " texts");
  CHECK(wrong == 0);
  CHECK(texts > 0);
}

}  // namespace

// ThreadSanitizer is right that bytes which are copied in a row race: what they are is not relied on.
TEST_CASE("a message that changes while it is copied is an error or a sound copy", "[untrusted][races_on_purpose]") {
  check_while_it_changes([](const Image<Everything>& image) -> Result<std::string> {
    const auto copied = image.copy({.maximum_bytes = 1 << 20});
    if (!copied) return Failure(copied.error());
    const std::string text = text_of(*copied);
    return text.find("LOST") == std::string::npos ? text : "BROKEN";
  });
}

TEST_CASE("a message that changes while it is looked at in place is an error or something else, and nothing beside it is read",
          "[untrusted][races_on_purpose]") {
  check_while_it_changes([](const Image<Everything>& image) { return text_in_place(image.checked()); });
}
