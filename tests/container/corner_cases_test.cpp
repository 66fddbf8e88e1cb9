// What std does at the edges, and carry does too: found by a reading of the containers against the standard.

#include "container/elements.h"
#include "support/catch.h"

#include <carry/container/flat_map.h>
#include <carry/container/list.h>
#include <carry/container/string.h>
#include <carry/container/unordered_map.h>
#include <carry/container/unordered_set.h>

#include <cctype>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>

using namespace carry::test;

namespace {

/// A value whose move throws.
struct Immovable {
  Immovable() = default;
  Immovable(const Immovable&) { Fragile::step(); }
  Immovable& operator=(const Immovable&) = default;
};

struct Folded {
  std::uint64_t operator()(char c) const { return static_cast<std::uint64_t>(std::tolower(c)); }
  bool operator()(char left, char right) const { return std::tolower(left) == std::tolower(right); }
};

/// Its address is nobody's business.
struct Shy {
  int value = 7;
  Shy* operator&() = delete;
};

const std::string long_key("a key that does not fit inside of the object, and lies elsewhere");

}  // namespace

TEST_CASE("taking an element out whose move throws leaves no half of it", "[container]") {
  carry::unordered_map<carry::string, Immovable> map;
  map.try_emplace("one");
  map.try_emplace("two");
  Fragile::operations_left = 0;
  CHECK_THROWS_AS(map.extract(map.find("one")), std::runtime_error);
  Fragile::operations_left = -1;
  for (const auto& [key, value] : map) CHECK(map.contains(key));
}

TEST_CASE("a value may be made of a key of the same map", "[container]") {
  carry::flat_map<carry::string, carry::string> flat;
  carry::unordered_map<carry::string, carry::string> unordered;
  for (int i = 0; i != 40; ++i) {
    const carry::string key(long_key + std::to_string(i));
    flat.try_emplace(key, i == 0 ? carry::string(long_key) : flat.begin()->first);
    unordered.try_emplace(key, i == 0 ? carry::string(long_key) : unordered.begin()->first);
    CHECK(flat.at(key) == (i == 0 ? carry::string(long_key) : flat.begin()->first));
    CHECK(unordered.at(key) == (i == 0 ? carry::string(long_key) : unordered.begin()->first));
  }
}

TEST_CASE("more buckets than there can be are refused", "[container]") {
  carry::unordered_set<int> set{1, 2, 3};
  CHECK_THROWS_AS(set.rehash(std::numeric_limits<std::size_t>::max()), std::length_error);
  CHECK_THROWS_AS(carry::unordered_set<int>(std::numeric_limits<std::size_t>::max() / 2 + 2), std::length_error);
  CHECK(set.contains(3));
}

TEST_CASE("unordered containers are equal if their elements are by ==", "[container]") {
  using Set = carry::unordered_set<char, Folded, Folded>;
  using Map = carry::unordered_map<char, int, Folded, Folded>;
  CHECK(Set{'x'} == Set{'x'});
  CHECK(Set{'x'} != Set{'X'});
  CHECK(Map{{'x', 1}} == Map{{'x', 1}});
  CHECK(Map{{'x', 1}} != Map{{'X', 1}});
}

TEST_CASE("unordered containers merge what is given away", "[container]") {
  carry::unordered_set<int> set{1, 2};
  set.merge(carry::unordered_set<int>{2, 3});
  CHECK(set == carry::unordered_set<int>{1, 2, 3});
  carry::unordered_map<int, int> map{{1, 1}};
  map.merge(carry::unordered_map<int, int>{{1, 2}, {3, 4}});
  CHECK(map == carry::unordered_map<int, int>{{1, 1}, {3, 4}});
}

TEST_CASE("a list's iterator does not ask its element for its address", "[container]") {
  carry::list<Shy> list(1);
  CHECK(list.begin()->value == 7);
}
