// What the random comparison with std does not show: types, ranges, heterogeneous lookup, move-only and throwing elements, exhaustion, messages.

#include "container/elements.h"
#include "support/catch.h"

#include <carry/container/flat_map.h>
#include <carry/container/flat_set.h>
#include <carry/container/string.h>
#include <carry/memory/shm_safe.h>

#include <fmt/ranges.h>

#include <map>
#include <numeric>
#include <ranges>
#include <string_view>

using namespace carry::test;
using carry::flat_map;
using carry::flat_set;
using carry::sorted_unique;

namespace {

using Map = flat_map<int, carry::string>;

static_assert(std::ranges::contiguous_range<flat_set<int>> && std::ranges::sized_range<flat_set<int>>);
static_assert(std::ranges::random_access_range<Map> && std::ranges::sized_range<const Map>);
static_assert(std::same_as<std::ranges::range_reference_t<Map>, std::pair<const int&, carry::string&>>);
static_assert(std::convertible_to<Map::iterator, Map::const_iterator> && !std::convertible_to<Map::const_iterator, Map::iterator>);
static_assert(std::is_nothrow_move_constructible_v<Map> && std::is_nothrow_swappable_v<Map>);
static_assert(carry::shm_safe<Map> && !carry::shm_safe<flat_map<int, int*>> && !carry::shm_safe<flat_set<std::string>>);
static_assert(sizeof(flat_set<int>) == sizeof(carry::vector<int>) && sizeof(Map) == 2 * sizeof(carry::vector<int>));
static_assert(std::same_as<decltype(flat_set{3, 1, 2}), flat_set<int>>);
static_assert(std::same_as<decltype(flat_map(std::declval<std::map<int, double>>().begin(), std::declval<std::map<int, double>>().end())),
                           flat_map<int, double>>);

struct Less {
  using is_transparent = void;
  bool operator()(const carry::string& left, std::string_view right) const { return std::string_view(left) < right; }
  bool operator()(std::string_view left, const carry::string& right) const { return left < std::string_view(right); }
  bool operator()(const carry::string& left, const carry::string& right) const { return left < right; }
};

/// Inserts until the n-th operation throws, for every n; nothing may leak, and what is left must be in order.
template <class Container, class Insert>
void throw_everywhere(Insert insert) {
  for (int operations = 0; operations != 200; ++operations) {
    {
      Container container;
      Fragile::operations_left = operations;
      bool thrown = false;
      try {
        for (const int value : {5, 1, 4, 2, 3}) insert(container, value);
      } catch (const std::runtime_error&) {
        thrown = true;
      }
      Fragile::operations_left = -1;
      CHECK(std::ranges::is_sorted(container));
      if (!thrown) {
        CHECK(container.size() == 5);
        operations = 199;
      }
    }
    REQUIRE(Fragile::alive == 0);
  }
}

}  // namespace

TEST_CASE("flat containers are made of ranges, lists, and of what is in order already", "[container]") {
  const flat_set<int> set{3, 1, 2, 3, 1};
  CHECK(fmt::format("{}", set) == "{1, 2, 3}");
  CHECK(flat_set<int>(carry::from_range, std::views::iota(1, 4)) == set);
  CHECK(flat_set<int>(sorted_unique, carry::vector<int>{1, 2, 3}) == set);
  CHECK((flat_set<int>(sorted_unique, {1, 2, 3}) <=> flat_set<int>{1, 2, 4}) == std::strong_ordering::less);
  CHECK(flat_set<int, std::greater<>>{1, 3, 2}.container() == carry::vector<int>{3, 2, 1});
  CHECK(std::ranges::equal(set | std::views::reverse, carry::vector<int>{3, 2, 1}));

  const flat_map<int, char> map{{2, 'b'}, {1, 'a'}, {2, 'x'}};
  CHECK(map == flat_map<int, char>(carry::vector<int>{2, 1, 2}, carry::vector<char>{'b', 'a', 'x'}));
  CHECK(map == flat_map<int, char>(sorted_unique, carry::vector<int>{1, 2}, carry::vector<char>{'a', 'b'}));
  CHECK(map == flat_map<int, char>(carry::from_range, std::map<int, char>{{1, 'a'}, {2, 'b'}}));
  CHECK(fmt::format("{}", map) == "{1: 'a', 2: 'b'}");
  CHECK(map < flat_map<int, char>{{1, 'a'}, {2, 'c'}});
  CHECK(map.at(2) == 'b');
  CHECK_THROWS_AS(map.at(3), std::out_of_range);
  int sum = 0;
  for (const auto& [key, value] : map) sum += key * value;
  CHECK(sum == 'a' + 2 * 'b');
  CHECK(map.value_comp()(*map.begin(), *map.rbegin()));
  const std::map<int, char> back(map.begin(), map.end());
  CHECK(back.at(1) == 'a');
}

TEST_CASE("values of a flat_map are changed in place, its keys are not", "[container]") {
  flat_map<int, carry::string> map;
  map[2] = "two";
  map.try_emplace(1, 3u, 'x');
  for (auto [key, value] : map) value += "!";
  CHECK(map.at(1) == "xxx!");
  map.begin()->second = "one";
  CHECK(map[1] == "one");
  CHECK(map.end()[-1].second == "two!");
  static_assert(std::is_const_v<std::remove_reference_t<decltype(map.begin()->first)>>);
  swap(map, map);
  map = {{7, "seven"}};
  CHECK(map.size() == 1);
}

TEST_CASE("a transparent comparison looks up what is no key", "[container]") {
  flat_map<carry::string, int, Less> map;
  map.try_emplace(std::string_view("b"), 2);
  map[std::string_view("a")] = 1;
  CHECK(map.find(std::string_view("b"))->second == 2);
  CHECK(map.contains(std::string_view("a")));
  CHECK(map.at(std::string_view("a")) == 1);
  CHECK(map.erase(std::string_view("a")) == 1);
  CHECK_FALSE(map.contains(std::string_view("a")));
  flat_set<carry::string, Less> set;
  CHECK(set.insert(std::string_view("x")).second);
  CHECK_FALSE(set.insert(std::string_view("x")).second);
  CHECK(set.lower_bound(std::string_view("w")) == set.begin());
  CHECK(set.count(std::string_view("x")) == 1);
}

TEST_CASE("flat containers hold what can only be moved", "[container]") {
  flat_set<MoveOnly> set;
  for (const int value : {3, 1, 2}) set.emplace(value);
  CHECK(set.begin()->value == 1);
  set.insert(MoveOnly(2));
  CHECK(set.size() == 3);
  flat_map<MoveOnly, MoveOnly> map;
  map.try_emplace(MoveOnly(2), 20);
  map.emplace(1, 10);
  map.insert_or_assign(MoveOnly(1), MoveOnly(11));
  CHECK(map.begin()->second.value == 11);
  CHECK(erase_if(map, [](const auto& element) { return element.first.value == 1; }) == 1);
  flat_map<MoveOnly, MoveOnly> moved(std::move(map));
  CHECK(moved.at(MoveOnly(2)).value == 20);
}

TEST_CASE("elements of flat containers may throw", "[container]") {
  throw_everywhere<flat_set<Fragile>>([](auto& set, int value) { set.emplace(value); });
  throw_everywhere<flat_set<Fragile>>([](auto& set, int value) { set.insert({Fragile(value)}); });
  throw_everywhere<flat_map<Fragile, Fragile>>([](auto& map, int value) { map.try_emplace(Fragile(value), value); });
  throw_everywhere<flat_map<Fragile, Fragile>>([](auto& map, int value) { map[Fragile(value)] = Fragile(value); });
  throw_everywhere<flat_map<Fragile, Fragile>>([](auto& map, int value) { map.insert({{Fragile(value), Fragile(value)}}); });
}

TEST_CASE("a flat_set that is assigned to stays in order when that throws", "[container]") {
  for (int throws_at = 0; throws_at != 12; ++throws_at) {
    carry::flat_set<Fragile> numbers{Fragile(1), Fragile(2), Fragile(3)};
    const std::initializer_list<Fragile> others{Fragile(9), Fragile(8), Fragile(7)};
    Fragile::operations_left = throws_at;
    try {
      numbers = others;
    } catch (const std::runtime_error&) {
    }
    Fragile::operations_left = -1;
    CHECK(std::is_sorted(numbers.begin(), numbers.end()));
    CHECK(numbers.size() == 3);
  }
}
