// Each operation is done to a carry::string and to a std::string: both are the same then, and so are the streams.

#include "container/elements.h"
#include "support/catch.h"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <iomanip>
#include <ranges>
#include <sstream>
#include <type_traits>
#include <version>

#if defined(__cpp_lib_format)
#include <format>
#endif

using carry::string;

static_assert(std::same_as<decltype(carry::basic_string(std::string_view("a"), 0, 1)), string>);
static_assert(std::same_as<decltype(carry::basic_string(std::string())), string>);
static_assert(std::same_as<decltype(carry::basic_string(carry::from_range, std::string())), string>);
static_assert(std::same_as<decltype(carry::basic_string(std::declval<char*>(), std::declval<char*>(), carry::allocator<char>())), string>);
static_assert(!std::is_convertible_v<string, std::string> && std::is_constructible_v<std::string, string>);

static_assert(noexcept(string().find(string())) && noexcept(string().find_last_not_of(std::string_view())));
static_assert(noexcept(string().compare(string())) && noexcept(string().rfind(std::string())));

namespace {

constexpr const char* long_text = "a text that is longer than what fits into the object itself";

template <class Left, class Right>
concept Addable = requires(const Left& left, const Right& right) { left + right; };
static_assert(Addable<string, char> && Addable<char, string>);
static_assert(!Addable<string, int> && !Addable<int, string> && !Addable<carry::u16string, char>);

/// Does the operation to a short and to a long text, without room and with room.
template <class Operation>
void same_as_std(Operation operation) {
  for (const char* const text : {"short", long_text}) {
    for (const std::size_t capacity : {0u, 300u}) {
      string ours(text);
      std::string theirs(text);
      ours.reserve(capacity);
      theirs.reserve(capacity);
      operation(ours);
      operation(theirs);
      CHECK(ours == theirs);
      CHECK(ours.c_str()[ours.size()] == '\0');
    }
  }
}

/// Reads from a stream of the text until it fails, and a little further.
template <class Read>
void reads_as_std(const std::string& text, Read read) {
  std::istringstream our_stream(text);
  std::istringstream their_stream(text);
  string ours("before");
  std::string theirs("before");
  for (int further = 0; further != 2;) {
    read(our_stream, ours);
    read(their_stream, theirs);
    CHECK(ours == theirs);
    CHECK(our_stream.rdstate() == their_stream.rdstate());
    CHECK(our_stream.width() == their_stream.width());
    if (!their_stream) ++further;
  }
  our_stream.clear();
  their_stream.clear();
  CHECK(our_stream.tellg() == their_stream.tellg());
}

/// What a logger of the user's may be: it takes everything that a stream takes.
struct Log {
  std::ostringstream text;
};
template <class T>
Log& operator<<(Log& log, const T& value) {
  log.text << value;
  return log;
}

}  // namespace

TEST_CASE("a string is an argument of its own functions", "[container]") {
  same_as_std([](auto& s) { s = *&s; });
  same_as_std([](auto& s) { s.assign(s); });
  same_as_std([](auto& s) { s.assign(s, 1, 2); });
  same_as_std([](auto& s) { s.assign(s, 1); });
  same_as_std([](auto& s) { s = s.c_str() + 2; });
  same_as_std([](auto& s) { s.assign(s.data() + 1, s.data() + 4); });
  same_as_std([](auto& s) { s.append(s); });
  same_as_std([](auto& s) { s += s; });
  same_as_std([](auto& s) { s.append(s.c_str()); });
  same_as_std([](auto& s) { s.append(s, 2, 3); });
  same_as_std([](auto& s) { s.append(s.begin(), s.end()); });
  same_as_std([](auto& s) { s.insert(1, s); });
  same_as_std([](auto& s) { s.insert(0, s.c_str(), 4); });
  same_as_std([](auto& s) { s.insert(s.begin() + 2, s.begin(), s.end()); });
  same_as_std([](auto& s) { s.insert(s.begin(), s.back()); });
  same_as_std([](auto& s) { s.push_back(s.front()); });
  same_as_std([](auto& s) { s.replace(0, 1, s); });
  same_as_std([](auto& s) { s.replace(1, 3, s, 2, 2); });
  same_as_std([](auto& s) { s.replace(s.begin(), s.begin() + 2, s.c_str() + 1); });
  same_as_std([](auto& s) { s.swap(s); });
  same_as_std([](auto& s) { s = s + s + s[0] + s; });
}

TEST_CASE("a part of a literal is an argument", "[container]") {
  CHECK(string("abcdef", 2, 3) == std::string("abcdef", 2, 3));
  CHECK(string("abcdef", 2, 3) == "cde");
  const char* const pointer = "abcdef";
  CHECK(string(pointer, 4, 100) == "ef");
  CHECK(string(std::string("abcdef"), 2) == "cdef");
  CHECK_THROWS_AS(string("abc", 4, 1), std::out_of_range);
  same_as_std([](auto& s) { s.assign("abcdef", 2, 3); });
  same_as_std([](auto& s) { s.append("abcdef", 2, 3); });
  same_as_std([](auto& s) { s.insert(1, "abcdef", 2, 3); });
  same_as_std([](auto& s) { s.replace(1, 2, "abcdef", 2, 3); });
  same_as_std([](auto& s) { CHECK((s.compare(1, 2, "abcdef", 2, 3) <=> 0) == (std::string(s).compare(1, 2, "abcdef", 2, 3) <=> 0)); });
  same_as_std([](auto& s) { s.assign("abcdef", 2).append("xyz", 1).insert(0, "uvw", 2).replace(0, 1, "rst", 2); });
  same_as_std([](auto& s) { s.assign(std::string("abcdef"), 2).append(std::string_view("xyz"), 1); });
}

TEST_CASE("shrinking does not move a string when it gains nothing", "[container]") {
  for (std::size_t size = 0; size != 100; ++size) {
    string text(size, 'x');
    text.shrink_to_fit();
    const char* const characters = text.data();
    text.shrink_to_fit();
    CHECK(text.data() == characters);
    text.reserve(size + 100);
    text.shrink_to_fit();
    CHECK(text.capacity() < size + 23);
    CHECK(text == std::string(size, 'x'));
  }
  string exact(40, 'x');
  const char* const characters = exact.data();
  while (exact.size() > 33) exact.pop_back();  // The heap's blocks are multiples of 16.
  exact.shrink_to_fit();
  CHECK(exact.data() == characters);
}

TEST_CASE("words are read as by std", "[container]") {
  const auto word = [](auto& stream, auto& text) { stream >> text; };
  for (const char* const text : {"", " ", "one", "one ", " one two", "\n", "one\ntwo\n"}) {
    reads_as_std(text, word);
    reads_as_std(text, [](auto& stream, auto& into) { stream >> std::noskipws >> into; });
    reads_as_std(text, [](auto& stream, auto& into) { stream >> std::setw(2) >> into; });
  }
  std::string long_word(1000, 'x');
  reads_as_std(long_word.append(" y"), word);
  string text;
  std::istringstream("moved") >> text;
  CHECK(text == "moved");
}

TEST_CASE("lines are read as by std", "[container]") {
  for (const char* const text : {"", "\n", "one", "one\n", "one\n\ntwo", " one two ;three"}) {
    reads_as_std(text, [](auto& stream, auto& line) { getline(stream, line); });
    reads_as_std(text, [](auto& stream, auto& line) { getline(stream, line, ';'); });
  }
  string text;
  getline(std::istringstream("moved\n"), text);
  CHECK(text == "moved");
}

TEST_CASE("what was read is there when the stream throws", "[container]") {
  std::istringstream stream("last");
  stream.exceptions(std::ios::eofbit);
  string text;
  CHECK_THROWS_AS(stream >> text, std::ios::failure);
  CHECK(text == "last");
}

TEST_CASE("strings are written as by std", "[container]") {
  std::ostringstream out;
  out << std::setw(8) << std::left << std::setfill('.') << string("abc") << std::setw(2) << string("def") << '|';
  CHECK(out.str() == "abc.....def|");
  CHECK(out.width() == 0);
  Log log;
  log << string("in a log") << std::string_view("!");
  CHECK(log.text.str() == "in a log!");
}

TEST_CASE("strings are formatted by fmt and logged by spdlog", "[container]") {
  const string text("abc");
  CHECK(fmt::format("{}", text) == "abc");
  CHECK(fmt::format("{:>5}|{:.1}", text, string(long_text)) == "  abc|a");
  std::ostringstream written;
  spdlog::logger logger("strings", std::make_shared<spdlog::sinks::ostream_sink_st>(written));
  logger.set_pattern("%v");
  logger.info("{} and {}", text, string("def"));
  logger.info(text);
  logger.flush();
  std::string lines = written.str();
  std::erase(lines, '\r');
  CHECK(lines == "abc and def\nabc\n");
}

#if defined(__cpp_lib_format)
TEST_CASE("strings are formatted by std::format", "[container]") {
  CHECK(std::format("{:>5}|{}", string("abc"), string(long_text)) == std::string("  abc|") + long_text);
  CHECK(std::format(L"{}", carry::wstring(L"wide")) == L"wide");
}
#endif

TEST_CASE("a std::string takes a carry::string", "[container]") {
  const string text(long_text);
  std::string theirs(text);
  CHECK(theirs == long_text);
  theirs = text;
  theirs += text;
  CHECK(theirs == std::string(long_text) + long_text);
  CHECK(theirs.find(text) == 0);
  CHECK(string(carry::from_range, theirs) == theirs);
  CHECK(string(carry::from_range, theirs | std::views::reverse | std::views::reverse) == theirs);
}
