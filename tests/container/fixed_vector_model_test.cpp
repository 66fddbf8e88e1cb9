// Random operations, done to a carry::fixed_vector and, where there is room for the result, to a std::vector: after each both hold the same.

#include "container/elements.h"
#include "support/catch.h"

#include <carry/container/fixed_vector.h>

#include <forward_list>
#include <vector>

using namespace carry::test;

namespace {

template <class E, std::size_t most>
class Pair {
  using Vector = carry::fixed_vector<typename E::carry_type, most>;
  using Model = std::vector<typename E::std_type>;

 public:
  explicit Pair(std::uint32_t seed) : random_(seed) {}

  void step() {
    const std::size_t at = random_() % (size() + 1);
    const std::size_t count = random_() % 5;
    const std::uint32_t number = random_();
    switch (random_() % 16) {
      case 0: return adding(1, [&](auto& v, auto make) { v.push_back(make(number)); });
      case 1: return adding(1, [&](auto& v, auto make) { v.emplace(v.begin() + index(at), make(number)); });
      case 2: return adding(count, [&](auto& v, auto make) { v.insert(v.begin() + index(at), count, make(number)); });
      case 3: return insert_range(at, count);
      case 4: return erase(at, count);
      case 5: return pop_back();
      case 6: return resize(random_() % (most + 3), number);
      case 7: return replacing(count * 3, [&](auto& v, auto make) { v.assign(count * 3, make(number)); });
      case 8: return assign_range(random_() % (most + 3));
      case 9: return own(at);
      case 10: return copy_and_move();
      case 11: return erase_if(number);
      case 12: return try_push_back(number);
      case 13: return try_append_range(count);
      case 14: return swap_with(random_() % (most + 1));
      default: return adding(1, [&](auto& v, auto make) { v.emplace_back(make(number)); });
    }
  }

  bool same() const {
    if (carry_.size() != std_.size()) return false;
    for (std::size_t i = 0; i != std_.size(); ++i) {
      if (!E::same(carry_[i], std_[i])) return false;
    }
    return true;
  }

 private:
  static std::ptrdiff_t index(std::size_t number) { return static_cast<std::ptrdiff_t>(number); }
  std::size_t size() const { return std_.size(); }

  /// Does the operation, which needs room for that many, to both; or to carry's alone, when it must throw and change nothing.
  template <class Operation>
  void needing(bool has_room, Operation operation) {
    if (has_room) {
      operation(carry_, E::make);
      operation(std_, E::make_std);
    } else {
      CHECK_THROWS_AS(operation(carry_, E::make), std::bad_alloc);
    }
  }
  template <class Operation>
  void adding(std::size_t count, Operation operation) {
    needing(count <= most - size(), operation);
  }
  template <class Operation>
  void replacing(std::size_t count, Operation operation) {
    needing(count <= most, operation);
  }

  /// Elements of random numbers, for carry's and for std's.
  auto random_elements(std::size_t count) {
    std::pair<std::vector<typename E::carry_type>, Model> both;
    for (std::size_t i = 0; i != count; ++i) {
      const std::uint32_t number = random_();
      both.first.push_back(E::make(number));
      both.second.push_back(E::make_std(number));
    }
    return both;
  }

  void insert_range(std::size_t at, std::size_t count) {
    const auto [ours, theirs] = random_elements(count);
    const std::forward_list<typename E::carry_type> list(ours.begin(), ours.end());
    if (count > most - size()) {
      CHECK_THROWS_AS(carry_.insert_range(carry_.begin() + index(at), list), std::bad_alloc);
    } else {
      const auto place = carry_.insert_range(carry_.begin() + index(at), list);
      CHECK(place == carry_.begin() + index(at));
      std_.insert(std_.begin() + index(at), theirs.begin(), theirs.end());
    }
  }
  void erase(std::size_t at, std::size_t count) {
    const std::size_t end = std::min(size(), at + count);
    const auto place = carry_.erase(carry_.begin() + index(at), carry_.begin() + index(end));
    CHECK(place == carry_.begin() + index(at));
    std_.erase(std_.begin() + index(at), std_.begin() + index(end));
  }
  void pop_back() {
    if (size() == 0) return;
    carry_.pop_back();
    std_.pop_back();
  }
  void resize(std::size_t count, std::uint32_t number) {
    replacing(count, [&](auto& v, auto make) {
      if (number % 2 == 0) v.resize(count, make(number));
      else v.resize(count);
    });
  }
  void assign_range(std::size_t count) {
    const auto [ours, theirs] = random_elements(count);
    if (count > most) {
      CHECK_THROWS_AS(carry_.assign_range(ours), std::bad_alloc);
    } else {
      carry_.assign_range(ours);
      std_ = theirs;
    }
  }
  void own(std::size_t at) {
    if (size() == 0) return;
    const std::size_t which = random_() % size();
    adding(2, [&](auto& v, auto) { v.insert(v.begin() + index(at), 2, v[which]); });
    adding(1, [&](auto& v, auto) { v.insert(v.begin() + index(at), v[which]); });
    adding(1, [&](auto& v, auto) { v.push_back(v[which]); });
  }
  void copy_and_move() {
    auto copy = carry_;
    CHECK(copy == carry_);
    auto moved(std::move(copy));
    CHECK(std::is_eq(moved <=> carry_));
    carry_.clear();
    carry_ = std::move(moved);
    Vector other(most, E::make(1));
    other = carry_;
    carry_ = Vector(most / 2);
    carry_ = other;
  }
  void swap_with(std::size_t count) {
    auto [ours, theirs] = random_elements(count);
    Vector other(carry::from_range, ours);
    swap(carry_, other);
    CHECK(other.size() == size());
    std_.swap(theirs);
    carry_.swap(carry_);
  }
  void erase_if(std::uint32_t number) {
    const auto count = carry::erase_if(carry_, [&](const auto& element) { return element < E::make(number); });
    CHECK(count == std::erase_if(std_, [&](const auto& element) { return element < E::make_std(number); }));
  }
  void try_push_back(std::uint32_t number) {
    auto* const added = carry_.try_push_back(E::make(number));
    CHECK((added == nullptr) == (size() == most));
    if (size() != most) std_.push_back(E::make_std(number));
  }
  void try_append_range(std::size_t count) {
    const auto [ours, theirs] = random_elements(count);
    const auto fits = index(std::min(count, most - size()));
    CHECK(carry_.try_append_range(ours) == ours.begin() + fits);
    std_.insert(std_.end(), theirs.begin(), theirs.begin() + fits);
  }

  Random random_;
  Vector carry_;
  Model std_;
};

template <class E, std::size_t most>
void stay_the_same(std::uint32_t seed) {
  INFO("a fixed_vector of at most " << most);
  Pair<E, most> pair(seed);
  for (int i = 0; i != 10'000; ++i) {
    pair.step();
    REQUIRE(pair.same());
  }
}

}  // namespace

TEMPLATE_TEST_CASE("a carry::fixed_vector and a bounded std::vector stay the same through random operations", "[container]", (Elements<int>),
                   (Elements<Fragile>), (Elements<std::int8_t>), Strings) {
  const std::uint32_t seed = test_seed();
  INFO("CARRY_TEST_SEED=" << seed);
  stay_the_same<TestType, 0>(seed);
  stay_the_same<TestType, 1>(seed);
  stay_the_same<TestType, 12>(seed);
  CHECK(Fragile::alive == 0);
}
