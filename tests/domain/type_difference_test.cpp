#include "support/catch.h"

#include <carry/container/string.h>
#include <carry/container/vector.h>
#include <carry/domain/segment_layout.h>
#include <carry/domain/type_difference.h>

#include <cstdint>
#include <random>
#include <string>

namespace {

using carry::domain::describe_difference;
using carry::domain::hash_of;
using carry::domain::type_identity;
using carry::domain::TypeIdentity;

/// As it is read from a descriptor.
TypeIdentity described(const std::string& structure) {
  return {.name = "T",
          .structure = std::string_view(structure).substr(0, carry::domain::maximum_structure_bytes),
          .structure_hash = hash_of(structure),
          .structure_bytes = structure.size(),
          .bytes = 32,
          .alignment = 8};
}

std::string difference(const std::string& here, const std::string& there) { return describe_difference(described(here), described(there), 4711); }

struct Inner {
  std::int32_t a;
  double b;
};
struct OtherInner {
  std::int32_t a;
  std::int64_t b;
};
template <class I>
struct Message {
  std::int64_t at;
  carry::vector<I> inner;
};
template <unsigned number>
struct Version {
  static constexpr unsigned carry_type_version = number;
  int a;
};

}  // namespace

TEST_CASE("a difference names the field, its place and both types", "[domain]") {
  CHECK(difference("{0:i64,8:i64,16:f64}", "{0:i64,8:i64,16:i32}") == "field 3 at offset 16 is f64 here and i32 in process 4711");
  CHECK(difference("{0:i32,4:f32}", "{0:i32,8:f64}") == "field 2 is f32 at offset 4 here and f64 at offset 8 in process 4711");
  CHECK(difference("{0:char,4:f32}", "{0:char,8:f32}") == "field 2 (f32) is at offset 4 here and at 8 in process 4711");
}

TEST_CASE("a difference is found in nested aggregates and in containers", "[domain]") {
  CHECK(difference("{0:i64,8:{0:i8,4:i32}}", "{0:i64,8:{0:i8,4:u32}}") ==
        "field 2 at offset 8, field 2 at offset 4 is i32 here and u32 in process 4711");
  CHECK(difference("{0:flat_map<string,i32>}", "{0:flat_map<string,i64>}") ==
        "field 1 at offset 0, in flat_map part 2 is i32 here and i64 in process 4711");
  CHECK(describe_difference(type_identity<Message<Inner>>(), type_identity<Message<OtherInner>>(), 7) ==
        "field 2 at offset 8, in vector, field 2 at offset 8 is f64 here and i64 in process 7");
  CHECK(difference("{0:i32[3]}", "{0:i32[4]}") == "field 1 at offset 0 is i32[3] here and i32[4] in process 4711");
  CHECK(difference("{0:{0:i32}[3]}", "{0:{0:i32}[4]}") == "field 1 at offset 0 is {0:i32}[3] here and {0:i32}[4] in process 4711");
  CHECK(difference("{0:app::G<i32>(8,8)}", "{0:app::G<i64>(8,8)}") ==
        "field 1 at offset 0 is app::G<i32>(8,8) here and app::G<i64>(8,8) in process 4711");
}

TEST_CASE("a difference names a field that one side does not have", "[domain]") {
  CHECK(difference("{0:i64,8:i64}", "{0:i64}") == "field 2 (i64 at offset 8) is only here, not in process 4711");
  CHECK(difference("{0:i64}", "{0:i64,8:string}") == "field 2 (string at offset 8) is only in process 4711, not here");
  CHECK(difference("{}", "{0:i8}") == "field 1 (i8 at offset 0) is only in process 4711, not here");
}

TEST_CASE("a difference of messages that are no aggregates names both", "[domain]") {
  CHECK(difference("i32", "f32") == "the message is i32 here and f32 in process 4711");
  CHECK(difference("\"a\"(4,4)", "{0:i32}") == "the message is \"a\"(4,4) here and {0:i32} in process 4711");
}

TEST_CASE("a difference of version, size and alignment is told as such", "[domain]") {
  CHECK(describe_difference(type_identity<Version<2>>(), type_identity<Version<3>>(), 4711) == "the versions differ: 2 here, 3 in process 4711");
  TypeIdentity other = described("{0:i32}");
  other.bytes = 40;
  CHECK(describe_difference(described("{0:i32}"), other, 4711) == "the sizes differ: 32 here, 40 in process 4711");
  other.bytes = 32;
  other.alignment = 16;
  CHECK(describe_difference(described("{0:i32}"), other, 4711) == "the alignments differ: 8 here, 16 in process 4711");
}

TEST_CASE("a difference behind what is written down is told as such", "[domain]") {
  std::string common = "{0:i8";
  for (int i = 1; common.size() < 5000; ++i) common += "," + std::to_string(i) + ":i8";
  CHECK(difference(common + ",9000:i8}", common + ",9000:u8}") == "the structures differ, behind the first 4096 letters");
  CHECK(difference(common + "}", "{0:u8" + common.substr(5)) == "field 1 at offset 0 is i8 here and u8 in process 4711");
}

TEST_CASE("whatever another process has written, a difference is told, and briefly", "[domain]") {
  const auto seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const std::string letters = "{}<>()[],:#\"^i8\n";
  for (int round = 0; round != 2000; ++round) {
    std::string here = "{0:vector<{0:i8,1:optional<i8>}>,24:i32[3]}";
    std::string there = round % 2 == 0 ? here : "{" + std::string(random() % 5000, letters[random() % letters.size()]);
    for (int change = 0; change != 6; ++change) there[random() % there.size()] = letters[random() % letters.size()];
    const std::string text = difference(here, there);
    CHECK(text.size() < 2000);
    CHECK(text.find('\n') == text.npos);
  }
}
