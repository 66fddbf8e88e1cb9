// Messages of every kind, of which words are changed at random: an error or a sound copy, and nothing beside what may be read.

#include "support/catch.h"
#include "support/environment.h"
#include "untrusted/arena.h"
#include "untrusted/messages.h"
#include "untrusted/text_in_place.h"
#include "untrusted/text_of.h"

#include <carry/error.h>

#include <random>

using namespace carry;
using namespace carry::test;

namespace {

using Random = std::mt19937_64;

/// Numbers that a check could forget.
std::uint64_t nasty(Random& random, std::size_t bytes, std::uint64_t before) {
  switch (random() % 10) {
    case 0: return 0;
    case 1: return random() % 8;
    case 2: return ~std::uint64_t{0} - random() % 8;
    case 3: return std::uint64_t{1} << random() % 64;
    case 4: return (std::uint64_t{1} << random() % 64) - 1;
    case 5: return before + random() % 17 - 8;
    case 6: return before ^ (std::uint64_t{1} << random() % 64);
    case 7: return random() % (2 * bytes) - bytes;            // a distance within
    case 8: return (random() % (2 * bytes) - bytes) & ~7ull;  // the same, aligned
    default: return random();
  }
}

template <class T>
void mutate(Image<T>& image, Random& random) {
  for (auto changes = random() % 3 + 1; changes != 0; --changes) {
    if (random() % 4 == 0) {
      image.begin()[random() % image.bytes()] = static_cast<std::byte>(random());
    } else {
      const std::size_t offset = random() % (image.bytes() / 8) * 8;
      image.set(offset, nasty(random, image.bytes(), image.template get<std::uint64_t>(offset)));
    }
  }
}

bool is_the_publishers(const std::error_code& error) { return error == Errc::malformed_message || error == Errc::message_too_large; }

/// A copy of what is whole is equal; of what was changed it is an error or a value that can be looked at in full, and copied. Who looks at it in place finds
/// what is in the copy, if there is one.
template <class Make>
void check_kind(const char* name, const Make& make) {
  using T = decltype(make());
  const auto seed = std::random_device()();
  INFO(name << ", seed " << seed);
  Random random(seed);
  const std::string text = text_of(make());
  Image<T> image(make);
  {
    const auto whole = image.copy();
    REQUIRE(whole);
    REQUIRE(text_of(*whole) == text);
    REQUIRE(text_in_place(image.checked()) == text);
  }
  int copies = 0;
  const int rounds = setting("CARRY_MUTATIONS", 3000);
  for (int round = 0; round != rounds; ++round) {
    mutate(image, random);
    {
      const auto in_place = text_in_place(image.checked());
      if (!in_place && !is_the_publishers(in_place.error())) FAIL("another error in place: " << in_place.error().message());
      const auto copied = image.copy({.maximum_bytes = 1 << 20});
      if (copied) {
        ++copies;
        const std::string copy = text_of(*copied);
        if (copy.find("LOST") != std::string::npos) FAIL("a key cannot be found, in round " << round);
        if (in_place != copy) FAIL("in place there is something else, in round " << round << ": " << copy);
      } else if (!is_the_publishers(copied.error())) {
        FAIL("another error: " << copied.error().message());
      }
    }
    image.restore();
  }
  CHECK(copies < rounds);
  const auto again = image.copy();
  REQUIRE(again);
  CHECK(text_of(*again) == text);
}

}  // namespace

TEST_CASE("a message is copied as it is, and when words of it are changed, it is an error or a sound copy", "[untrusted]") {
  check_kind("vector", [] { return vector<std::int64_t>{1, 2, 3}; });
  check_kind("vector of strings", [] { return vector<string>{"", "short", long_text(1), long_text(2)}; });
  check_kind("vector of bools", [] { return vector<bool>{true, false, true}; });
  check_kind("string", [] { return vector<string>{long_text(3)}; });
  check_kind("list", [] { return list<string>{"short", long_text(1), long_text(2)}; });
  check_kind("fixed_vector", [] { return fixed_vector<string, 5>{"short", long_text(1), long_text(2)}; });
  check_kind("fixed_string", [] { return vector<fixed_string<20>>{"one", "two"}; });
  check_kind("flat_set", [] { return flat_set<string>{"short", long_text(1), long_text(2)}; });
  check_kind("flat_map", [] { return flat_map<int, string>{{1, "short"}, {2, long_text(1)}}; });
  check_kind("unordered_set", [] { return unordered_set<string>{"short", long_text(1), long_text(2)}; });
  check_kind("unordered_map", [] { return unordered_map<string, int>{{"short", 1}, {long_text(1), 2}}; });
  check_kind("deep", make_deep);
  check_kind("optional", [] { return vector<std::optional<string>>{std::nullopt, "short", long_text(1)}; });
  check_kind("variant", [] { return vector<Either>{Either(), Either(std::int64_t{1}), Either(long_text(1)), Either(vector<std::int64_t>{1, 2})}; });
  check_kind("array", [] { return std::array<string, 2>{"short", long_text(1)}; });
  check_kind("pair", [] { return std::pair<string, bool>{long_text(1), true}; });
  check_kind("tuple", [] { return std::tuple<bool, string, std::optional<bool>>{true, long_text(1), false}; });
  check_kind("type within itself", make_tree);
  check_kind("everything", make_everything);
}
