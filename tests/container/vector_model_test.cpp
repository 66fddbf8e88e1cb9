// Random operations, done to a carry::vector and to a std::vector: after each both hold the same.

#include "container/elements.h"
#include "support/catch.h"

#include <carry/container/vector.h>

#include <forward_list>
#include <sstream>
#include <vector>

using namespace carry::test;

namespace {

template <class E>
class Pair {
 public:
  explicit Pair(std::uint32_t seed) : random_(seed) {}

  void step() {
    const std::uint32_t operation = random_() % 18;
    const std::size_t at = size() == 0 ? 0 : random_() % (size() + 1);
    const std::size_t count = random_() % 6;
    const std::uint32_t number = random_();
    switch (operation) {
      case 0:
      case 1:
      case 2: return push_back(number);
      case 3: return emplace(at, number);
      case 4: return insert_copies(at, count, number);
      case 5: return insert_range(at, count);
      case 6: return erase(at, count);
      case 7: return pop_back();
      case 8: return resize(random_() % 40, number);
      case 9: return reserve();
      case 10: return assign(count, number);
      case 11: return insert_own(at);
      case 12: return copy_and_move();
      case 13: return erase_if(number);
      case 14: return sort();
      case 15: return assign_range(random_() % 30);
      case 16: return push_own();
      default: return shrink(number);
    }
  }

  bool same() const {
    if (carry_.size() != std_.size() || carry_.capacity() < carry_.size()) return false;
    for (std::size_t i = 0; i != std_.size(); ++i) {
      if (!E::same(carry_[i], std_[i])) return false;
    }
    return true;
  }

 private:
  std::size_t size() const { return std_.size(); }
  auto carry_at(std::size_t index) { return carry_.begin() + static_cast<std::ptrdiff_t>(index); }
  auto std_at(std::size_t index) { return std_.begin() + static_cast<std::ptrdiff_t>(index); }

  void push_back(std::uint32_t number) {
    carry_.push_back(E::make(number));
    std_.push_back(E::make_std(number));
  }
  void emplace(std::size_t at, std::uint32_t number) {
    const auto place = carry_.emplace(carry_at(at), E::make(number));
    CHECK(place == carry_at(at));
    std_.emplace(std_at(at), E::make_std(number));
  }
  void insert_copies(std::size_t at, std::size_t count, std::uint32_t number) {
    const auto place = carry_.insert(carry_at(at), count, E::make(number));
    CHECK(place == carry_at(at));
    std_.insert(std_at(at), count, E::make_std(number));
  }
  void insert_range(std::size_t at, std::size_t count) {
    std::forward_list<typename E::carry_type> ours;
    std::forward_list<typename E::std_type> theirs;
    for (std::size_t i = 0; i != count; ++i) {
      const std::uint32_t number = random_();
      ours.push_front(E::make(number));
      theirs.push_front(E::make_std(number));
    }
    const auto place = carry_.insert(carry_at(at), ours.begin(), ours.end());
    CHECK(place == carry_at(at));
    std_.insert(std_at(at), theirs.begin(), theirs.end());
  }
  void erase(std::size_t at, std::size_t count) {
    const std::size_t end = std::min(size(), at + count);
    const auto place = carry_.erase(carry_at(at), carry_at(end));
    CHECK(place == carry_at(at));
    std_.erase(std_at(at), std_at(end));
  }
  void pop_back() {
    if (size() == 0) return;
    carry_.pop_back();
    std_.pop_back();
  }
  void resize(std::size_t count, std::uint32_t number) {
    if (number % 2 == 0) {
      carry_.resize(count, E::make(number));
      std_.resize(count, E::make_std(number));
    } else {
      carry_.resize(count);
      std_.resize(count);
    }
  }
  void reserve() {
    const std::size_t wanted = random_() % 100;
    carry_.reserve(wanted);
    CHECK(carry_.capacity() >= wanted);
  }
  void assign(std::size_t count, std::uint32_t number) {
    carry_.assign(count, E::make(number));
    std_.assign(count, E::make_std(number));
  }
  void assign_range(std::size_t count) {
    std::vector<typename E::carry_type> ours;
    std::vector<typename E::std_type> theirs;
    for (std::size_t i = 0; i != count; ++i) {
      const std::uint32_t number = random_();
      ours.push_back(E::make(number));
      theirs.push_back(E::make_std(number));
    }
    carry_.assign(ours.begin(), ours.end());
    std_.assign(theirs.begin(), theirs.end());
  }
  void insert_own(std::size_t at) {
    if (size() == 0) return;
    const std::size_t which = random_() % size();
    carry_.insert(carry_at(at), 3, carry_[which]);
    std_.insert(std_at(at), 3, std_[which]);
    carry_.insert(carry_at(at), carry_[which]);
    std_.insert(std_at(at), std_[which]);
  }
  void push_own() {
    if (size() == 0) return;
    const std::size_t which = random_() % size();
    carry_.push_back(carry_[which]);
    std_.push_back(std_[which]);
  }
  void copy_and_move() {
    auto copy = carry_;
    CHECK(copy == carry_);
    carry::vector<typename E::carry_type> other{E::make(1), E::make(2)};
    other.swap(copy);
    CHECK(other == carry_);
    carry_ = std::move(other);
    copy = carry_;
    CHECK(std::is_eq(copy <=> carry_));
    carry_.clear();
    carry_ = copy;
  }
  void erase_if(std::uint32_t number) {
    const auto count = carry::erase_if(carry_, [&](const auto& element) { return element < E::make(number); });
    CHECK(count == std::erase_if(std_, [&](const auto& element) { return element < E::make_std(number); }));
  }
  void sort() {
    std::sort(carry_.begin(), carry_.end());
    std::sort(std_.begin(), std_.end());
  }
  void shrink(std::uint32_t number) {
    if (number % 8 == 0) {
      carry_.clear();
      std_.clear();
    }
    carry_.shrink_to_fit();
    CHECK(carry_.capacity() == carry_.size());
  }

  Random random_;
  carry::vector<typename E::carry_type> carry_;
  std::vector<typename E::std_type> std_;
};

}  // namespace

TEMPLATE_TEST_CASE("a carry::vector and a std::vector stay the same through random operations", "[container]", (Elements<int>), (Elements<Fragile>),
                   (Elements<std::int8_t>), Strings) {
  const std::uint32_t seed = test_seed();
  INFO("CARRY_TEST_SEED=" << seed);
  {
    Pair<TestType> pair(seed);
    for (int i = 0; i != 20'000; ++i) {
      pair.step();
      REQUIRE(pair.same());
    }
  }
  CHECK(Fragile::alive == 0);
}
