// What a message's identity says is decided at compile time, and must be the same from every compiler that compiles this.

#include "support/catch.h"

#include <carry/container/flat_map.h>
#include <carry/container/flat_set.h>
#include <carry/container/string.h>
#include <carry/container/unordered_map.h>
#include <carry/container/unordered_set.h>
#include <carry/container/vector.h>
#include <carry/domain/topic.h>
#include <carry/memory/offset_ptr.h>

#include <array>
#include <atomic>
#include <bitset>
#include <chrono>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>

namespace identity_test {

struct Point {
  std::int32_t x;
  double y;
};
struct Location {
  std::int32_t first;
  double second;
};
struct Line {
  Point from, to;
};
struct Scalars {
  bool flag;
  char letter;
  signed char small_number;
  std::uint8_t byte;
  short number;
  unsigned short positive;
  std::int64_t large;
  unsigned long long largest;
  float ratio;
  char8_t c8;
  char16_t c16;
  char32_t c32;
};
struct Arrays {
  char name[300];
  Point plain;
  float matrix[3][4];
  Point corners[2];
  Line grid[2][3];
  std::array<std::array<std::int16_t, 3>, 2> table;
  std::uint8_t pixels[640 * 480];
  Point single[1];
  std::int32_t last;
};
struct Padded {
  char a;
  alignas(2) char b;
  int c;
  alignas(64) short d;
  const int e;
  carry::string f;
};
struct Containers {
  carry::string text;
  carry::u16string wide;
  carry::vector<carry::vector<Point>> rows;
  carry::flat_map<carry::string, Point> by_name;
  carry::flat_set<std::int32_t, std::greater<std::int32_t>> descending;
  carry::unordered_map<std::uint64_t, carry::string> by_number;
  carry::unordered_set<std::int32_t> numbers;
  carry::offset_ptr<Point> place;
};
struct OfStd {
  std::optional<Point> perhaps;
  std::pair<std::int32_t, double> both;
  std::tuple<std::int32_t, char> all;
  std::variant<std::int32_t, carry::string> one;
  std::atomic<std::uint32_t> counter;
  std::chrono::nanoseconds took;
  std::chrono::system_clock::time_point at;
  std::chrono::steady_clock::time_point since;
  std::chrono::duration<double, std::milli> milliseconds;
  std::complex<double> complex;
  std::byte byte;
};
struct Node {
  std::int32_t value;
  carry::vector<Node> children;
};
struct Employee;
struct Team {
  carry::vector<Employee> members;
};
struct Employee {
  carry::string name;
  std::optional<double> salary;
  Team team;
};
enum class Colour : std::uint8_t { red };
class Key {
 public:
  explicit Key(int value) : value_(value) {}
  int value() const { return value_; }

 private:
  int value_;
};
template <class T, unsigned long n>
class Grid {
  T cells_[n] = {};
};
class Choice {
 public:
  Choice() = default;
  int value() const { return value_; }

 private:
  int value_ = 0;
};
struct Opaque {
  Colour colour;
  Choice choice;
  Grid<unsigned long long, 4> grid;
  Choice choices[3];
};
struct NeedsValue {
  Colour colour;
  Key key;
  int after;
};
struct Empty {};
struct HasEmpty {
  Empty nothing;
  int value;
};
struct Defaults {
  std::int32_t a = 3;
  const char c = 'x';
  carry::string s = "x";
  std::int32_t numbers[3] = {1, 2, 3};
};
struct Derived : Point {
  int more;
};
struct Bits {
  int a : 3;
  double b;
};
struct Unnamed {
  int a;
  union {
    int b;
    float c;
  };
};
struct Named {
  static constexpr std::string_view carry_type_name = "test.named";
  static constexpr std::uint64_t carry_type_version = 2;
  std::int32_t a;
};
struct Versioned {
  static constexpr unsigned carry_type_version = 3;
  std::int32_t a;
};
struct HoldsThem {
  Named named;
  Versioned versioned;
};
struct Many {
  std::int32_t a[2], b[2], c[2], d[2], e[2], f[2], g[2], h[2], i[2], j[2];
};
struct Sixteen {
  char a[10], b[10], c[10], d[10], e[10], f[10], g[10], h[10], i[10], j[10], k[10], l[10], m[10], n[10], o[10];
  Point last[3];
};
struct Sixty {
  int a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20;
  int b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15, b16, b17, b18, b19, b20;
  int c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20;
  char d1, d2, d3, d4;
};
struct SixtyFive {
  int a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20;
  int b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15, b16, b17, b18, b19, b20;
  int c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20;
  char d1, d2, d3, d4, d5;
};

}  // namespace identity_test

namespace {

using namespace identity_test;  // named, so that every compiler spells the names of its types alike
using carry::detail::structure_text;
using carry::detail::type_name;
using carry::domain::type_identity;

template <class T>
constexpr auto is = structure_text<T>();

static_assert(is<std::int32_t> == "i32" && is<long double[2]>.starts_with("f80[2]") && is<const unsigned long long> == "u64");
static_assert(is<wchar_t> == (sizeof(wchar_t) == 2 ? "wchar16" : "wchar32") && is<long> == (sizeof(long) == 4 ? "i32" : "i64"));
static_assert(is<Point> == "{0:i32,8:f64}" && is<Location> == is<Point> && is<Line> == "{0:{0:i32,8:f64},16:{0:i32,8:f64}}");
static_assert(is<Scalars> == "{0:bool,1:char,2:i8,3:u8,4:i16,6:u16,8:i64,16:u64,24:f32,28:char8,30:char16,32:char32}");
static_assert(is<Arrays> ==
              "{0:char[300],304:{0:i32,8:f64},320:f32[3][4],368:{0:i32,8:f64}[2],400:{0:{0:i32,8:f64},16:{0:i32,8:f64}}[2][3],592:i16[2][3],"
              "604:u8[307200],307808:{0:i32,8:f64}[1],307824:i32}");
static_assert(is<Padded> == "{0:char,2:char,4:i32,64:i16,68:i32,72:string}");
static_assert(is<Containers> ==
              "{0:string,24:basic_string<char16>,48:vector<vector<{0:i32,8:f64}>>,72:flat_map<string,{0:i32,8:f64}>,"
              "120:flat_set<i32,std::greater<i32>>,144:unordered_map<u64,string>,200:unordered_set<i32>,256:offset_ptr<{0:i32,8:f64}>}");
static_assert(is<OfStd> ==
              "{0:optional<{0:i32,8:f64}>,24:pair<i32,f64>,40:tuple<i32,char>,48:variant<i32,string>,80:atomic<u32>,88:duration<i64,1,1000000000>,"
              "96:time_point<duration<i64,1,1000000000>>,104:time_point<duration<i64,1,1000000000>,std::chrono::steady_clock>,"
              "112:duration<f64,1,1000>,120:std::complex<f64>(16,8),136:enum:u8}");
static_assert(is<std::bitset<64>>.starts_with("std::bitset<64>("));
static_assert(is<std::expected<std::int32_t, char>> == "expected<i32,char>" && is<std::expected<void, Node>> == "expected<{0:i32,8:vector<^1>}>");
static_assert(is<Node> == "{0:i32,8:vector<^1>}" && is<std::optional<Node>> == "optional<{0:i32,8:vector<^1>}>");
static_assert(is<Employee> == "{0:string,24:optional<f64>,40:{0:vector<^2>}}" && is<Team> == "{0:vector<{0:string,24:optional<f64>,40:^2}>}");
static_assert(is<Opaque> == "{0:enum:u8,4:identity_test::Choice(4,4),8:identity_test::Grid<u64,4>(32,8),40:identity_test::Choice(4,4)[3]}");
static_assert(is<NeedsValue> == "identity_test::NeedsValue(12,4)");
static_assert(is<Empty> == "{}" && is<HasEmpty> == "{0:{},4:i32}" && is<Defaults> == "{0:i32,4:char,8:string,32:i32[3]}");
static_assert(is<Derived>.starts_with("identity_test::Derived(") && is<Unnamed> == "identity_test::Unnamed(8,4)");
static_assert(is<Bits>.starts_with("identity_test::Bits("));
static_assert(is<Named> == "\"test.named\"(4,4)#2" && is<HoldsThem> == "{0:\"test.named\"(4,4)#2,4:{0:i32}#3}");
static_assert(is<Many>.ends_with("64:i32[2],72:i32[2]}"));
static_assert(is<Sixteen>.starts_with("{0:char[10],10:char[10],") && is<Sixteen>.ends_with("140:char[10],152:{0:i32,8:f64}[3]}"));
static_assert(is<Sixty>.starts_with("{0:i32,4:i32,") && is<Sixty>.ends_with(",236:i32,240:char,241:char,242:char,243:char}") &&
              is<SixtyFive> == "identity_test::SixtyFive(248,4)");

static_assert(type_identity<Point>() == type_identity<Location>() && !(type_identity<Point>() == type_identity<Line>()));
static_assert(type_identity<Named>().name == "test.named" && type_identity<Named>().version == 2 && type_identity<Versioned>().version == 3);
static_assert(type_identity<Point>().name == "identity_test::Point" && type_identity<Point>().structure_bytes == is<Point>.size());

class InAnonymous {};
static_assert(type_name<InAnonymous>() == "{anonymous}::InAnonymous" && type_name<Grid<Grid<long long, 1>, 2>>().ends_with("Grid<i64,1>,2>"));
static_assert(type_name<const char* const>() == "const char*const" && type_name<decltype(Unnamed::a)>() == "i32");

}  // namespace

TEST_CASE("the identity of a type local to a function does not name the function", "[domain]") {
  class Local {};
  CHECK(type_name<Local>() == "Local");
  const auto lambda = [] {};
  CHECK(type_name<decltype(lambda)>().ends_with("{lambda}"));
}

TEST_CASE("the hash covers what a descriptor does not hold", "[domain]") {
  const std::string common(5000, 'x');
  CHECK(carry::domain::hash_of(common + "a") != carry::domain::hash_of(common + "b"));
}

TEST_CASE("a type identity is told to people by its name", "[domain]") {
  CHECK(type_identity<Point>().to_string() == "identity_test::Point (16 bytes, alignment 8)");
  CHECK(type_identity<Named>().to_string() == "test.named (4 bytes, alignment 4, version 2)");
}
