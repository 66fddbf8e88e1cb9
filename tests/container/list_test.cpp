#include "container/elements.h"
#include "support/catch.h"

#include <carry/container/list.h>
#include <carry/container/vector.h>
#include <carry/memory/shm_safe.h>

#include <cstring>
#include <list>
#include <ranges>
#include <sstream>

using carry::list;
using namespace carry::test;

static_assert(std::ranges::bidirectional_range<list<int>> && std::ranges::sized_range<const list<int>>);
static_assert(std::is_nothrow_move_constructible_v<list<int>> && std::is_nothrow_move_assignable_v<list<int>>);
static_assert(carry::shm_safe<list<list<int>>> && !carry::shm_safe<list<int*>>);
static_assert(sizeof(list<int>) == 24);
static_assert(std::is_convertible_v<list<int>::iterator, list<int>::const_iterator>);
static_assert(!std::is_convertible_v<list<int>::const_iterator, list<int>::iterator>);

namespace {

struct Tree {
  int value = 0;
  list<Tree> children;
};
static_assert(carry::shm_safe<Tree>);

/// A list of 0, 1, 2, ...
list<Fragile> numbers(int count) {
  list<Fragile> made;
  for (int i = 0; i != count; ++i) made.emplace_back(i);
  return made;
}

/// Throws at the n-th operation, for n = 0, 1, ... until it succeeds; then says after how many.
template <class Attempt>
int failures_until_success(const Attempt& attempt) {
  for (int n = 0;; ++n) {
    Fragile::operations_left = n;
    const bool succeeded = attempt();
    Fragile::operations_left = -1;
    if (succeeded) return n;
  }
}

}  // namespace

TEST_CASE("a list is made in the standard's ways", "[container]") {
  CHECK(list<int>().empty());
  CHECK(list<int>(3) == list<int>{0, 0, 0});
  CHECK(list<int>(2, 7) == list<int>{7, 7});
  const std::vector<int> source{1, 2, 3};
  CHECK(list(source.begin(), source.end()) == list<int>{1, 2, 3});
  CHECK(list(carry::from_range, source | std::views::reverse) == list<int>{3, 2, 1});
  std::istringstream stream("4 5 6");
  CHECK(list<int>(std::istream_iterator<int>(stream), std::istream_iterator<int>()) == list<int>{4, 5, 6});
  list<int> copy(list<int>{1, 2});
  copy.assign(3, copy.front());
  CHECK(copy == list<int>{1, 1, 1});
  copy.assign(1, 9);
  copy.assign_range(source);
  CHECK(copy == list<int>{1, 2, 3});
  CHECK((list<int>{1, 2} < list<int>{1, 3}));
  CHECK((list<int>{1, 2} <=> list<int>{1}) == std::strong_ordering::greater);
}

TEST_CASE("zero-filled memory is an empty list", "[container]") {
  alignas(list<int>) unsigned char memory[sizeof(list<int>)] = {};
  auto& zero = *reinterpret_cast<list<int>*>(memory);
  CHECK(zero.empty());
  CHECK(zero.begin() == zero.end());
  zero.push_back(1);
  CHECK(zero == list<int>{1});
  zero.clear();
}

TEST_CASE("iterators stay with their elements, through moves, swaps, splices and sorting", "[container]") {
  list<int> numbers{3, 1, 2};
  const auto one = std::next(numbers.begin());
  numbers.sort();
  CHECK(one == numbers.begin());
  list<int> moved(std::move(numbers));
  CHECK(one == moved.begin());
  list<int> other{7};
  moved.swap(other);
  CHECK(one == other.begin());
  other.splice(other.end(), moved);
  other.reverse();
  CHECK(*one == 1);
  CHECK(other == list<int>{7, 3, 2, 1});
  CHECK(std::next(one) == other.end());
}

TEST_CASE("sorting is stable", "[container]") {
  list<std::pair<int, int>> pairs;
  for (int i = 0; i != 200; ++i) pairs.emplace_back(i * 7 % 10, i);
  pairs.sort([](const auto& left, const auto& right) { return left.first < right.first; });
  CHECK(std::is_sorted(pairs.begin(), pairs.end()));
}

TEST_CASE("a comparison that throws loses no element", "[container]") {
  for (int throws_at = 0; throws_at != 60; ++throws_at) {
    list<int> numbers{5, 3, 9, 1, 7, 2, 8, 0, 6, 4};
    list<int> others{1, 4, 9};
    int left = throws_at;
    const auto before = [&left](int a, int b) {
      if (left-- == 0) throw std::runtime_error("as told");
      return a < b;
    };
    try {
      numbers.sort(before);
      numbers.merge(others, before);
    } catch (const std::runtime_error&) {
    }
    CHECK(numbers.size() + others.size() == 13);
    CHECK(numbers.size() == static_cast<std::size_t>(std::distance(numbers.begin(), numbers.end())));
    CHECK(others.size() == static_cast<std::size_t>(std::distance(others.begin(), others.end())));
    numbers.splice(numbers.end(), others);
    numbers.sort();
    CHECK(numbers == list<int>{0, 1, 1, 2, 3, 4, 4, 5, 6, 7, 8, 9, 9});
  }
}

TEST_CASE("insertion that throws changes nothing", "[container]") {
  const list<Fragile> source = numbers(5);
  const auto check = [](const auto& insert) {
    const int failures = failures_until_success([&] {
      Fragile::operations_left += 3;  // for making the list below
      list<Fragile> target = numbers(3);
      try {
        insert(target);
        return true;
      } catch (const std::runtime_error&) {
        const int left = std::exchange(Fragile::operations_left, -1);
        CHECK(target == numbers(3));
        Fragile::operations_left = left;
        return false;
      }
    });
    CHECK(failures > 0);
  };
  check([&](auto& target) { target.insert(target.begin(), source.begin(), source.end()); });
  check([&](auto& target) { target.insert(target.end(), 4, source.front()); });
  check([&](auto& target) { target.push_front(source.back()); });
  check([&](auto& target) { target.resize(9); });
  check([&](auto& target) { target.resize(9, source.front()); });
  CHECK(Fragile::alive == 5);
}

TEST_CASE("a list may be assigned from a list that one of its elements holds", "[container]") {
  Tree tree{.value = 1, .children = {}};
  tree.children.push_back({.value = 2, .children = {}});
  tree.children.front().children.push_back({.value = 3, .children = {}});
  tree.children = std::move(tree.children.front().children);
  CHECK(tree.children.size() == 1);
  CHECK(tree.children.front().value == 3);
}

TEST_CASE("what removing compares with may be an element", "[container]") {
  list<carry::string> words{"a", "b", "a", "c", "a"};
  CHECK(words.remove(words.front()) == 3);
  CHECK(words == list<carry::string>{"b", "c"});
  CHECK(carry::erase(words, "c") == 1);
}
