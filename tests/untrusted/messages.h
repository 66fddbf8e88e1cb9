#pragma once

#include <carry/container/fixed_string.h>
#include <carry/container/fixed_vector.h>
#include <carry/container/flat_map.h>
#include <carry/container/flat_set.h>
#include <carry/container/list.h>
#include <carry/container/string.h>
#include <carry/container/unordered_map.h>
#include <carry/container/unordered_set.h>
#include <carry/container/vector.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <variant>

namespace carry::test {

enum class Kind : std::uint8_t { small, large };
struct Point {
  double x = 0, y = 0;
};
struct Track {
  std::int64_t number = 0;
  bool is_confirmed = false;
  carry::vector<Point> points;
};
/// Contains itself.
struct Tree {
  std::int64_t value = 0;
  carry::vector<Tree> children;
};
using Deep = carry::unordered_map<carry::string, carry::vector<carry::flat_map<int, carry::string>>>;
using Either = std::variant<std::monostate, std::int64_t, carry::string, carry::vector<std::int64_t>>;

/// One of everything.
struct Everything {
  std::int32_t number = 0;
  Kind kind = Kind::small;
  bool flag = false;
  std::int16_t raw[3] = {};
  bool flags[2][2] = {};
  std::array<carry::string, 2> names;
  carry::vector<carry::string> texts;
  Deep deep;
  carry::list<Track> tracks;
  carry::fixed_vector<carry::string, 4> few;
  carry::fixed_string<12> shorty;
  std::optional<carry::string> maybe;
  Either either;
  std::pair<int, carry::string> both;
  std::tuple<bool, carry::string, std::optional<bool>> three;
  carry::flat_set<carry::string> set;
  carry::unordered_set<std::int64_t> numbers;
  carry::vector<bool> bits;
};

inline carry::string long_text(int number) {
  return carry::string("a text that does not fit inside of the object, number " + std::to_string(number));
}

inline Deep make_deep() {
  Deep deep;
  for (int i = 0; i != 5; ++i) {
    auto& maps = deep[long_text(i)];
    for (int j = 0; j != 3; ++j) maps.push_back({{j, long_text(j)}, {j + 10, "short"}});
  }
  return deep;
}

inline Everything make_everything() {
  Everything all;
  all.number = 42;
  all.kind = Kind::large;
  all.flag = true;
  all.raw[1] = 7;
  all.flags[1][0] = true;
  all.names = {long_text(1), "short"};
  all.texts = {"", "short", long_text(2), long_text(3)};
  all.deep = make_deep();
  for (int i = 0; i != 4; ++i) all.tracks.push_back({.number = i, .is_confirmed = i % 2 == 0, .points = carry::vector<Point>(5, Point{1.5, 2.5})});
  all.few = {"one", long_text(4)};
  all.shorty = "0123456789ab";
  all.maybe = long_text(5);
  all.either = long_text(6);
  all.both = {1, long_text(7)};
  all.three = {true, long_text(8), false};
  all.set = {long_text(9), long_text(10), "short"};
  all.numbers = {1, 2, 3, 1'000'000'007};
  all.bits = {true, false, true};
  return all;
}

inline Tree make_tree() {
  Tree tree{.value = 1, .children = {}};
  for (int i = 0; i != 3; ++i) tree.children.push_back({.value = i, .children = carry::vector<Tree>(2)});
  return tree;
}

}  // namespace carry::test
