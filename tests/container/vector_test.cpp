#include "container/elements.h"
#include "support/catch.h"

#include <carry/container/vector.h>

#include <atomic>
#include <cstring>
#include <deque>
#include <iterator>
#include <limits>
#include <ranges>
#include <sstream>
#include <vector>
#include <version>

using namespace carry::test;

static_assert(std::ranges::contiguous_range<carry::vector<int>> && std::ranges::sized_range<carry::vector<int>>);
static_assert(std::ranges::contiguous_range<const carry::vector<carry::string>>);
static_assert(std::same_as<carry::vector<int>::iterator, int*>);
static_assert(std::is_nothrow_move_constructible_v<carry::vector<int>> && std::is_nothrow_move_assignable_v<carry::vector<int>>);
static_assert(sizeof(carry::vector<int>) == 24 && std::is_standard_layout_v<carry::vector<int>>);
static_assert(std::uses_allocator_v<carry::vector<int>, carry::allocator<int>>);
static_assert(std::three_way_comparable<carry::vector<int>, std::strong_ordering>);
static_assert(std::same_as<decltype(carry::vector(std::declval<int*>(), std::declval<int*>())), carry::vector<int>>);
static_assert(std::same_as<decltype(carry::vector(std::declval<int*>(), std::declval<int*>(), carry::allocator<int>())), carry::vector<int>>);
static_assert(std::same_as<decltype(carry::vector(carry::from_range, std::vector<int>(), carry::allocator<int>())), carry::vector<int>>);
static_assert(std::same_as<decltype(carry::vector(3, 'x')), carry::vector<char>>);
static_assert(std::same_as<decltype(carry::vector{1, 2}), carry::vector<int>>);

TEST_CASE("a vector is made in all the ways of std's", "[container]") {
  const std::vector<int> source{1, 2, 3};
  CHECK(carry::vector<int>().empty());
  CHECK(carry::vector<int>(3) == carry::vector<int>{0, 0, 0});
  CHECK(carry::vector<int>(2, 7) == carry::vector<int>{7, 7});
  CHECK(carry::vector<int>(source.begin(), source.end()) == carry::vector<int>{1, 2, 3});
  CHECK(carry::vector<int>(carry::from_range, source | std::views::transform([](int i) { return 2 * i; })) == carry::vector<int>{2, 4, 6});
  std::istringstream text("4 5 6");
  CHECK(carry::vector<int>(std::istream_iterator<int>(text), std::istream_iterator<int>()) == carry::vector<int>{4, 5, 6});
  const std::string characters = "abc";
  CHECK(carry::vector<char>(characters.begin(), characters.end()).size() == 3);
  CHECK(carry::vector<std::atomic<int>>(5).size() == 5);  // Neither copied nor moved.
  const carry::vector<int> original{1, 2};
  carry::vector<int> copy(original);
  carry::vector<int> moved(std::move(copy));
  CHECK(moved == original);
  CHECK(copy.empty());
}

#if defined(__cpp_lib_ranges_to_container)
TEST_CASE("ranges become vectors and strings", "[container]") {
  CHECK((std::views::iota(1, 4) | std::ranges::to<carry::vector>()) == carry::vector<int>{1, 2, 3});
  CHECK(std::ranges::to<carry::string>(std::string("abc") | std::views::reverse) == "cba");
}
#endif

TEST_CASE("ranges are appended, inserted and assigned", "[container]") {
  carry::vector<int> values{1, 2};
  values.append_range(std::deque<int>{3, 4});
  values.insert_range(values.begin() + 1, std::views::iota(10, 13));
  CHECK(values == carry::vector<int>{1, 10, 11, 12, 2, 3, 4});
  std::istringstream text("8 9");
  values.insert(values.begin(), std::istream_iterator<int>(text), std::istream_iterator<int>());
  CHECK(values.front() == 8);
  values.assign_range(std::views::single(5));
  CHECK(values == carry::vector<int>{5});
  values = {1, 2, 3};
  CHECK(carry::erase(values, 2) == 1);
  CHECK(values == carry::vector<int>{1, 3});
}

TEST_CASE("what is wrong with a vector throws as std's does", "[container]") {
  carry::vector<int> values{1, 2};
  const auto& constant = values;
  CHECK_THROWS_AS(values.at(2), std::out_of_range);
  CHECK_THROWS_AS(constant.at(2), std::out_of_range);
  CHECK(constant.at(1) == 2);
  CHECK_THROWS_AS(values.reserve(values.max_size() + 1), std::length_error);
  CHECK_THROWS_AS(values.resize(values.max_size() + 1), std::length_error);
  CHECK_THROWS_AS(carry::vector<std::uint64_t>(carry::vector<std::uint64_t>().max_size()), std::bad_alloc);
  const volatile std::size_t many = values.max_size() + 1;  // volatile: g++ warns of constants this large
  CHECK_THROWS_AS(carry::vector<int>(many), std::length_error);
  CHECK_THROWS_AS(carry::vector<int>(many, 1), std::length_error);
  CHECK_THROWS_AS(carry::vector<int>(std::numeric_limits<std::size_t>::max()), std::length_error);
  CHECK_THROWS_AS(values.resize(many, 1), std::length_error);
  CHECK_THROWS_AS(values.insert(values.begin(), many - 2, 1), std::length_error);
  CHECK_THROWS_AS(values.assign(many, 1), std::length_error);
  const auto endless = std::views::iota(std::int64_t{0}, static_cast<std::int64_t>(many));
  CHECK_THROWS_AS(values.append_range(endless | std::views::transform([](std::int64_t) { return 1; })), std::length_error);
  CHECK(values == carry::vector<int>{1, 2});
}

TEST_CASE("zero-filled memory is an empty vector", "[container]") {
  alignas(carry::vector<int>) std::byte memory[sizeof(carry::vector<int>)] = {};
  auto& values = *std::launder(reinterpret_cast<carry::vector<int>*>(memory));
  CHECK(values.empty());
  CHECK(values.begin() == values.end());
  values.push_back(3);
  CHECK(values.back() == 3);
  std::destroy_at(&values);
}

TEST_CASE("a vector may hold vectors of its own kind, and be assigned from one of its elements", "[container]") {
  struct Tree {
    int value = 0;
    carry::vector<Tree> children;
  };
  Tree root{.value = 1, .children = {}};
  root.children.resize(3);
  root.children[2].value = 7;
  root.children[1].children.resize(2);
  root.children[1].children[1].value = 8;
  root.children = std::move(root.children[1].children);
  REQUIRE(root.children.size() == 2);
  CHECK(root.children[1].value == 8);
  auto& same = root.children;
  root.children = std::move(same);
  CHECK(root.children.size() == 2);
}

TEST_CASE("move-only elements are grown, inserted, erased and sorted", "[container]") {
  carry::vector<MoveOnly> values;
  for (int i = 100; i != 0; --i) values.emplace_back(i);
  values.insert(values.begin(), MoveOnly(1000));
  values.erase(values.begin() + 1);
  std::ranges::sort(values, {}, &MoveOnly::value);
  CHECK(values.front().value == 1);
  CHECK(values.back().value == 1000);
  CHECK(std::ranges::is_sorted(values, {}, &MoveOnly::value));
  std::vector<MoveOnly> taken(std::move_iterator(values.begin()), std::move_iterator(values.end()));
  CHECK(taken.size() == values.size());
}

TEST_CASE("elements are aligned as they ask to be", "[container]") {
  struct alignas(4096) Page {
    char bytes[4096];
  };
  carry::vector<Page> pages(3);
  CHECK(reinterpret_cast<std::uintptr_t>(pages.data()) % 4096 == 0);
  struct alignas(64) Line {
    int value;
  };
  carry::vector<Line> lines(100);
  CHECK(reinterpret_cast<std::uintptr_t>(&lines[99]) % 64 == 0);
}

TEST_CASE("vectors compare like std's", "[container]") {
  const carry::vector<int> small{1, 2};
  const carry::vector<int> large{1, 3};
  CHECK(small < large);
  CHECK(small <= large);
  CHECK(carry::vector<int>{1} < small);
  CHECK(small != large);
  struct OnlyLess {
    int value;
    bool operator<(const OnlyLess& other) const { return value < other.value; }
  };
  CHECK(carry::vector<OnlyLess>{{1}} < carry::vector<OnlyLess>{{2}});
  CHECK(carry::vector<double>{1.0} < carry::vector<double>{2.0});
}

namespace {
struct Node {
  int value = 0;
  carry::vector<Node> children;
  bool operator==(const Node&) const = default;
  std::strong_ordering operator<=>(const Node& other) const {
    if (value != other.value) return value <=> other.value;
    return children <=> other.children;
  }
};
}  // namespace

TEST_CASE("a class that holds vectors of itself has comparisons", "[container]") {
  Node left{.value = 1, .children = {}};
  left.children.resize(2);
  Node right = left;
  CHECK(left == right);
  right.children[1].value = 5;
  CHECK(left != right);
  CHECK(left < right);
  static_assert(std::same_as<decltype(left.children <=> right.children), std::strong_ordering>);
  static_assert(std::three_way_comparable<carry::vector<double>, std::partial_ordering>);
}

TEST_CASE("iterators go both ways", "[container]") {
  carry::vector<int> values{1, 2, 3};
  CHECK(std::vector<int>(values.rbegin(), values.rend()) == std::vector<int>{3, 2, 1});
  CHECK(std::vector<int>(values.crbegin(), values.crend()) == std::vector<int>{3, 2, 1});
  CHECK(values.cend() - values.cbegin() == 3);
  CHECK(std::vector<int>(values.begin(), values.end()) == std::vector<int>{1, 2, 3});
  carry::vector<bool> bools{true, false};
  bool* first = bools.data();  // Real bools, unlike std's.
  CHECK(*first);
}
