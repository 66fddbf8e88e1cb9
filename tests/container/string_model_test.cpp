// Random operations, done to a carry::string and to a std::string: after each both hold the same.

#include "container/elements.h"
#include "support/catch.h"

using namespace carry::test;

namespace {

class Pair {
 public:
  explicit Pair(std::uint32_t seed) : random_(seed) {}

  void step() {
    const std::size_t at = random_() % (std_.size() + 1);
    const std::size_t count = random_() % 12;
    const char character = static_cast<char>('a' + random_() % 4);
    const std::string text = random_text(random_() % 4 == 0 ? 60 : 8);
    switch (random_() % 20) {
      case 0: return both([&](auto& s) { s.push_back(character); });
      case 1: return both([&](auto& s) { s += text; });
      case 2: return both([&](auto& s) { s.append(count, character); });
      case 3: return both([&](auto& s) { s.insert(at, text); });
      case 4: return both([&](auto& s) { s.insert(at, count, character); });
      case 5: return both([&](auto& s) { s.erase(at, count); });
      case 6: return both([&](auto& s) { s.replace(at, count, text); });
      case 7: return both([&](auto& s) { s.replace(at, count, text.c_str()); });
      case 8: return both([&](auto& s) { s.replace(at, count, 5, character); });
      case 9: return both([&](auto& s) { s.append(std::string(s), 1 % (s.size() + 1), count); });
      case 10: return own(at, count);
      case 11:
        return both([&](auto& s) {
          if (!s.empty()) s.pop_back();
        });
      case 12: return both([&](auto& s) { s.resize(random_size_ % 70, character); });
      case 13: return both([&](auto& s) { s = text; });
      case 14: return both([&](auto& s) { s.assign(text.begin(), text.end()); });
      case 15: return both([&](auto& s) { s.insert(s.begin() + static_cast<std::ptrdiff_t>(at), text.begin(), text.end()); });
      case 16: return both([&](auto& s) { s.erase(s.begin() + static_cast<std::ptrdiff_t>(at), s.end()); });
      case 17: return copy_and_move();
      case 18: return both([&](auto& s) { s.shrink_to_fit(); });
      default: return both([&](auto& s) { s.reserve(count * 9); });
    }
  }

  /// The same content, and the same answers to what both can be asked.
  bool same() {
    random_size_ = random_();
    const std::string part = random_text(3);
    const std::size_t from = random_() % (std_.size() + 3);
    return carry_ == std_ && carry_.size() == std_.size() && carry_.data()[carry_.size()] == '\0' &&
           carry_.find(part, from) == std_.find(part, from) && carry_.rfind(part, from) == std_.rfind(part, from) &&
           carry_.find_first_of(part, from) == std_.find_first_of(part, from) && carry_.find_last_of(part, from) == std_.find_last_of(part, from) &&
           carry_.find_first_not_of(part, from) == std_.find_first_not_of(part, from) &&
           carry_.find_last_not_of(part, from) == std_.find_last_not_of(part, from) && carry_.starts_with(part) == std_.starts_with(part) &&
           carry_.ends_with(part) == std_.ends_with(part) && (carry_ <=> part) == (std_ <=> part);
  }

 private:
  template <class Operation>
  void both(Operation operation) {
    operation(carry_);
    operation(std_);
  }

  /// Parts of the string itself as arguments, also where they move.
  void own(std::size_t at, std::size_t count) {
    const std::size_t begin = random_() % (std_.size() + 1);
    const std::size_t length = std::min<std::size_t>(std_.size() - begin, random_() % 30);
    const std::string copy = std_.substr(begin, length);
    carry_.replace(at, count, std::string_view(carry_).substr(begin, length));
    std_.replace(at, count, copy);
  }

  void copy_and_move() {
    carry::string copy(carry_);
    CHECK(copy == carry_);
    carry::string moved(std::move(copy));
    CHECK(copy.empty());
    carry_ = std::move(moved);
    moved = carry_;
    carry::string other("something else that is longer than what fits into the object");
    other.swap(moved);
    CHECK(other == carry_);
    swap(other, carry_);
    CHECK(other == carry_);
  }

  std::string random_text(std::size_t longest) {
    std::string text(random_() % (longest + 1), ' ');
    for (char& character : text) character = static_cast<char>('a' + random_() % 4);
    return text;
  }

  Random random_;
  std::uint32_t random_size_ = 0;
  carry::string carry_;
  std::string std_;
};

}  // namespace

TEST_CASE("a carry::string and a std::string stay the same through random operations", "[container]") {
  const std::uint32_t seed = test_seed();
  INFO("CARRY_TEST_SEED=" << seed);
  Pair pair(seed);
  for (int i = 0; i != 50'000; ++i) {
    pair.step();
    REQUIRE(pair.same());
  }
}
