// What gdb shows of carry's types. After a value come, as comments, the commands that run.sh gives to gdb, and what it has to answer.
// Addresses are written 0x... there.

#include <carry/container/flat_map.h>
#include <carry/container/flat_set.h>
#include <carry/container/string.h>
#include <carry/container/unordered_map.h>
#include <carry/container/unordered_set.h>
#include <carry/container/vector.h>
#include <carry/memory/dynamic_buffer.h>
#include <carry/memory/offset_ptr.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <cstdint>
#include <cstring>
#include <iterator>
#include <utility>

namespace app {

struct Point {
  int x = 0;
  int y = 0;
};

struct Track {
  carry::string name;
  carry::vector<Point> points;
  carry::flat_map<int, carry::string> labels;
};

}  // namespace app

namespace {

using app::Point;
using app::Track;

template <class T>
void use(const T&) {}

/// Calls the next of the functions below, so that all of their values are there when gdb stops in the last one.
void next();
void stop() {}

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

  const Track track = {.name = "north", .points = {{1, 2}, {3, 4}}, .labels = {{1, "start"}, {2, "a label that is too long to be short"}}};
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

void pointers() {
  Point point = {1, 2};
  const carry::offset_ptr<Point> to_point = &point;
  const carry::offset_ptr<Point> to_nothing;
  const carry::offset_ptr<const char> to_text = "text";
  // (gdb) print to_point
  // (app::Point *) 0x...
  // (gdb) print to_nothing
  // (app::Point *) 0x0
  // (gdb) print to_text
  // (const char *) 0x... "text"
  next();
  use(to_point), use(to_nothing), use(to_text);
}

/// Objects that nobody constructed, or that somebody wrote over: bytes that are all alike, and worse.
void broken() {
  alignas(8) unsigned char bytes[24];
  std::memset(bytes, 0xAB, sizeof bytes);
  const auto& alike = *reinterpret_cast<carry::vector<carry::string>*>(bytes);
  const auto& alike_string = *reinterpret_cast<carry::string*>(bytes);

  const std::int64_t too_many_words[] = {16, 4, 3};
  const auto& too_many = *reinterpret_cast<const carry::vector<int>*>(too_many_words);
  const std::int64_t nowhere_words[] = {std::int64_t{1} << 60, 2, 3};
  const auto& nowhere = *reinterpret_cast<const carry::vector<int>*>(nowhere_words);
  const std::int64_t ends_nowhere_words[] = {0, std::int64_t{1} << 40, std::int64_t{1} << 40};
  const auto& ends_nowhere = *reinterpret_cast<const carry::vector<int>*>(ends_nowhere_words);
  const std::int64_t askew_words[] = {1, 2, 2};
  const auto& askew = *reinterpret_cast<const carry::vector<int>*>(askew_words);
  const std::int64_t nowhere_string_words[] = {std::int64_t{1} << 60, 2, INT64_MIN + 31};
  const auto& nowhere_string = *reinterpret_cast<const carry::string*>(nowhere_string_words);
  const std::int64_t uneven_words[] = {48, 2, 2, 24, 1, 1, 7, 8, 9};
  const auto& uneven = *reinterpret_cast<const carry::flat_map<int, int>*>(uneven_words);
  // (gdb) print alike
  // carry::vector <corrupt: capacity 12370169555311111083>
  // (gdb) print alike_string
  // carry::basic_string <corrupt: size 12370169555311111083, capacity 3146797518456335275>
  // (gdb) print too_many
  // carry::vector <corrupt: size 4, capacity 3>
  // (gdb) print nowhere
  // carry::vector <not readable>
  // (gdb) print ends_nowhere
  // carry::vector <not readable>
  // (gdb) print askew
  // carry::vector <corrupt: elements at 0x...>
  // (gdb) print nowhere_string
  // carry::basic_string <not readable>
  // (gdb) print uneven
  // carry::flat_map <corrupt: 2 keys, 1 values>
  next();
  use(alike), use(alike_string), use(too_many), use(nowhere), use(ends_nowhere), use(askew), use(nowhere_string), use(uneven);
}

/// A message of another process lies in memory that cannot be written; so does this one, which comes from this process's own segment.
void messages() {
  carry::publish_subscribe::Publisher<Track> publisher("tracks", {.capacity = 4});
  carry::publish_subscribe::Subscriber<Track> subscriber("tracks");
  if (publisher.initialize() || subscriber.initialize() || subscriber.subscribe()) return;
  if (publisher.publish(Track{.name = "west", .points = {}, .labels = {{1, "end"}}})) return;
  const carry::Sample<Track> sample = subscriber.try_receive();
  const carry::Sample<Track> no_sample = subscriber.try_receive();
  auto loan = publisher.loan();
  if (!sample || no_sample || !loan) return;
  // (gdb) print sample
  // carry::Sample of message 1 = {message = {name = "west", points = carry::vector of length 0, capacity 0, labels = carry::flat_map with 1 element = {[1] = "end"}}}
  // (gdb) print no_sample
  // carry::Sample, empty
  // (gdb) print loan
  // carry::publish_subscribe::Loan = {message = {name = "", points = carry::vector of length 0, capacity 0, labels = carry::flat_map with 0 elements}}
  next();
}

using Function = void (*)();
constexpr Function functions[] = {vectors, strings, maps_and_sets, pointers, broken, messages, stop};
std::size_t called = 0;
void next() { functions[called++](); }

}  // namespace

int main() {
  // Small, so that a core file with all of it is small.
  if (!carry::initialize_dynamic_buffer({.reserved_bytes = std::size_t{16} << 20})) return 1;
  next();
  return called == std::size(functions) ? 0 : 1;
}
