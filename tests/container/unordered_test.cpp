// What the random comparison with std does not show: types, heterogeneous lookup, move-only and throwing elements, and the hash.

#include "container/elements.h"
#include "support/catch.h"

#include <carry/container/flat_map.h>
#include <carry/container/flat_set.h>
#include <carry/container/string.h>
#include <carry/container/unordered_map.h>
#include <carry/container/unordered_set.h>
#include <carry/memory/shm_safe.h>

#include <fmt/ranges.h>

#include <map>
#include <ranges>
#include <set>
#include <string_view>

using namespace carry::test;
using carry::unordered_map;
using carry::unordered_set;

namespace {

using Map = unordered_map<carry::string, carry::vector<int>>;
using Words = unordered_map<carry::string, int, carry::hash<carry::string>, std::equal_to<>>;

static_assert(std::ranges::contiguous_range<unordered_set<int>> && std::ranges::random_access_range<Map>);
static_assert(std::same_as<std::ranges::range_reference_t<Map>, std::pair<const carry::string, carry::vector<int>>&>);
static_assert(std::convertible_to<Map::iterator, Map::const_iterator> && !std::convertible_to<Map::const_iterator, Map::iterator>);
static_assert(std::is_nothrow_move_constructible_v<Map> && std::is_nothrow_swappable_v<Map>);
static_assert(carry::shm_safe<Map> && !carry::shm_safe<unordered_map<int, int*>> && !carry::shm_safe<unordered_set<std::string>>);
static_assert(std::same_as<decltype(unordered_set{3, 1, 2}), unordered_set<int>>);
static_assert(std::same_as<decltype(unordered_map{std::pair(1, 'a')}), unordered_map<int, char>>);

struct HashFragile {
  std::uint64_t operator()(const Fragile& fragile) const { return static_cast<std::uint64_t>(fragile.value) << 61; }
};

template <class Container, class Use>
void throw_everywhere(Use use) {
  for (int operations = 0; operations != 300; ++operations) {
    {
      Container container;
      Fragile::operations_left = operations;
      bool thrown = false;
      try {
        for (const int value : {5, 1, 4, 2, 3, 9, 8, 7, 6}) use(container, value);
      } catch (const std::runtime_error&) {
        thrown = true;
      }
      Fragile::operations_left = -1;
      std::set<int> seen;
      for (const auto& element : container) {
        if constexpr (requires { element.first; }) {
          CHECK(container.find(element.first)->first.value == element.first.value);
          seen.insert(element.first.value);
        } else {
          CHECK(container.contains(element));
          seen.insert(element.value);
        }
      }
      CHECK(seen.size() == container.size());
      if (!thrown) operations = 299;
    }
    REQUIRE(Fragile::alive == 0);
  }
}

}  // namespace

TEST_CASE("unordered containers are made of ranges and lists, and compared", "[container]") {
  const unordered_set<int> set{3, 1, 2, 3};
  CHECK(fmt::format("{}", set) == "{3, 1, 2}");
  CHECK(set == unordered_set<int>(carry::from_range, std::views::iota(1, 4)));
  CHECK(set != unordered_set<int>{1, 2, 4});
  unordered_map<int, char> map{{2, 'b'}, {1, 'a'}, {2, 'x'}};
  CHECK(map == unordered_map<int, char>(carry::from_range, std::map<int, char>{{1, 'a'}, {2, 'b'}}));
  CHECK(fmt::format("{}", map) == "{2: 'b', 1: 'a'}");
  CHECK_THROWS_AS(map.at(3), std::out_of_range);
  int sum = 0;
  for (auto& [key, value] : map) sum += key * value++;
  CHECK(sum == 'a' + 2 * 'b');
  CHECK(map.at(1) == 'b');
  const auto [first, last] = map.equal_range(2);
  CHECK(last - first == 1);
  map.reserve(1000);
  const auto buckets = map.bucket_count();
  for (int i = 0; i != 1000; ++i) map[i] = 'x';
  CHECK(map.bucket_count() == buckets);
  CHECK(map.load_factor() > 0.3F);
  swap(map, map);
  map = {};
  CHECK(map.empty());
}

TEST_CASE("text is found by any text where hash and comparison are transparent", "[container]") {
  Words words{{"a", 1}};
  words[std::string_view("b")] = 2;
  CHECK(words.find(std::string_view("b"))->second == 2);
  CHECK(words.contains("a"));
  CHECK(words.at(std::string("a")) == 1);
  CHECK(words.erase(std::string_view("a")) == 1);
  CHECK(words.size() == 1);
}

TEST_CASE("unordered containers hold what can only be moved", "[container]") {
  struct Hash {
    std::uint64_t operator()(const MoveOnly& key) const { return carry::hash<int>()(key.value); }
  };
  unordered_map<MoveOnly, MoveOnly, Hash> map;
  for (int i = 0; i != 100; ++i) map.try_emplace(MoveOnly(i), i * 10);
  CHECK(map.at(MoveOnly(7)).value == 70);
  CHECK(map.erase(MoveOnly(7)) == 1);
  CHECK(map.extract(map.find(MoveOnly(8))).second.value == 80);
  CHECK(map.size() == 98);
  unordered_set<MoveOnly, Hash> set;
  set.insert(MoveOnly(1));
  unordered_set<MoveOnly, Hash> other;
  other.emplace(2);
  set.merge(other);
  CHECK(set.size() == 2);
  CHECK(other.empty());
}

TEST_CASE("elements of unordered containers may throw", "[container]") {
  throw_everywhere<unordered_set<Fragile, HashFragile>>([](auto& set, int value) { set.emplace(value); });
  throw_everywhere<unordered_map<Fragile, Fragile, HashFragile>>([](auto& map, int value) { map.try_emplace(Fragile(value), value); });
  throw_everywhere<unordered_map<Fragile, Fragile, HashFragile>>([](auto& map, int value) {
    map[Fragile(value)] = Fragile(value);
    if (value % 4 == 1) map.erase(Fragile(5));
    if (value == 9) erase_if(map, [](const auto& element) { return element.first.value == 2; });
  });
}

TEST_CASE("merge() loses nothing when a hash throws", "[container]") {
  static int hashes_left = -1;
  struct ThrowingHash {
    std::uint64_t operator()(int key) const {
      if (hashes_left >= 0 && hashes_left-- == 0) throw std::runtime_error("as told");
      return carry::hash<int>()(key);
    }
  };
  bool thrown = true;
  for (int hashes = 0; thrown; ++hashes) {
    unordered_set<int, ThrowingHash> left{1, 2, 3, 4};
    unordered_set<int, ThrowingHash> right{3, 4, 5, 6, 7};
    unordered_map<int, carry::string, ThrowingHash> left_map{{1, "one"}};
    unordered_map<int, carry::string, ThrowingHash> right_map{{1, "uno"}, {2, "two"}, {3, "three"}};
    hashes_left = hashes;
    try {
      left.merge(right);
      left_map.merge(right_map);
      thrown = false;
    } catch (const std::runtime_error&) {
    }
    hashes_left = -1;
    CHECK(left.size() + right.size() == 9);
    for (int key = 1; key != 8; ++key) CHECK((left.contains(key) || right.contains(key)));
    CHECK(left_map.size() + right_map.size() == 4);
    CHECK((left_map.contains(2) ? left_map : right_map).at(2) == "two");
    CHECK((left_map.contains(3) ? left_map : right_map).at(3) == "three");
    if (!thrown) CHECK((right == unordered_set<int, ThrowingHash>{3, 4} && right_map.size() == 1));
  }
}

TEST_CASE("carry::hash is the same everywhere", "[container]") {
  CHECK(carry::hash<int>()(1) == 0x5692'161d'100b'05e5u);
  CHECK(carry::hash<int>()(-1) == carry::hash<std::int64_t>()(-1));
  CHECK(carry::hash<double>()(0.0) == carry::hash<double>()(-0.0));
  CHECK(carry::hash<float>()(1.5F) == carry::hash<double>()(1.5));
  CHECK(carry::hash<carry::string>()("hello, world") == carry::hash<std::string>()("hello, world"));
  CHECK(carry::hash<carry::string>()("hello, world") == 0xc65a'72c4'79eb'8d72u);
  // Texts that differ in one bit, or in length alone, are told apart.
  std::set<std::uint64_t> hashes;
  std::string text(20, '\0');
  for (std::size_t length = 0; length != 20; ++length) hashes.insert(carry::hash<std::string>()(text.substr(0, length)));
  for (std::size_t i = 0; i != 20 * 8; ++i) {
    text[i / 8] = static_cast<char>(1 << i % 8);
    hashes.insert(carry::hash<std::string>()(text));
    text[i / 8] = 0;
  }
  CHECK(hashes.size() == 20 + 20 * 8);
}

TEST_CASE("a hash that is not spread is no slower than one that is", "[container]") {
  // The standard library's hash of a number is the number. Each comparison is counted: with all elements in one place there would be millions.
  static int comparisons = 0;
  struct CountingEqual {
    bool operator()(int left, int right) const {
      ++comparisons;
      return left == right;
    }
  };
  carry::unordered_set<int, std::hash<int>, CountingEqual> numbers;
  for (int i = 0; i != 10'000; ++i) numbers.insert(i);
  CHECK(comparisons < 10'000);
}

TEST_CASE("a place may be hinted at wherever std has a hint", "[container]") {
  carry::unordered_map<int, carry::string> unordered;
  carry::flat_map<int, carry::string> flat;
  CHECK(unordered.try_emplace(unordered.end(), 1, "one")->second == "one");
  CHECK(unordered.insert_or_assign(unordered.end(), 1, "two")->second == "two");
  CHECK(flat.try_emplace(flat.end(), 1, "one")->second == "one");
  CHECK(flat.insert_or_assign(flat.end(), 1, "two")->second == "two");
  const int key = 1;
  CHECK(unordered.try_emplace(unordered.end(), key, "three")->second == "two");
  CHECK(flat.try_emplace(flat.begin(), key, "three")->second == "two");
  Words words;
  CHECK(words.try_emplace(words.end(), std::string_view("a"), 1)->second == 1);
  carry::flat_map<carry::string, int, std::less<>> sorted;
  CHECK(sorted.try_emplace(sorted.end(), std::string_view("a"), 1)->second == 1);
  carry::flat_set<carry::string, std::less<>> texts{"b"};
  CHECK(*texts.insert(texts.end(), std::string_view("c")) == "c");
  CHECK(*texts.insert(texts.end(), std::string_view("a")) == "a");
  CHECK(texts.size() == 3);
}
