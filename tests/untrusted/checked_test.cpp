// Looking at a message in place: what is there is found, and one thing is wrong at a time.

#include "support/catch.h"
#include "untrusted/arena.h"
#include "untrusted/messages.h"

#include <carry/container/checked.h>
#include <carry/error.h>

#include <iterator>
#include <limits>
#include <ranges>
#include <type_traits>

using namespace carry;
using namespace carry::test;

namespace {

static_assert(std::is_trivially_copyable_v<Checked<string>> && sizeof(Checked<string>) == 24);
static_assert(std::forward_iterator<CheckedElements<string>::iterator>);
static_assert(std::ranges::forward_range<const CheckedElements<string>> && std::ranges::sized_range<const CheckedElements<string>>);
static_assert(std::is_same_v<decltype(std::declval<Checked<int>>().load()), int>);
static_assert(std::is_same_v<decltype(std::declval<Checked<bool>>().load()), Result<bool>>);
static_assert(std::is_same_v<decltype(std::declval<Checked<Track>>().field(&Track::points)), Checked<vector<Point>>>);

constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();

/// The words of a vector and of a long string.
constexpr std::size_t distance_at = 0;
constexpr std::size_t number_at = 8;

struct Base {
  std::int64_t below = 0;
};
struct Derived : Base {
  const std::int32_t fixed = 0;
};

/// The error of what gives a value or an error.
template <class T>
std::error_code error_of(const Result<T>& result) {
  return result ? std::error_code() : result.error();
}

}  // namespace

TEST_CASE("numbers are loaded", "[untrusted]") {
  const Image<Everything> image(make_everything);
  const Checked<Everything> message = image.checked();
  CHECK(message.field(&Everything::number).load() == 42);
  CHECK(message.field(&Everything::kind).load() == Kind::large);
  CHECK(message.field(&Everything::flag).load() == true);
  const Image<Point> point([] { return Point{1.5, -2.5}; });
  CHECK(point.checked().load().y == -2.5);
  CHECK(point.checked().field(&Point::x).load() == 1.5);
  const Image<Derived> derived([] { return Derived{{5}, 6}; });
  CHECK(derived.checked().field(&Derived::below).load() == 5);
  CHECK(derived.checked().field(&Derived::fixed).load() == 6);
}

TEST_CASE("elements are gone through, found by their index, and copied to the caller's memory", "[untrusted]") {
  const Image<Everything> image(make_everything);
  const auto texts = image.checked().field(&Everything::texts).elements();
  REQUIRE(texts);
  CHECK(texts->size() == 4);
  CHECK(std::ranges::distance(*texts) == 4);
  CHECK(*texts->at(2)->copy() == long_text(2));
  CHECK(error_of(texts->at(4)) == Errc::malformed_message);
  CHECK(error_of(texts->at(most)) == Errc::malformed_message);
  CHECK(image.checked().field(&Everything::raw).elements()->at(1)->load() == 7);
  CHECK(image.checked().field(&Everything::flags).elements()->at(1)->elements()->at(0)->load() == true);
  CHECK(image.checked().field(&Everything::names).get<1>().copy() == string("short"));
  CHECK(image.checked().field(&Everything::few).elements()->size() == 2);
  CHECK(image.checked().field(&Everything::numbers).elements()->size() == 4);

  const Image<vector<std::int32_t>> numbers([] { return vector<std::int32_t>{1, 2, 3, 4}; });
  const auto elements = numbers.checked().elements();
  std::int32_t room[] = {0, 0, 0, 0, 9};
  CHECK(elements->copy_to(room)->size() == 4);
  CHECK((room[0] == 1 && room[3] == 4 && room[4] == 9));
  CHECK(error_of(elements->copy_to(std::span(room, 3))) == Errc::message_too_large);
  CHECK(elements->subspan(1, 2)->copy_to(room)->size() == 2);
  CHECK((room[0] == 2 && room[1] == 3 && room[2] == 3));
  CHECK(elements->subspan(4, 0)->empty());
  CHECK(error_of(elements->subspan(5, 0)) == Errc::malformed_message);
  CHECK(error_of(elements->subspan(1, 4)) == Errc::malformed_message);
  CHECK(error_of(elements->subspan(2, most)) == Errc::malformed_message);
  const Image<vector<string>> none([] { return vector<string>(); });
  CHECK(none.checked().elements()->empty());
  CHECK(std::ranges::distance(*none.checked().elements()) == 0);
}

TEST_CASE("texts are copied to the caller's memory", "[untrusted]") {
  const Image<Everything> image(make_everything);
  char room[100];
  const auto names = image.checked().field(&Everything::names).elements();
  CHECK(names->at(0)->text(room) == std::string_view(long_text(1)));
  CHECK(names->at(1)->text(room)->data() == room);
  CHECK(names->at(1)->text(std::span(room, 5)) == "short");
  CHECK(error_of(names->at(1)->text(std::span(room, 4))) == Errc::message_too_large);
  CHECK(image.checked().field(&Everything::shorty).text(room) == "0123456789ab");
  CHECK(image.checked().field(&Everything::texts).elements()->at(0)->text({}) == "");
}

TEST_CASE("optionals, variants, pairs and tuples are looked into", "[untrusted]") {
  const Image<Everything> image(make_everything);
  char room[100];
  CHECK(image.checked().field(&Everything::maybe).value()->value().text(room) == std::string_view(long_text(5)));
  const auto either = image.checked().field(&Everything::either);
  CHECK(either.index() == 2u);
  CHECK(either.get<2>()->text(room) == std::string_view(long_text(6)));
  CHECK(error_of(either.get<1>()) == Errc::malformed_message);
  const auto both = image.checked().field(&Everything::both);
  CHECK(both.get<0>().load() == 1);
  CHECK(both.field(&std::pair<int, string>::second).text(room) == std::string_view(long_text(7)));
  const auto three = image.checked().field(&Everything::three);
  CHECK(three.get<0>().load() == true);
  CHECK(three.get<2>().value()->value().load() == false);
  const Image<std::optional<string>> nothing([] { return std::optional<string>(); });
  REQUIRE(nothing.checked().value());
  CHECK_FALSE(nothing.checked().value()->has_value());
}

TEST_CASE("values are found by their keys", "[untrusted]") {
  Image<flat_map<string, std::int64_t>> image([] {
    flat_map<string, std::int64_t> map;
    for (int i = 0; i != 20; ++i) map[long_text(i)] = i;
    return map;
  });
  for (int i = 0; i != 20; ++i) CHECK(image.checked().find(long_text(i))->value().load() == i);
  REQUIRE(image.checked().find("nothing"));
  CHECK_FALSE(image.checked().find("nothing")->has_value());
  CHECK(error_of(image.checked().find(long_text(3), {.maximum_bytes = 10})) == Errc::message_too_large);
  image.set(24 + number_at, std::uint64_t{19});  // a value less than keys
  CHECK(error_of(image.checked().find(long_text(3))) == Errc::malformed_message);
  CHECK(error_of(image.checked().elements()) == Errc::malformed_message);

  Image<flat_set<std::int64_t>> set([] { return flat_set<std::int64_t>{1, 3, 5, 7}; });
  for (const std::int64_t key : {1, 3, 5, 7}) CHECK(set.checked().find(key)->value().load() == key);
  for (const std::int64_t key : {0, 2, 4, 6, 8}) CHECK_FALSE(set.checked().find(key)->has_value());
  set.set(set.bytes() - 8, std::int64_t{0});  // out of order: not found, and nothing else
  CHECK_FALSE(set.checked().find(7)->has_value());
  const Image<flat_map<int, bool>> empty([] { return flat_map<int, bool>(); });
  CHECK_FALSE(empty.checked().find(7)->has_value());
}

TEST_CASE("a part of a message is copied, without the rest", "[untrusted]") {
  Image<Everything> image(make_everything);
  const auto message = image.checked();
  CHECK(*message.field(&Everything::texts).copy() == make_everything().texts);
  CHECK(message.field(&Everything::tracks).copy()->size() == 4);
  CHECK(error_of(message.field(&Everything::texts).copy({.maximum_bytes = 10})) == Errc::message_too_large);
  const auto name_at = static_cast<std::size_t>(reinterpret_cast<const std::byte*>(&image.message()->names) - image.begin());
  image.set(name_at + distance_at, most / 2);
  CHECK(image.error() == Errc::malformed_message);
  CHECK(error_of(message.field(&Everything::names).get<0>().copy()) == Errc::malformed_message);
  CHECK(*message.field(&Everything::texts).copy() == make_everything().texts);
}

TEST_CASE("in place, sizes and distances that lead out of the memory are errors", "[untrusted]") {
  Image<vector<std::int64_t>> image([] { return vector<std::int64_t>{1, 2, 3}; });
  for (const std::uint64_t number : {std::uint64_t{4}, std::uint64_t{1} << 32, std::uint64_t{1} << 61, most / 8 + 1, most}) {
    INFO("number " << number);
    image.set(number_at, number);
    CHECK(error_of(image.checked().elements()) == Errc::malformed_message);
  }
  image.restore();
  const auto distance = image.get<std::uint64_t>(distance_at);
  for (const std::uint64_t wrong : {distance + 1, distance + 8, std::uint64_t(0) - 8, most, std::uint64_t{1} << 63}) {
    INFO("distance " << wrong);
    image.set(distance_at, wrong);
    CHECK(error_of(image.checked().elements()) == Errc::malformed_message);
  }
  Image<string> brief([] { return string("short"); });
  char room[100];
  brief.set(23, static_cast<unsigned char>(23));
  CHECK(error_of(brief.checked().text(room)) == Errc::malformed_message);
  Image<fixed_string<12>> fixed([] { return fixed_string<12>("abc"); });
  fixed.set(0, std::uint32_t{13});
  CHECK(error_of(fixed.checked().text(room)) == Errc::malformed_message);
  Image<fixed_vector<string, 2>> few([] { return fixed_vector<string, 2>{"a"}; });
  few.set(0, std::uint32_t{3});
  CHECK(error_of(few.checked().elements()) == Errc::malformed_message);
}

TEST_CASE("in place, bools, flags and indices of no value are errors", "[untrusted]") {
  Image<bool> flag([] { return true; });
  flag.set(0, static_cast<unsigned char>(2));
  CHECK(error_of(flag.checked().load()) == Errc::malformed_message);
  Image<std::optional<std::int64_t>> maybe([] { return std::optional<std::int64_t>(5); });
  maybe.set(8, static_cast<unsigned char>(255));
  CHECK(error_of(maybe.checked().value()) == Errc::malformed_message);
  Image<std::variant<std::int64_t, string>> either([] { return std::variant<std::int64_t, string>(std::int64_t{5}); });
  for (const int index : {2, 7, 255}) {
    either.set(24, static_cast<unsigned char>(index));
    CHECK(error_of(either.checked().index()) == Errc::malformed_message);
    CHECK(error_of(either.checked().get<0>()) == Errc::malformed_message);
  }
}

TEST_CASE("elements are where they were, whatever their container says meanwhile", "[untrusted]") {
  Image<vector<std::int64_t>> image([] { return vector<std::int64_t>{1, 2, 3}; });
  const auto elements = image.checked().elements();
  image.set(number_at, most);
  image.set(distance_at, most / 2);
  std::int64_t sum = 0;
  for (const Checked<std::int64_t> element : *elements) sum += element.load();
  CHECK(sum == 6);
  CHECK(elements->at(2)->load() == 3);
  CHECK(error_of(elements->at(3)) == Errc::malformed_message);
  CHECK(error_of(image.checked().elements()) == Errc::malformed_message);
}
