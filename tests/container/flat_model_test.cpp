// Random operations, done to a carry::flat_map and a std::map, and to the sets: after each both hold the same.

#include "container/elements.h"
#include "support/catch.h"

#include <carry/container/flat_map.h>
#include <carry/container/flat_set.h>

#include <algorithm>
#include <map>
#include <set>

using namespace carry::test;

namespace {

/// Keys K for carry and S for std, made from the same number.
template <class E>
class MapPair {
 public:
  explicit MapPair(std::uint32_t seed) : random_(seed) {}

  void step() {
    const std::uint32_t number = random_() % 60;
    const auto ours = E::make(number);
    const auto theirs = E::make_std(number);
    const int value = static_cast<int>(random_() % 1000);
    switch (random_() % 12) {
      case 0: {
        const auto result = carry_.emplace(ours, value);
        const auto expected = std_.emplace(theirs, value);
        CHECK(result.second == expected.second);
        CHECK(result.first->second == expected.first->second);
        return;
      }
      case 1: return (void)(carry_[ours] = value, std_[theirs] = value);
      case 2: {
        const bool is_new = carry_.insert_or_assign(ours, value).second;
        CHECK(is_new == std_.insert_or_assign(theirs, value).second);
        return;
      }
      case 3: CHECK(carry_.try_emplace(ours, value).second == std_.try_emplace(theirs, value).second); return;
      case 4:
      case 5: CHECK(carry_.erase(ours) == std_.erase(theirs)); return;
      case 6: return insert_range();
      case 7: {
        const auto found = carry_.find(ours);
        const auto expected = std_.find(theirs);
        REQUIRE((found == carry_.end()) == (expected == std_.end()));
        if (found == carry_.end()) return;
        const auto next = carry_.erase(found);
        const auto expected_next = std_.erase(expected);
        CHECK((next == carry_.end()) == (expected_next == std_.end()));
        return;
      }
      case 8: {
        const auto is_odd = [](const auto& element) { return element.second % 2 != 0; };
        CHECK(erase_if(carry_, is_odd) == std::erase_if(std_, is_odd));
        return;
      }
      case 9: return copy_and_move();
      case 10: {
        CHECK(carry_.lower_bound(ours) - carry_.begin() == std::distance(std_.begin(), std_.lower_bound(theirs)));
        CHECK(carry_.upper_bound(ours) - carry_.begin() == std::distance(std_.begin(), std_.upper_bound(theirs)));
        CHECK(carry_.count(ours) == std_.count(theirs));
        return;
      }
      default: {
        auto [keys, values] = std::move(carry_).extract();
        CHECK(carry_.empty());
        carry_.replace(std::move(keys), std::move(values));
      }
    }
  }

  bool same() const {
    return std::ranges::equal(carry_, std_,
                              [](const auto& left, const auto& right) { return E::same(left.first, right.first) && left.second == right.second; });
  }

 private:
  void insert_range() {
    carry::vector<std::pair<typename E::carry_type, int>> ours;
    std::vector<std::pair<typename E::std_type, int>> theirs;
    const std::uint32_t count = random_() % 20;
    for (std::uint32_t i = 0; i != count; ++i) {
      const std::uint32_t number = random_() % 60;
      ours.emplace_back(E::make(number), static_cast<int>(i));
      theirs.emplace_back(E::make_std(number), static_cast<int>(i));
    }
    carry_.insert_range(ours);
    std_.insert(theirs.begin(), theirs.end());
  }
  void copy_and_move() {
    auto copy = carry_;
    CHECK(copy == carry_);
    carry_.clear();
    carry_ = std::move(copy);
    CHECK(copy.empty());
  }

  Random random_;
  carry::flat_map<typename E::carry_type, int> carry_;
  std::map<typename E::std_type, int> std_;
};

template <class E>
class SetPair {
 public:
  explicit SetPair(std::uint32_t seed) : random_(seed) {}

  void step() {
    const std::uint32_t number = random_() % 60;
    const auto ours = E::make(number);
    const auto theirs = E::make_std(number);
    switch (random_() % 7) {
      case 0: CHECK(carry_.insert(ours).second == std_.insert(theirs).second); return;
      case 1: {
        const auto at = random_() % (carry_.size() + 1);  // hints, right and wrong
        const auto place = carry_.insert(carry_.begin() + at, ours);
        CHECK(E::same(*place, theirs));
        return (void)std_.insert(theirs);
      }
      case 2: CHECK(carry_.erase(ours) == std_.erase(theirs)); return;
      case 3: {
        for (std::uint32_t i = 0; i != 5; ++i) {
          const std::uint32_t other = random_() % 60;
          const std::initializer_list<typename E::carry_type> list{E::make(other), E::make(other), ours};
          carry_.insert(list);
          std_.insert({E::make_std(other), theirs});
        }
        return;
      }
      case 4: {
        const auto end = carry_.lower_bound(ours);
        const auto begin = carry_.begin() + random_() % (static_cast<std::size_t>(end - carry_.begin()) + 1);
        const auto from = std::next(std_.begin(), begin - carry_.begin());
        const auto to = std::next(std_.begin(), end - carry_.begin());
        carry_.erase(begin, end);
        std_.erase(from, to);
        return;
      }
      case 5: CHECK(carry_.contains(ours) == std_.contains(theirs)); return;
      default: {
        auto keys = std::move(carry_).extract();
        std::ranges::reverse(keys);
        carry_ = carry::flat_set<typename E::carry_type>(std::move(keys));
      }
    }
  }

  bool same() const {
    return std::ranges::equal(carry_, std_, [](const auto& left, const auto& right) { return E::same(left, right); });
  }

 private:
  Random random_;
  carry::flat_set<typename E::carry_type> carry_;
  std::set<typename E::std_type> std_;
};

template <class Pair>
void compare() {
  const std::uint32_t seed = test_seed();
  INFO("CARRY_TEST_SEED=" << seed);
  Pair pair(seed);
  for (int i = 0; i != 20'000; ++i) {
    pair.step();
    REQUIRE(pair.same());
  }
}

}  // namespace

TEST_CASE("a flat_map does what a std::map does", "[container]") {
  SECTION("int") { compare<MapPair<Elements<int>>>(); }
  SECTION("string") { compare<MapPair<Strings>>(); }
}

TEST_CASE("a flat_set does what a std::set does", "[container]") {
  SECTION("int") { compare<SetPair<Elements<int>>>(); }
  SECTION("string") { compare<SetPair<Strings>>(); }
}
