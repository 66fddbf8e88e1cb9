// Compiles what the pages of the containers show. CMakeLists.txt makes the included files.

#include <carry/container/fixed_string.h>
#include <carry/container/fixed_vector.h>
#include <carry/container/flat_map.h>
#include <carry/container/flat_set.h>
#include <carry/container/list.h>
#include <carry/container/string.h>
#include <carry/container/unordered_map.h>
#include <carry/container/unordered_set.h>
#include <carry/container/vector.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <numeric>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace container_pages {

auto vector() {
#include "vector_1.inc"
  return own;
}

auto string() {
#include "string_1.inc"
  return same;
}

auto list() {
#include "list_1.inc"
  return same;
}

auto fixed_vector() {
#include "fixed_vector_1.inc"
  return added;
}

auto fixed_string() {
#include "fixed_string_1.inc"
  return added && view == "left camera of the robot";
}

auto flat_set() {
#include "flat_set_1.inc"
  return std::pair(there, first == keys.data());
}

auto flat_map() {
#include "flat_map_1.inc"
  return std::pair(own, sum + found->second);
}

auto unordered_set() {
#include "unordered_set_1.inc"
  return std::pair(own, taken);
}

auto unordered_map() {
#include "unordered_map_1.inc"
  return std::pair(own, found == counts.end() ? 0 : taken.second);
}

}  // namespace container_pages
