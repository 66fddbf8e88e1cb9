// Random operations, done to carry::lists and to std::lists: after each both hold the same, forwards and backwards.

#include "container/elements.h"
#include "support/catch.h"

#include <carry/container/list.h>

#include <list>
#include <vector>

using namespace carry::test;

namespace {

template <class E>
class Pair {
 public:
  explicit Pair(std::uint32_t seed) : random_(seed) {}

  void step() {
    const std::uint32_t number = random_();
    const std::size_t at = random_() % (std_.size() + 1);
    const std::size_t count = random_() % 6;
    switch (random_() % 20) {
      case 0: return carry_.push_back(E::make(number)), std_.push_back(E::make_std(number));
      case 1: return carry_.push_front(E::make(number)), std_.push_front(E::make_std(number));
      case 2: return (void)carry_.emplace(carry_at(at), E::make(number)), (void)std_.emplace(std_at(at), E::make_std(number));
      case 3: return insert_range(at, count);
      case 4:
      case 5: return erase(at, count);
      case 6: return pop();
      case 7: return splice_all(at);
      case 8: return splice_one(at, number);
      case 9: return splice_range(at, number, count);
      case 10: return carry_.reverse(), std_.reverse();
      case 11: return sort();
      case 12: return merge();
      case 13: return unique();
      case 14: return remove_if(number);
      case 15: return carry_.swap(other_carry_), std_.swap(other_std_);
      case 16: return move();
      case 17: return splice_within(at, number, count);
      case 18: return resize(random_() % 30);
      default: return carry_.push_back(E::make(number)), std_.push_back(E::make_std(number));
    }
  }

  bool same() const { return same(carry_, std_) && same(other_carry_, other_std_); }

 private:
  using Carry = carry::list<typename E::carry_type>;
  using Std = std::list<typename E::std_type>;

  static bool same(const Carry& carry, const Std& std) {
    if (carry.size() != std.size() || carry.empty() != std.empty()) return false;
    return std::equal(carry.begin(), carry.end(), std.begin(), std.end(), E::same) && std::equal(carry.rbegin(), carry.rend(), std.rbegin(), E::same);
  }

  auto carry_at(std::size_t index) { return std::next(carry_.begin(), static_cast<std::ptrdiff_t>(index)); }
  auto std_at(std::size_t index) { return std::next(std_.begin(), static_cast<std::ptrdiff_t>(index)); }
  auto other_carry_at(std::size_t index) { return std::next(other_carry_.begin(), static_cast<std::ptrdiff_t>(index)); }
  auto other_std_at(std::size_t index) { return std::next(other_std_.begin(), static_cast<std::ptrdiff_t>(index)); }

  void insert_range(std::size_t at, std::size_t count) {
    std::vector<typename E::carry_type> carry;
    std::vector<typename E::std_type> std;
    for (std::size_t i = 0; i != count; ++i) {
      const std::uint32_t number = random_();
      carry.push_back(E::make(number));
      std.push_back(E::make_std(number));
    }
    const auto place = carry_.insert(carry_at(at), std::move_iterator(carry.begin()), std::move_iterator(carry.end()));
    std_.insert(std_at(at), std::move_iterator(std.begin()), std::move_iterator(std.end()));
    CHECK(place == carry_at(at));
  }

  void erase(std::size_t at, std::size_t count) {
    const std::size_t last = std::min(at + count, std_.size());
    const auto behind = carry_.erase(carry_at(at), carry_at(last));
    CHECK(behind == carry_at(at));
    std_.erase(std_at(at), std_at(last));
  }

  void pop() {
    if (std_.empty()) return;
    carry_.pop_back();
    std_.pop_back();
    if (std_.empty()) return;
    carry_.pop_front();
    std_.pop_front();
  }

  void splice_all(std::size_t at) {
    carry_.splice(carry_at(at), other_carry_);
    std_.splice(std_at(at), other_std_);
  }
  void splice_one(std::size_t at, std::uint32_t number) {
    if (other_std_.empty()) return;
    const std::size_t from = number % other_std_.size();
    carry_.splice(carry_at(at), other_carry_, other_carry_at(from));
    std_.splice(std_at(at), other_std_, other_std_at(from));
  }
  void splice_range(std::size_t at, std::uint32_t number, std::size_t count) {
    const std::size_t from = number % (other_std_.size() + 1);
    const std::size_t to = std::min(from + count, other_std_.size());
    carry_.splice(carry_at(at), other_carry_, other_carry_at(from), other_carry_at(to));
    std_.splice(std_at(at), other_std_, other_std_at(from), other_std_at(to));
  }
  /// Positions within what is moved are not allowed.
  void splice_within(std::size_t at, std::uint32_t number, std::size_t count) {
    const std::size_t from = number % (std_.size() + 1);
    const std::size_t to = std::min(from + count, std_.size());
    if (at > from && at < to) return;
    if (at == from && from != to) {  // before itself: nothing happens
      carry_.splice(carry_at(at), carry_, carry_at(at));
      return;
    }
    carry_.splice(carry_at(at), carry_, carry_at(from), carry_at(to));
    std_.splice(std_at(at), std_, std_at(from), std_at(to));
  }

  void sort() {
    carry_.sort();
    std_.sort();
  }
  void merge() {
    sort();
    other_carry_.sort(std::less<>());
    other_std_.sort(std::less<>());
    carry_.merge(other_carry_);
    std_.merge(other_std_);
  }
  void unique() { CHECK(carry_.unique() == std_.unique()); }
  void remove_if(std::uint32_t number) {
    const auto carry_limit = E::make(number);
    const auto std_limit = E::make_std(number);
    const auto removed = carry::erase_if(carry_, [&](const auto& element) { return element < carry_limit; });
    CHECK(removed == std::erase_if(std_, [&](const auto& element) { return element < std_limit; }));
  }
  void move() {
    Carry carry(std::move(carry_));
    CHECK(carry_.empty());
    CHECK(carry_.begin() == carry_.end());
    carry_ = std::move(other_carry_);
    other_carry_ = std::move(carry);
    std_.swap(other_std_);
  }
  void resize(std::size_t count) {
    carry_.resize(count);
    std_.resize(count);
  }

  Random random_;
  Carry carry_, other_carry_;
  Std std_, other_std_;
};

}  // namespace

TEMPLATE_TEST_CASE("a list holds what std::list holds after any operations", "[container]", (Elements<int>), Strings, (Elements<MoveOnly>)) {
  const std::uint32_t seed = test_seed();
  INFO("CARRY_TEST_SEED=" << seed);
  for (std::uint32_t round = 0; round != 20; ++round) {
    Pair<TestType> lists(seed + round);
    for (int step = 0; step != 500; ++step) {
      lists.step();
      REQUIRE(lists.same());
    }
  }
}
