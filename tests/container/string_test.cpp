#include "container/elements.h"
#include "support/catch.h"

#include <carry/container/vector.h>

#include <ranges>
#include <sstream>
#include <unordered_set>

using carry::string;

static_assert(std::ranges::contiguous_range<string> && std::same_as<string::iterator, char*>);
static_assert(sizeof(string) == 24 && std::is_standard_layout_v<string>);
static_assert(std::is_nothrow_move_constructible_v<string> && std::is_nothrow_move_assignable_v<string>);
static_assert(std::convertible_to<string, std::string_view> && !std::convertible_to<std::string_view, string>);
static_assert(!std::is_constructible_v<string, std::nullptr_t>);
static_assert(std::three_way_comparable<string> && std::totally_ordered_with<string, std::string_view>);

namespace {
constexpr const char* long_text = "a text that is longer than what fits into the object itself";
}

TEST_CASE("a string is made in all the ways of std's", "[container]") {
  CHECK(string().empty());
  CHECK(string("abc") == "abc");
  CHECK(string("abc", 2) == "ab");
  CHECK(string(3, 'x') == "xxx");
  CHECK(string(std::string("abc")) == "abc");
  CHECK(string(std::string_view("abcd"), 1, 2) == "bc");
  CHECK(string({'a', 'b'}) == "ab");
  const std::string source = long_text;
  CHECK(string(source.begin(), source.end()) == source);
  CHECK(string(carry::from_range, source | std::views::take(5)) == "a tex");
  const string text(long_text);
  CHECK(std::string(std::string_view(text)) == source);
  CHECK(text.substr(2, 4) == "text");
  const string with_zero(std::string_view("a\0b", 3));
  CHECK(with_zero.size() == 3);
  CHECK(std::string_view(with_zero) == std::string_view("a\0b", 3));
}

TEST_CASE("short strings lie in the object, long ones in the dynamic buffer", "[container]") {
  string text;
  const auto is_inside = [&] { return reinterpret_cast<std::byte*>(text.data()) == reinterpret_cast<std::byte*>(&text); };
  CHECK(text.capacity() == 22);
  for (std::size_t i = 0; i != 22; ++i) text.push_back('a');
  CHECK(is_inside());
  CHECK(text == std::string(22, 'a'));
  text.push_back('b');
  CHECK_FALSE(is_inside());
  CHECK(text == "aaaaaaaaaaaaaaaaaaaaaab");
  text.resize(10);
  text.shrink_to_fit();
  CHECK(is_inside());
  CHECK(text == std::string(10, 'a'));
}

TEST_CASE("a std::string is converted where one is expected", "[container]") {
  struct Named {
    string name;
  };
  const Named named{.name = std::string("made elsewhere")};
  CHECK(named.name == "made elsewhere");
  CHECK(std::string(std::string_view(named.name)) == "made elsewhere");
  static_assert(!std::convertible_to<std::string_view, string>);  // as std::string
}

TEST_CASE("zero-filled memory is an empty string", "[container]") {
  alignas(string) std::byte memory[sizeof(string)] = {};
  auto& text = *std::launder(reinterpret_cast<string*>(memory));
  CHECK(text.empty());
  CHECK(*text.c_str() == '\0');
  text = long_text;
  CHECK(text == long_text);
  std::destroy_at(&text);
}

TEST_CASE("positions may be indices, also the literal 0, or iterators", "[container]") {
  string text("bc");
  text.insert(0, "a");
  text.replace(0, 1, "A");
  CHECK(text == "Abc");
  text.insert(text.begin(), 'x');
  text.insert(text.cbegin(), 2, 'y');
  text.insert(text.end(), {'1', '2'});
  text.replace(text.begin(), text.begin() + 2, "zz");
  CHECK(text == "zzxAbc12");
  CHECK(*text.erase(text.begin()) == 'z');
  const auto behind = text.erase(text.begin() + 1, text.end());
  CHECK(behind == text.end());
  CHECK(text == "z");
  text.erase(0);
  CHECK(text.empty());
  text.assign(3, 'q').append("rst", 2).append(std::string("uvw"), 1).append({'!', '?'});
  CHECK(text == "qqqrsvw!?");
  CHECK(carry::erase(text, 'q') == 3);
  text.resize_and_overwrite(5, [](char* to, std::size_t room) {
    std::fill_n(to, room, 'o');
    return room - 1;
  });
  CHECK(text == "oooo");
}

TEST_CASE("what is wrong with a string throws as std's does", "[container]") {
  string text("abc");
  CHECK_THROWS_AS(text.at(3), std::out_of_range);
  CHECK_THROWS_AS(text.insert(4, "x"), std::out_of_range);
  CHECK_THROWS_AS(text.erase(4), std::out_of_range);
  CHECK_THROWS_AS(text.substr(4), std::out_of_range);
  CHECK_THROWS_AS(text.replace(4, 0, "x"), std::out_of_range);
  CHECK_THROWS_AS(text.reserve(text.max_size() + 1), std::length_error);
  const volatile std::size_t most = text.max_size();  // volatile: g++ warns of constants this large
  CHECK_THROWS_AS(text.resize(most + 1), std::length_error);
  CHECK_THROWS_AS(text.resize(most), std::bad_alloc);
  CHECK(text == "abc");
}

TEST_CASE("strings are added, compared, streamed and hashed", "[container]") {
  const string left("left");
  CHECK(left + "-" + std::string("right") == "left-right");
  CHECK("<" + left + '>' == "<left>");
  CHECK('(' + left == "(left");
  CHECK(left + left == "leftleft");
  CHECK(left < string("right"));
  CHECK(left < "right");
  CHECK("right" > left);
  CHECK(std::string("left") == left);
  CHECK(left.compare("lefu") < 0);
  CHECK(left.compare(1, 2, "ef") == 0);
  CHECK(left.contains("ef"));
  CHECK_FALSE(left.contains('z'));
  std::ostringstream out;
  out << left << 1;
  CHECK(out.str() == "left1");
  std::istringstream in("word rest of line\n");
  string word;
  string rest;
  in >> word;
  getline(in, rest);
  CHECK(word == "word");
  CHECK(rest == " rest of line");
  CHECK(std::hash<string>()(left) == std::hash<std::string_view>()("left"));
  const std::unordered_set<string> set{left, string(long_text)};
  CHECK(set.contains(string(long_text)));
}

TEST_CASE("strings of wider characters work alike", "[container]") {
  carry::u16string text(u"0123456789");
  CHECK(text.capacity() == 10);
  for (char16_t c = u'a'; c != u'z'; ++c) text += c;
  CHECK(text == u"0123456789abcdefghijklmnopqrstuvwxy");
  carry::u32string wide(U"ab");
  wide.insert(1, U"cdefgh");
  CHECK(wide == U"acdefghb");
  CHECK(carry::wstring(L"abc").ends_with(L"bc"));
}

TEST_CASE("strings and vectors nest", "[container]") {
  carry::vector<carry::vector<string>> table(3);
  for (int i = 0; i != 50; ++i) table[static_cast<std::size_t>(i % 3)].push_back(string(static_cast<std::size_t>(i), 'x'));
  const auto copy = table;
  table.insert(table.begin(), carry::vector<string>{string("first")});
  CHECK(table[0][0] == "first");
  CHECK(table[1] == copy[0]);
  CHECK(copy[2].back() == string(47, 'x'));
}
