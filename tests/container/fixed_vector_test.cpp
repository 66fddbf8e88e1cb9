#include "container/elements.h"
#include "support/catch.h"

#include <carry/container/fixed_vector.h>
#include <carry/container/vector.h>

#include <array>
#include <cstring>
#include <functional>
#include <memory>
#include <ranges>
#include <sstream>
#include <vector>

using namespace carry::test;
using carry::fixed_vector;

namespace {

/// Trivially copyable, but not to be assigned.
struct Constant {
  const int value;
};
struct OnlyMovable {
  OnlyMovable(OnlyMovable&&) = default;
  OnlyMovable& operator=(OnlyMovable&&) = default;
};

template <class T>
constexpr bool is_what_its_elements_are = std::is_trivially_copyable_v<fixed_vector<T, 3>> == std::is_trivially_copyable_v<T> &&
                                          std::is_trivially_destructible_v<fixed_vector<T, 3>> == std::is_trivially_destructible_v<T> &&
                                          std::is_copy_constructible_v<fixed_vector<T, 3>> == std::is_copy_constructible_v<T> &&
                                          std::is_nothrow_move_constructible_v<fixed_vector<T, 3>> == std::is_nothrow_move_constructible_v<T> &&
                                          std::is_nothrow_move_assignable_v<fixed_vector<T, 3>> == std::is_nothrow_move_assignable_v<T> &&
                                          std::is_nothrow_swappable_v<fixed_vector<T, 3>> == std::is_nothrow_swappable_v<T>;
static_assert(is_what_its_elements_are<int> && is_what_its_elements_are<std::array<double, 7>> && is_what_its_elements_are<fixed_vector<int, 2>>);
static_assert(is_what_its_elements_are<std::string> && is_what_its_elements_are<MoveOnly> && is_what_its_elements_are<Fragile>);
static_assert(is_what_its_elements_are<OnlyMovable> && is_what_its_elements_are<fixed_vector<std::string, 2>>);
static_assert(std::is_copy_constructible_v<fixed_vector<Constant, 3>> && std::is_copy_assignable_v<fixed_vector<Constant, 3>>);

static_assert(std::ranges::contiguous_range<fixed_vector<int, 3>> && std::same_as<fixed_vector<int, 3>::iterator, int*>);
static_assert(fixed_vector<int, 3>::capacity() == 3 && fixed_vector<int, 3>::max_size() == 3 && fixed_vector<int, 0>::capacity() == 0);
static_assert(std::three_way_comparable<fixed_vector<int, 3>>);
static_assert(std::is_standard_layout_v<fixed_vector<int, 3>> && sizeof(fixed_vector<std::uint8_t, 12>) == 16);
static_assert(sizeof(fixed_vector<double, 3>) == 32 && alignof(fixed_vector<double, 3>) == 8 && sizeof(fixed_vector<std::int16_t, 3>) == 12);

using carry::shm_safe;
struct Message {
  fixed_vector<int, 3> numbers;
  fixed_vector<carry::vector<fixed_vector<double, 2>>, 2> rows;
};
template <class T>
struct Holds {
  int before;
  fixed_vector<T, 2> values;
};
static_assert(shm_safe<fixed_vector<int, 4>> && shm_safe<fixed_vector<carry::string, 4>> && shm_safe<Message> && shm_safe<Holds<MoveOnly>>);
static_assert(!shm_safe<fixed_vector<int*, 4>> && !shm_safe<fixed_vector<std::string, 4>> && !shm_safe<fixed_vector<std::string_view, 4>>);
static_assert(!shm_safe<Holds<int*>> && !shm_safe<fixed_vector<Holds<std::unique_ptr<int>>, 1>> && !shm_safe<carry::vector<fixed_vector<int*, 1>>>);
static_assert(carry::detail::obstacle<fixed_vector<fixed_vector<int*, 4>, 4>> == carry::detail::Obstacle::pointer);

}  // namespace

TEST_CASE("a fixed_vector is made in all the ways of std's", "[container]") {
  using V = fixed_vector<int, 4>;
  CHECK(V().empty());
  CHECK(V(3) == V{0, 0, 0});
  CHECK(V(2, 7) == V{7, 7});
  CHECK(V{1, 2, 3, 4}.size() == 4);
  std::istringstream words("4 5 6");
  CHECK(V(std::istream_iterator<int>(words), {}) == V{4, 5, 6});
  CHECK(V(carry::from_range, std::views::iota(1, 4)) == V{1, 2, 3});
  const V four{1, 2, 3, 4};
  CHECK(V(four) == four);
  V other;
  other = {9};
  CHECK(other == V{9});
  CHECK(V{1, 2} < V{1, 3});
  CHECK(V{1, 2} < V{1, 2, 0});
  CHECK(four.at(3) == 4);
  CHECK_THROWS_AS(four.at(4), std::out_of_range);
}

TEST_CASE("memory of zeroes is an empty fixed_vector", "[container]") {
  alignas(8) std::byte memory[sizeof(fixed_vector<std::uint64_t, 3>)] = {};
  auto& values = *reinterpret_cast<fixed_vector<std::uint64_t, 3>*>(memory);
  CHECK(values.empty());
  values.push_back(0x0102030405060708);
  std::uint32_t size = 0;
  std::memcpy(&size, memory, sizeof size);
  CHECK(size == 1);
  CHECK(memory[8] == std::byte(8));
}

TEST_CASE("a full fixed_vector throws and stays as it is", "[container]") {
  using V = fixed_vector<int, 3>;
  const V full{1, 2, 3};
  const auto refuses = [&full](auto operation) {
    V values(full);
    CHECK_THROWS_AS(operation(values), std::bad_alloc);
    CHECK(values == full);
  };
  const std::array four{4, 5, 6, 7};
  refuses([](V& v) { v.push_back(4); });
  refuses([](V& v) { v.emplace_back(4); });
  refuses([](V& v) { v.insert(v.begin(), 4); });
  refuses([](V& v) { v.insert(v.begin(), 1, 4); });
  refuses([](V& v) { v.insert(v.begin(), {4, 5}); });
  refuses([&](V& v) { v.append_range(four); });
  refuses([&](V& v) { v.insert_range(v.begin() + 1, four); });
  refuses([](V& v) { v.resize(4); });
  refuses([](V& v) { v.resize(4, 9); });
  refuses([](V& v) { v.reserve(4); });
  refuses([](V& v) { v.assign(4, 9); });
  refuses([&](V& v) { v.assign(four.begin(), four.end()); });
  refuses([&](V& v) { v.assign_range(four); });
  refuses([](V& v) { v = {1, 2, 3, 4}; });
  CHECK_THROWS_AS(V(4), std::bad_alloc);
  CHECK_THROWS_AS(V(four.begin(), four.end()), std::bad_alloc);
  CHECK_THROWS_AS((fixed_vector<int, 3>{1, 2, 3, 4}), std::bad_alloc);
}

TEST_CASE("what can be read only once is appended to a fixed_vector wholly or not at all", "[container]") {
  fixed_vector<std::string, 3> values{"a"};
  std::istringstream three("b c d");
  std::ranges::istream_view<std::string> words(three);
  CHECK_THROWS_AS(values.insert_range(values.begin(), words), std::bad_alloc);
  CHECK(values == fixed_vector<std::string, 3>{"a"});
  std::istringstream two("b c");
  values.insert(values.begin(), std::istream_iterator<std::string>(two), {});
  CHECK(values == fixed_vector<std::string, 3>{"b", "c", "a"});
}

TEST_CASE("one may try to append to a fixed_vector", "[container]") {
  fixed_vector<MoveOnly, 2> values;
  MoveOnly one(1);
  CHECK(values.try_push_back(std::move(one)) == values.data());
  CHECK(values.try_emplace_back(2) == values.data() + 1);
  MoveOnly three(3);
  CHECK(values.try_push_back(std::move(three)) == nullptr);
  CHECK(three.value == 3);
  CHECK(values.try_emplace_back(4) == nullptr);
  CHECK(values.back().value == 2);

  fixed_vector<int, 3> numbers{0};
  const std::array four{1, 2, 3, 4};
  CHECK(numbers.try_append_range(four) == four.begin() + 2);
  CHECK(numbers == fixed_vector<int, 3>{0, 1, 2});
  CHECK(numbers.try_append_range(four) == four.begin());
  numbers.clear();
  CHECK(numbers.try_append_range(std::views::iota(5, 7)) == std::views::iota(5, 7).end());
  numbers.unchecked_push_back(7);
  CHECK(numbers == fixed_vector<int, 3>{5, 6, 7});
  static_assert(std::same_as<decltype(numbers.try_append_range(std::array{1})), std::ranges::dangling>);
}

TEST_CASE("a fixed_vector without room is empty for good", "[container]") {
  fixed_vector<std::string, 0> nothing;
  CHECK(nothing.begin() == nothing.end());
  CHECK_THROWS_AS(nothing.push_back("a"), std::bad_alloc);
  CHECK(nothing.try_push_back("a") == nullptr);
  fixed_vector<std::string, 0> other(nothing);
  other = nothing;
  swap(other, nothing);
  nothing.assign(0, "a");
  nothing.resize(0);
  CHECK(nothing == other);
  CHECK_THROWS_AS(nothing.resize(1), std::bad_alloc);
  const fixed_vector<int, 0> no_numbers;
  CHECK(no_numbers == fixed_vector<int, 0>(no_numbers));
}

TEST_CASE("what a fixed_vector is moved from keeps its elements, moved from", "[container]") {
  fixed_vector<MoveOnly, 3> from;
  from.emplace_back(1);
  from.emplace_back(2);
  fixed_vector<MoveOnly, 3> to(std::move(from));
  CHECK(to[1].value == 2);
  REQUIRE(from.size() == 2);
  CHECK(from[1].value == -1);
  from = std::move(to);
  CHECK(from[0].value == 1);
  from.insert(from.begin(), MoveOnly(0));
  from.erase(from.begin() + 1);
  CHECK(from[0].value == 0);
  CHECK(from[1].value == 2);
  fixed_vector<MoveOnly, 3> longer;
  for (int i = 7; i != 10; ++i) longer.emplace_back(i);
  from.swap(longer);
  REQUIRE(from.size() == 3);
  REQUIRE(longer.size() == 2);
  CHECK(from[2].value == 9);
  CHECK(longer[1].value == 2);
}

TEST_CASE("elements that can be assigned from nothing are replaced", "[container]") {
  fixed_vector<Constant, 3> values;
  values.push_back(Constant{1});
  fixed_vector<Constant, 3> other;
  other = values;
  CHECK(other[0].value == 1);
  other = fixed_vector<Constant, 3>();
  CHECK(other.empty());
}

TEST_CASE("elements of a fixed_vector are erased by value and by predicate", "[container]") {
  fixed_vector<int, 5> values{1, 2, 3, 2, 4};
  CHECK(carry::erase(values, 2) == 2);
  CHECK(erase_if(values, [](int value) { return value > 3; }) == 1);
  CHECK(values == fixed_vector<int, 5>{1, 3});
}
