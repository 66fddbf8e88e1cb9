// One thing wrong at a time.

#include "support/catch.h"
#include "untrusted/arena.h"
#include "untrusted/messages.h"
#include "untrusted/text_of.h"

#include <carry/error.h>

#include <limits>

using namespace carry;
using namespace carry::test;

namespace {

constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();

/// The words of a vector and of a long string: distance, number, capacity.
constexpr std::size_t distance_at = 0;
constexpr std::size_t number_at = 8;

}  // namespace

TEST_CASE("an optional's flag lies behind its value", "[untrusted]") {
  const auto check = []<class T>(const T& value) {
    using Optional = std::optional<T>;
    alignas(Optional) std::byte memory[sizeof(Optional)] = {};
    const auto* flag = reinterpret_cast<const unsigned char*>(memory) + detail::CopyOf<Optional>::flag_offset;
    auto* made = ::new (memory) Optional(value);
    CHECK(*flag == 1);
    made->reset();
    CHECK(*flag == 0);
    std::destroy_at(made);
  };
  struct Empty {};
  struct alignas(32) Wide {
    char letter;
  };
  check('a');
  check(true);
  check(1.5);
  check(Empty());
  check(Wide());
  check(string());
  check(std::optional<bool>(true));
  check(vector<int>());
}

TEST_CASE("sizes and distances that lead out of the memory are errors", "[untrusted]") {
  Image<vector<std::int64_t>> image([] { return vector<std::int64_t>{1, 2, 3}; });
  for (const std::uint64_t number : {std::uint64_t{4}, std::uint64_t{1} << 32, std::uint64_t{1} << 60, std::uint64_t{1} << 61, most / 8 + 1, most}) {
    INFO("number " << number);
    image.set(number_at, number);
    CHECK(image.error() == Errc::malformed_message);
  }
  image.restore();
  const auto distance = image.get<std::uint64_t>(distance_at);
  for (const std::uint64_t wrong : {distance + 1, distance + 8, distance + 4, std::uint64_t(0) - 8, most, std::uint64_t{1} << 63, most / 2}) {
    INFO("distance " << wrong);
    image.set(distance_at, wrong);
    CHECK(image.error() == Errc::malformed_message);
  }
  image.set(number_at, 0);
  CHECK(image.copy()->empty());
  image.set(number_at, 2);
  image.set(distance_at, distance + 8);
  CHECK(*image.copy() == vector<std::int64_t>{2, 3});  // others' numbers, but there they are
}

TEST_CASE("a message that is not where memory is, is an error", "[untrusted]") {
  Image<std::int64_t> image([] { return std::int64_t{7}; });
  const auto error_at = [&](std::ptrdiff_t offset) {
    const auto copied = detail::copy_untrusted(image.memory(), reinterpret_cast<const std::int64_t*>(image.begin() + offset), {});
    return copied ? std::error_code() : copied.error();
  };
  CHECK_FALSE(error_at(0));
  for (const std::ptrdiff_t offset : {-8, 1, 8, 1 << 20}) CHECK(error_at(offset) == Errc::malformed_message);
}

TEST_CASE("strings whose number is too large are errors", "[untrusted]") {
  Image<string> brief([] { return string("short"); });
  for (const int number : {23, 24, 64, 127}) {
    brief.set(23, static_cast<unsigned char>(number));
    CHECK(brief.error() == Errc::malformed_message);
  }
  brief.set(23, static_cast<unsigned char>(22));
  CHECK(brief.copy()->size() == 22);
  Image<string> lengthy([] { return long_text(1); });
  lengthy.set(number_at, std::uint64_t{1} << 20);
  CHECK(lengthy.error() == Errc::malformed_message);
  Image<fixed_string<12>> fixed([] { return fixed_string<12>("abc"); });
  fixed.set(0, std::uint32_t{13});
  CHECK(fixed.error() == Errc::malformed_message);
  Image<fixed_vector<string, 2>> few([] { return fixed_vector<string, 2>{"a"}; });
  few.set(0, std::uint32_t{3});
  CHECK(few.error() == Errc::malformed_message);
  few.set(0, std::uint32_t{2});
  CHECK(few.copy()->size() == 2);  // the second is what lay there: nothing
}

TEST_CASE("bools, flags and indices of no value are errors", "[untrusted]") {
  Image<bool> flag([] { return true; });
  flag.set(0, static_cast<unsigned char>(2));
  CHECK(flag.error() == Errc::malformed_message);
  Image<std::optional<std::int64_t>> maybe([] { return std::optional<std::int64_t>(5); });
  maybe.set(8, static_cast<unsigned char>(255));
  CHECK(maybe.error() == Errc::malformed_message);
  Image<std::variant<std::int64_t, string>> either([] { return std::variant<std::int64_t, string>(std::int64_t{5}); });
  for (const int index : {2, 7, 255}) {
    either.set(24, static_cast<unsigned char>(index));
    CHECK(either.error() == Errc::malformed_message);
  }
  Image<vector<bool>> bits([] { return vector<bool>{true, false}; });
  bits.begin()[bits.bytes() - 1] = std::byte{7};
  CHECK(bits.error() == Errc::malformed_message);
}

TEST_CASE("sets and maps that are out of order, or have equal keys, are errors", "[untrusted]") {
  Image<flat_set<std::int64_t>> set([] { return flat_set<std::int64_t>{1, 2, 3}; });
  set.set(set.bytes() - 8, std::int64_t{2});
  CHECK(set.error() == Errc::malformed_message);
  set.set(set.bytes() - 8, std::int64_t{0});
  CHECK(set.error() == Errc::malformed_message);
  set.set(set.bytes() - 8, std::int64_t{9});
  CHECK(set.copy()->contains(9));
  Image<flat_map<std::int64_t, std::int64_t>> map([] { return flat_map<std::int64_t, std::int64_t>{{1, 2}, {3, 4}}; });
  map.set(24 + number_at, std::uint64_t{1});  // a value less than keys
  CHECK(map.error() == Errc::malformed_message);
  Image<unordered_set<std::int64_t>> numbers([] { return unordered_set<std::int64_t>{1, 2}; });
  const auto place = numbers.get<std::uint64_t>(distance_at);
  numbers.set(place, std::int64_t{2});
  CHECK(numbers.error() == Errc::malformed_message);
  numbers.set(place, std::int64_t{5});  // its index still thinks that it is 1
  CHECK(numbers.copy()->contains(5));
}

TEST_CASE("lists that lead astray end in an error", "[untrusted]") {
  constexpr std::size_t next_at = 8;
  constexpr std::size_t size_at = 16;
  Image<list<std::int64_t>> image([] { return list<std::int64_t>{1, 2, 3}; });
  const auto first = image.get<std::uint64_t>(next_at);
  image.set(size_at, std::uint64_t{2});
  CHECK(image.error() == Errc::malformed_message);
  image.set(size_at, std::uint64_t{4});
  CHECK(image.error() == Errc::malformed_message);
  image.set(size_at, most);
  image.set(first + next_at, std::uint64_t{0});  // the first one's next is itself
  CHECK(image.error({.maximum_bytes = 1 << 20}) == Errc::message_too_large);
  image.restore();
  image.set(next_at, std::uint64_t{0});
  CHECK(image.error() == Errc::malformed_message);
  image.set(next_at, first + 4);
  CHECK(image.error() == Errc::malformed_message);
  image.set(next_at, most / 2);
  CHECK(image.error() == Errc::malformed_message);
}

TEST_CASE("what contains itself ends at the depth that is allowed", "[untrusted]") {
  Image<Tree> image([] {
    Tree tree{.value = 1, .children = {}};
    tree.children.push_back({.value = 2, .children = vector<Tree>(1)});
    return tree;
  });
  CHECK_FALSE(image.error());
  CHECK_FALSE(image.error({.maximum_depth = 3}));
  CHECK(image.error({.maximum_depth = 2}) == Errc::message_too_large);
  image.set(8 + distance_at, std::uint64_t(0) - 8);  // the tree is its own child
  CHECK(image.error() == Errc::message_too_large);
  CHECK(image.error({.maximum_depth = 1000}) == Errc::message_too_large);
}

TEST_CASE("elements that lie in one another cost no more than is allowed", "[untrusted]") {
  Image<vector<vector<char>>> image([] { return vector<vector<char>>(200, vector<char>(1000, 'x')); });
  const auto outer = image.get<std::uint64_t>(distance_at);
  for (std::size_t i = 0; i != 200; ++i) {  // all of them are nearly the whole memory
    image.set(outer + i * 24 + distance_at, std::uint64_t(0) - (outer + i * 24));
    image.set(outer + i * 24 + number_at, std::uint64_t{image.bytes()});
  }
  CHECK(image.error({.maximum_bytes = 10'000'000}) == Errc::message_too_large);
  CHECK(image.copy()->size() == 200);
  Image<vector<std::int64_t>> numbers([] { return vector<std::int64_t>(100); });
  CHECK(numbers.error({.maximum_bytes = 799}) == Errc::message_too_large);
  CHECK_FALSE(numbers.error({.maximum_bytes = 800}));
}
