#include "container/elements.h"
#include "support/catch.h"

#include <carry/container/fixed_string.h>
#include <carry/container/hash.h>
#include <carry/container/unordered_map.h>
#include <carry/container/vector.h>

#include <fmt/format.h>

#include <cstring>
#include <ranges>
#include <sstream>
#include <string_view>
#include <unordered_set>

#if defined(__cpp_lib_format)
#include <format>
#endif

using namespace std::string_view_literals;
using carry::fixed_string;
using Name = fixed_string<8>;

static_assert(std::is_trivially_copyable_v<Name> && std::is_standard_layout_v<Name> && std::is_trivially_copyable_v<fixed_string<0>>);
static_assert(std::is_trivially_copyable_v<carry::fixed_u16string<5>> && std::is_trivially_destructible_v<carry::fixed_wstring<5>>);
static_assert(sizeof(fixed_string<27>) == 32 && alignof(Name) == 4 && sizeof(carry::fixed_u32string<3>) == 20 && sizeof(fixed_string<0>) == 8);
static_assert(std::ranges::contiguous_range<Name> && std::same_as<Name::iterator, char*>);
static_assert(std::convertible_to<Name, std::string_view> && !std::convertible_to<std::string_view, Name>);
static_assert(std::convertible_to<const char*, Name> && std::convertible_to<std::string, Name> && !std::is_constructible_v<Name, std::nullptr_t>);
static_assert(std::is_constructible_v<Name, carry::string> && std::is_constructible_v<carry::string, Name>);
static_assert(std::is_constructible_v<std::string, Name> && std::is_constructible_v<Name, fixed_string<20>>);
static_assert(std::three_way_comparable<Name> && std::totally_ordered_with<Name, std::string_view>);
static_assert(std::is_nothrow_default_constructible_v<Name> && std::is_nothrow_swappable_v<Name>);
static_assert(std::same_as<decltype(carry::basic_fixed_string("abc")), fixed_string<3>>);

using carry::shm_safe;
struct Message {
  Name name;
  carry::vector<fixed_string<20>> names;
};
static_assert(shm_safe<Name> && shm_safe<carry::fixed_u8string<3>> && shm_safe<Message> && shm_safe<const Name[3]>);

TEST_CASE("a fixed_string is made in all the ways of std's", "[container]") {
  CHECK(Name().empty());
  CHECK(*Name().c_str() == '\0');
  CHECK(Name("abc") == "abc");
  CHECK(Name("abc", 2) == "ab");
  CHECK(Name(3, 'x') == "xxx");
  CHECK(Name(std::string("abc")) == "abc");
  CHECK(Name("abcd"sv, 1, 2) == "bc");
  CHECK(Name("abcd"sv, 1) == "bcd");
  CHECK(Name({'a', 'b'}) == "ab");
  CHECK(Name(carry::from_range, "abcde"sv | std::views::take(3)) == "abc");
  CHECK(Name(fixed_string<20>("abc")) == "abc");
  CHECK(Name(carry::string("abc")) == "abc");
  const Name with_zero("a\0b"sv);
  CHECK(with_zero.size() == 3);
  CHECK(with_zero == "a\0b"sv);
  CHECK(Name("12345678").size() == 8);
  CHECK(with_zero.substr(2) == "b");
}

TEST_CASE("memory of zeroes is an empty fixed_string", "[container]") {
  alignas(Name) char memory[sizeof(Name)] = {};
  auto& name = *reinterpret_cast<Name*>(memory);
  CHECK(name.empty());
  CHECK(*name.c_str() == '\0');
  name = "abc";
  std::uint32_t size = 0;
  std::memcpy(&size, memory, sizeof size);
  CHECK(size == 3);
  CHECK(memory + 4 == "abc"sv);
}

TEST_CASE("what does not fit into a fixed_string is an error and changes nothing", "[container]") {
  const auto refuses = [](auto operation) {
    Name name("abcdef");
    CHECK_THROWS_AS(operation(name), std::length_error);
    CHECK(name == "abcdef");
    CHECK(name.c_str()[6] == '\0');
  };
  refuses([](Name& n) { n += "123"; });
  refuses([](Name& n) { n.append(3, '1'); });
  refuses([](Name& n) { n.insert(2, "123"); });
  refuses([](Name& n) { n.insert(n.begin(), 3, '1'); });
  refuses([](Name& n) { n.replace(0, 1, "1234"); });
  refuses([](Name& n) { n.append_range("123"sv | std::views::reverse); });
  refuses([](Name& n) { n += n; });
  refuses([](Name& n) { n = "123456789"; });
  refuses([](Name& n) { n.assign(9, '1'); });
  refuses([](Name& n) { n.resize(9); });
  refuses([](Name& n) { n.reserve(9); });
  refuses([](Name& n) { n.resize_and_overwrite(9, [](char*, std::size_t count) { return count; }); });
  refuses([](Name& n) { std::istringstream("123456789") >> n; });
  Name full("12345678");
  CHECK_THROWS_AS(full.push_back('9'), std::length_error);
  CHECK(full == "12345678");
  CHECK_THROWS_AS(Name("123456789"), std::length_error);
  CHECK_THROWS_AS(Name(9, 'x'), std::length_error);
  CHECK_THROWS_AS(fixed_string<0>("x"), std::length_error);
}

TEST_CASE("one may try to change a fixed_string", "[container]") {
  Name name;
  CHECK(name.try_assign("12345678"));
  CHECK_FALSE(name.try_assign(std::string("123456789")));
  CHECK(name == "12345678");
  CHECK(name.try_assign(6, 'x'));
  CHECK_FALSE(name.try_assign(9, 'y'));
  CHECK_FALSE(name.try_append("abc"sv));
  CHECK(name.try_append(carry::string("a")));
  CHECK_FALSE(name.try_append(2, 'b'));
  CHECK(name.try_append(0, 'b'));
  CHECK(name.try_push_back('b'));
  CHECK_FALSE(name.try_push_back('c'));
  CHECK(name == "xxxxxxab");
  CHECK(name.try_append(""));
  CHECK_FALSE(name.try_append(name));
  CHECK(name.try_assign(name));
  CHECK(name.try_assign(std::string_view(name).substr(6)));
  CHECK(name == "ab");
  CHECK(name.try_append(name));
  CHECK(name == "abab");
}

TEST_CASE("a fixed_string is compared with every text", "[container]") {
  const Name name("abc");
  const auto equal_and_less = [&name](const auto& same, const auto& more) {
    CHECK(name == same);
    CHECK(same == name);
    CHECK(name != more);
    CHECK(name < more);
    CHECK(more > name);
    CHECK(std::is_eq(name <=> same));
    CHECK(name.compare(same) == 0);
  };
  equal_and_less("abc", "abd");
  equal_and_less("abc"sv, "abcd"sv);
  equal_and_less(std::string("abc"), std::string("b"));
  equal_and_less(carry::string("abc"), carry::string("b"));
  equal_and_less(fixed_string<3>("abc"), fixed_string<3>("b"));
  equal_and_less(fixed_string<30>("abc"), fixed_string<30>("abcc"));
  equal_and_less(Name("abc"), Name("abcc"));
}

TEST_CASE("a fixed_string is assigned to and from every text", "[container]") {
  Name name("old");
  name = carry::string("abc");
  CHECK(name == "abc");
  name = fixed_string<30>("def");
  CHECK(name == "def");
  name = std::string("ghi");
  name = name.c_str() + 1;
  CHECK(name == "hi");
  name = 'x';
  name += {'y', 'z'};
  carry::string ours;
  ours = name;
  CHECK(ours == "xyz");
  CHECK(ours + name == carry::string("xyzxyz"));
  CHECK(name + ours == carry::string("xyzxyz"));
  std::string theirs(name);
  theirs += name;
  CHECK(theirs == "xyzxyz");
  Name copy(name);
  copy.swap(name);
  Name moved(std::move(copy));
  CHECK(moved == name);
  const fixed_string<0> nothing("");
  CHECK(nothing.empty());
  CHECK(nothing == "");
}

TEST_CASE("a fixed_string is found by every text in a table", "[container]") {
  CHECK(std::hash<Name>()(Name("abc")) == std::hash<std::string_view>()("abc"));
  CHECK(carry::hash<Name>()("abc") == carry::hash<carry::string>()("abc"));
  CHECK(std::unordered_set<Name>{"a", "b"}.contains("a"));
  carry::unordered_map<Name, int, carry::hash<Name>, std::equal_to<>> numbers;
  numbers["one"] = 1;
  CHECK(numbers.find("one"sv)->second == 1);
  CHECK(numbers.contains(fixed_string<20>("one")));
}

TEST_CASE("fixed strings are read, written and formatted", "[container]") {
  Name name;
  std::istringstream in(" abc rest\nline");
  in >> name;
  CHECK(name == "abc");
  getline(in, name);
  CHECK(name == " rest");
  getline(in, name, 'n');
  CHECK(name == "li");
  std::ostringstream out;
  out << name << Name("k");
  CHECK(out.str() == "lik");
  CHECK(fmt::format("{:>5}|{}", name, Name("abc")) == "   li|abc");
#if defined(__cpp_lib_format)
  CHECK(std::format("{:>5}|{}", name, Name("abc")) == "   li|abc");
#endif
}

TEST_CASE("characters of a fixed_string are erased by value and by predicate", "[container]") {
  Name name("a-b-c");
  CHECK(carry::erase(name, '-') == 2);
  CHECK(erase_if(name, [](char character) { return character > 'b'; }) == 1);
  CHECK(name == "ab");
}

TEST_CASE("a fixed_string has characters of every width", "[container]") {
  carry::fixed_u16string<4> text(u"ab");
  text += u"cd";
  CHECK((text == u"abcd"));
  CHECK_THROWS_AS(text.push_back(u'e'), std::length_error);
  text.replace(1, 2, u"");
  CHECK((text == std::u16string(u"ad")));
  CHECK(text.c_str()[2] == u'\0');
}
