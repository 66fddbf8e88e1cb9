#include "shown.h"

#include <carry/container/fixed_string.h>
#include <carry/container/fixed_vector.h>
#include <carry/container/flat_map.h>
#include <carry/container/flat_set.h>
#include <carry/container/list.h>
#include <carry/container/string.h>
#include <carry/container/unordered_map.h>
#include <carry/container/unordered_set.h>
#include <carry/container/vector.h>

#include <cstdint>
#include <cstring>
#include <utility>

namespace shown {

void vectors() {
  const carry::vector<int> numbers = {1, 2, 3};
  // (gdb) print numbers
  // carry::vector of length 3, capacity 3 = {1, 2, 3}
  // (gdb) print -elements 2 -- numbers
  // carry::vector of length 3, capacity 3 = {1, 2...}

  const carry::vector<int> equal(1000, 7);
  // (gdb) print -elements 4 -- equal
  // carry::vector of length 1000, capacity 1000 = {7, 7, 7, 7...}

  const carry::vector<bool> bits = {true, false, true};
  // (gdb) print bits
  // carry::vector of length 3, capacity 3 = {true, false, true}

  const carry::vector<carry::vector<carry::string>> nested = {{"a", "b"}, {}};
  // (gdb) print nested
  // carry::vector of length 2, capacity 2 = {carry::vector of length 2, capacity 2 = {"a", "b"}, carry::vector of length 0, capacity 0}

  carry::vector<int> moved_from = numbers;
  const carry::vector<int> moved_to = std::move(moved_from);
  // (gdb) print moved_from
  // carry::vector of length 0, capacity 0
  // (gdb) print moved_to
  // carry::vector of length 3, capacity 3 = {1, 2, 3}

  const carry::vector<int>& reference = numbers;
  const carry::vector<int>* const pointer = &numbers;
  // (gdb) print reference
  // carry::vector of length 3, capacity 3 = {1, 2, 3}
  // (gdb) print *pointer
  // carry::vector of length 3, capacity 3 = {1, 2, 3}
  // (gdb) set $copy = numbers
  // (gdb) print $copy
  // carry::vector <not in memory, which distances are counted from>
  // (gdb) print /r numbers.storage_.size_
  // 3

  const app::Track track = {.name = "north", .points = {{1, 2}, {3, 4}}, .labels = {{1, "start"}, {2, "a label that is too long to be short"}}};
  // (gdb) print -pretty -- track
  // {
  //   name = "north",
  //   points = carry::vector of length 2, capacity 2 = {{
  //       x = 1,
  //       y = 2
  //     }, {
  //       x = 3,
  //       y = 4
  //     }},
  //   labels = carry::flat_map with 2 elements = {
  //     [1] = "start",
  //     [2] = "a label that is too long to be short"
  //   }
  // }
  next();
  use(equal), use(bits), use(nested), use(moved_to), use(reference), use(pointer), use(track);
}

void strings() {
  const carry::string nothing;
  const carry::string fits = "twenty-two characters.";
  const carry::string does_not = "twenty-three characters";
  // (gdb) print nothing
  // ""
  // (gdb) print fits
  // "twenty-two characters."
  // (gdb) print does_not
  // "twenty-three characters"
  // (gdb) print -elements 6 -- does_not
  // "twenty"...

  const carry::string quoted("a \"b\"\n\0c", 8);
  // (gdb) print quoted
  // "a \"b\"\n\000c"

  const carry::basic_string<wchar_t> wide = L"wide";
  const carry::basic_string<char8_t> utf_8 = u8"eight";
  const carry::basic_string<char16_t> utf_16 = u"sixteen, and longer";
  const carry::basic_string<char32_t> utf_32 = U"";
  // (gdb) print wide
  // L"wide"
  // (gdb) print utf_8
  // "eight"
  // (gdb) print utf_16
  // u"sixteen, and longer"
  // (gdb) print utf_32
  // U""

  carry::string moved_from = does_not;
  const carry::string moved_to = std::move(moved_from);
  // (gdb) print moved_from
  // ""
  // (gdb) print moved_to
  // "twenty-three characters"
  // (gdb) set $short = fits
  // (gdb) print $short
  // "twenty-two characters."
  // (gdb) set $long = does_not
  // (gdb) print $long
  // carry::basic_string <not in memory, which distances are counted from>
  next();
  use(nothing), use(fits), use(quoted), use(wide), use(utf_8), use(utf_16), use(utf_32), use(moved_to);
}

void fixed() {
  const carry::fixed_vector<carry::string, 3> vector = {"one", "two"};
  const carry::fixed_vector<int, 0> no_room;
  const carry::fixed_string<11> string = "eleven char";
  const carry::basic_fixed_string<char16_t, 6> wide = u"\"wide\"";
  const carry::fixed_string<3> nothing;
  // (gdb) print vector
  // carry::fixed_vector of length 2, capacity 3 = {"one", "two"}
  // (gdb) print no_room
  // carry::fixed_vector of length 0, capacity 0
  // (gdb) print string
  // "eleven char"
  // (gdb) print wide
  // u"\"wide\""
  // (gdb) print nothing
  // ""
  // (gdb) set $string = string
  // (gdb) print $string
  // "eleven char"
  next();
  use(vector), use(no_room), use(string), use(wide), use(nothing);
}

void lists() {
  const carry::list<int> list = {1, 2, 3};
  const carry::list<carry::list<carry::string>> nested = {{"a", "b"}, {}};
  const carry::list<char> characters = {'a', 'b'};
  const carry::list<app::Aligned> aligned = {{1}, {2}};
  carry::list<int> moved_from = list;
  const carry::list<int> moved_to = std::move(moved_from);
  // (gdb) print list
  // carry::list with 3 elements = {1, 2, 3}
  // (gdb) print -elements 2 -- list
  // carry::list with 3 elements = {1, 2...}
  // (gdb) print nested
  // carry::list with 2 elements = {carry::list with 2 elements = {"a", "b"}, carry::list with 0 elements}
  // (gdb) print characters
  // carry::list with 2 elements = {97 'a', 98 'b'}
  // (gdb) print aligned
  // carry::list with 2 elements = {{value = 1}, {value = 2}}
  // (gdb) print moved_from
  // carry::list with 0 elements
  // (gdb) print moved_to
  // carry::list with 3 elements = {1, 2, 3}

  // A copy of the bytes has no place in the circle.
  std::int64_t words[3];
  std::memcpy(words, static_cast<const void*>(&list), sizeof words);
  const auto& copied = *reinterpret_cast<const carry::list<int>*>(words);
  carry::list<int> longer = {1, 2};
  const std::int64_t more = 3;
  std::memcpy(reinterpret_cast<unsigned char*>(&longer) + 16, &more, sizeof more);
  // (gdb) print copied
  // carry::list <corrupt: links at 0x...>
  // (gdb) print longer
  // carry::list with 3 elements = {1, 2, <corrupt: there are no more>}
  next();
  const std::int64_t two = 2;
  std::memcpy(reinterpret_cast<unsigned char*>(&longer) + 16, &two, sizeof two);
  use(list), use(nested), use(characters), use(aligned), use(moved_to), use(copied);
}

void maps_and_sets() {
  const carry::flat_set<int> flat_set = {3, 1, 2};
  const carry::unordered_set<carry::string> unordered_set = {"one", "two"};
  // (gdb) print flat_set
  // carry::flat_set with 3 elements = {1, 2, 3}
  // (gdb) print unordered_set
  // carry::unordered_set with 2 elements = {"one", "two"}

  const carry::flat_map<carry::string, int> flat_map = {{"b", 2}, {"a", 1}};
  const carry::unordered_map<int, carry::vector<bool>> unordered_map = {{1, {true}}, {2, {}}};
  // (gdb) print flat_map
  // carry::flat_map with 2 elements = {["a"] = 1, ["b"] = 2}
  // (gdb) print unordered_map
  // carry::unordered_map with 2 elements = {[1] = carry::vector of length 1, capacity 1 = {true}, [2] = carry::vector of length 0, capacity 0}

  const carry::flat_map<int, carry::flat_map<int, int>> in_map = {{1, {{2, 3}}}};
  // (gdb) print in_map
  // carry::flat_map with 1 element = {[1] = carry::flat_map with 1 element = {[2] = 3}}

  const carry::flat_set<int> no_flat_set;
  const carry::flat_map<int, int> no_flat_map;
  const carry::unordered_set<int> no_unordered_set;
  const carry::unordered_map<int, int> no_unordered_map;
  // (gdb) print no_flat_set
  // carry::flat_set with 0 elements
  // (gdb) print no_flat_map
  // carry::flat_map with 0 elements
  // (gdb) print no_unordered_set
  // carry::unordered_set with 0 elements
  // (gdb) print no_unordered_map
  // carry::unordered_map with 0 elements
  next();
  use(flat_set), use(unordered_set), use(flat_map), use(unordered_map), use(in_map);
  use(no_flat_set), use(no_flat_map), use(no_unordered_set), use(no_unordered_map);
}

}  // namespace shown
