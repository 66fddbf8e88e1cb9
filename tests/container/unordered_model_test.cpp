// Random operations, done to a carry::unordered_map and a std::unordered_map, and to the sets: after each both hold the same.

#include "container/elements.h"
#include "support/catch.h"

#include <carry/container/unordered_map.h>
#include <carry/container/unordered_set.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

using namespace carry::test;

namespace {

/// Finds nothing quickly: what lies in one row must be told apart by comparison.
struct Poor {
  template <class T>
  std::uint64_t operator()(const T& value) const {
    return (carry::hash<T>()(value) & 3) << 62;
  }
};

template <class E, class Hash = carry::hash<typename E::carry_type>>
class MapPair {
 public:
  explicit MapPair(std::uint32_t seed) : random_(seed) {}

  void step() {
    const std::uint32_t number = random_() % 60;
    const auto ours = E::make(number);
    const auto theirs = E::make_std(number);
    const int value = static_cast<int>(random_() % 1000);
    switch (random_() % 13) {
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
      case 6: return erase_range();
      case 7: {
        const auto found = carry_.find(ours);
        REQUIRE((found == carry_.end()) == (std_.find(theirs) == std_.end()));
        if (found == carry_.end()) return;
        const auto element = carry_.extract(found);
        CHECK(element.first == ours);
        CHECK(element.second == std_.at(theirs));
        std_.erase(theirs);
        return;
      }
      case 8: {
        const auto is_odd = [](const auto& element) { return element.second % 2 != 0; };
        CHECK(erase_if(carry_, is_odd) == std::erase_if(std_, is_odd));
        return;
      }
      case 9: return copy_and_move();
      case 10: return carry_.rehash(random_() % 200);
      case 11: return merge(number);
      default: CHECK(carry_.count(ours) == std_.count(theirs));
    }
  }

  bool same() const {
    return carry_.size() == std_.size() && carry_.load_factor() <= carry_.max_load_factor() &&
           std::ranges::all_of(carry_, [this](const auto& element) {
             const auto theirs = std::ranges::find_if(std_, [&](const auto& other) { return E::same(element.first, other.first); });
             return theirs != std_.end() && theirs->second == element.second && carry_.at(element.first) == element.second;
           });
  }

 private:
  void erase_range() {
    const std::size_t first = random_() % (carry_.size() + 1);
    const std::size_t last = first + random_() % (carry_.size() - first + 1);
    std::vector<typename E::carry_type> keys;
    for (std::size_t i = first; i != last; ++i) keys.push_back(carry_.begin()[static_cast<std::ptrdiff_t>(i)].first);
    carry_.erase(carry_.begin() + static_cast<std::ptrdiff_t>(first), carry_.begin() + static_cast<std::ptrdiff_t>(last));
    std::erase_if(std_, [&](const auto& element) { return std::ranges::any_of(keys, [&](const auto& key) { return E::same(key, element.first); }); });
  }
  void merge(std::uint32_t number) {
    decltype(carry_) ours{{E::make(number), 1}, {E::make(number + 1), 2}};
    decltype(std_) theirs{{E::make_std(number), 1}, {E::make_std(number + 1), 2}};
    carry_.merge(ours);
    std_.merge(theirs);
    CHECK(ours.size() == theirs.size());
  }
  void copy_and_move() {
    auto copy = carry_;
    CHECK(copy == carry_);
    carry_.clear();
    carry_ = std::move(copy);
    CHECK(copy.empty());
    copy[E::make(1)] = 1;
    CHECK(copy.size() == 1);
  }

  Random random_;
  carry::unordered_map<typename E::carry_type, int, Hash> carry_;
  std::unordered_map<typename E::std_type, int> std_;
};

template <class E>
class SetPair {
 public:
  explicit SetPair(std::uint32_t seed) : random_(seed) {}

  void step() {
    const std::uint32_t number = random_() % 500;
    const auto ours = E::make(number);
    const auto theirs = E::make_std(number);
    switch (random_() % 5) {
      case 0:
      case 1: CHECK(carry_.insert(ours).second == std_.insert(theirs).second); return;
      case 2: CHECK(carry_.erase(ours) == std_.erase(theirs)); return;
      case 3: CHECK(carry_.contains(ours) == std_.contains(theirs)); return;
      default: {
        if (carry_.empty()) return;
        const auto key = carry_.extract(carry_.begin() + random_() % carry_.size());
        CHECK(std::erase_if(std_, [&](const auto& other) { return E::same(key, other); }) == 1);
      }
    }
  }

  bool same() const {
    return carry_.size() == std_.size() && std::ranges::all_of(carry_, [this](const auto& key) { return carry_.find(key) == &key; });
  }

 private:
  Random random_;
  carry::unordered_set<typename E::carry_type> carry_;
  std::unordered_set<typename E::std_type> std_;
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

TEST_CASE("an unordered_map does what std's does", "[container]") {
  SECTION("int") { compare<MapPair<Elements<int>>>(); }
  SECTION("string") { compare<MapPair<Strings>>(); }
  SECTION("keys of few hashes") { compare<MapPair<Elements<int>, Poor>>(); }
}

TEST_CASE("an unordered_set does what std's does", "[container]") {
  SECTION("int") { compare<SetPair<Elements<int>>>(); }
  SECTION("string") { compare<SetPair<Strings>>(); }
}
