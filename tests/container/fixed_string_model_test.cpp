// Random operations, done to a carry::fixed_string and, where the result fits, to a std::string: after each both hold the same.

#include "container/elements.h"
#include "support/catch.h"

#include <carry/container/fixed_string.h>

using namespace carry::test;

namespace {

template <std::size_t most>
class Pair {
 public:
  explicit Pair(std::uint32_t seed) : random_(seed) {}

  void step() {
    const std::size_t at = random_() % (std_.size() + 1);
    const std::size_t count = random_() % 5;
    const char character = static_cast<char>('a' + random_() % 4);
    const std::string text = random_text(random_() % 4 == 0 ? most + 2 : 4);
    switch (random_() % 18) {
      case 0: return both([&](auto& s) { s.push_back(character); });
      case 1: return both([&](auto& s) { s += text; });
      case 2: return both([&](auto& s) { s.append(count, character); });
      case 3: return both([&](auto& s) { s.insert(at, text); });
      case 4: return both([&](auto& s) { s.insert(at, count, character); });
      case 5: return both([&](auto& s) { s.erase(at, count); });
      case 6: return both([&](auto& s) { s.replace(at, count, text); });
      case 7: return both([&](auto& s) { s.replace(at, count, text.c_str()); });
      case 8: return both([&](auto& s) { s.replace(at, count, 3, character); });
      case 9: return both([&](auto& s) { s.append(std::string(s), 1 % (s.size() + 1), count); });
      case 10: return own(at, count);
      case 11:
        return both([&](auto& s) {
          if (!s.empty()) s.pop_back();
        });
      case 12: {
        const std::size_t size = random_() % (most + 2);
        return both([&](auto& s) { s.resize(size, character); });
      }
      case 13: return both([&](auto& s) { s = text; });
      case 14: return both([&](auto& s) { s.assign(text.begin(), text.end()); });
      case 15: return both([&](auto& s) { s.insert(s.begin() + static_cast<std::ptrdiff_t>(at), text.begin(), text.end()); });
      case 16: return both([&](auto& s) { s.erase(s.begin() + static_cast<std::ptrdiff_t>(at), s.end()); });
      default: return try_append(text);
    }
  }

  /// The same content, and the same answers to what both can be asked.
  bool same() {
    const std::string part = random_text(3);
    const std::size_t from = random_() % (std_.size() + 3);
    return carry_ == std_ && carry_.size() == std_.size() && carry_.c_str()[carry_.size()] == '\0' &&
           carry_.find(part, from) == std_.find(part, from) && carry_.rfind(part, from) == std_.rfind(part, from) &&
           carry_.find_first_of(part, from) == std_.find_first_of(part, from) &&
           carry_.find_last_not_of(part, from) == std_.find_last_not_of(part, from) && carry_.starts_with(part) == std_.starts_with(part) &&
           carry_.ends_with(part) == std_.ends_with(part) && (carry_ <=> part) == (std_ <=> part);
  }

 private:
  /// Does it to std's; if the result fits to carry's too, and otherwise takes it back: then carry's throws and changes nothing.
  template <class Operation>
  void both(Operation operation) {
    std::string changed(std_);
    operation(changed);
    if (changed.size() <= most) {
      operation(carry_);
      std_ = changed;
    } else {
      CHECK_THROWS_AS(operation(carry_), std::length_error);
    }
  }

  /// Parts of the string itself as arguments, also where they move.
  void own(std::size_t at, std::size_t count) {
    const std::size_t begin = random_() % (std_.size() + 1);
    const std::size_t length = random_() % 5;
    both([&](auto& s) {
      if constexpr (std::same_as<decltype(s), std::string&>) s.replace(at, count, s.substr(begin, length));
      else s.replace(at, count, std::string_view(s).substr(begin, length));
    });
    const auto copy(carry_);
    carry_ = "";
    CHECK(carry_.try_assign(copy));
  }
  void try_append(const std::string& text) {
    const bool fits = std_.size() + text.size() <= most;
    CHECK(carry_.try_append(text) == fits);
    if (fits) std_ += text;
  }

  std::string random_text(std::size_t longest) {
    std::string text(random_() % (longest + 1), ' ');
    for (char& character : text) character = static_cast<char>('a' + random_() % 4);
    return text;
  }

  Random random_;
  carry::fixed_string<most> carry_;
  std::string std_;
};

template <std::size_t most>
void stay_the_same(std::uint32_t seed) {
  INFO("a fixed_string of at most " << most);
  Pair<most> pair(seed);
  for (int i = 0; i != 20'000; ++i) {
    pair.step();
    REQUIRE(pair.same());
  }
}

}  // namespace

TEST_CASE("a carry::fixed_string and a bounded std::string stay the same through random operations", "[container]") {
  const std::uint32_t seed = test_seed();
  INFO("CARRY_TEST_SEED=" << seed);
  stay_the_same<0>(seed);
  stay_the_same<1>(seed);
  stay_the_same<20>(seed);
}
