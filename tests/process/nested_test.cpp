// A message of every container in every other, built in one process and read in place in another, at another address.

#include "support/catch.h"
#include "support/child_process.h"
#include "support/expect.h"

#include <carry/carry.h>
#include <carry/container/fixed_string.h>
#include <carry/container/fixed_vector.h>
#include <carry/container/flat_map.h>
#include <carry/container/flat_set.h>
#include <carry/container/list.h>
#include <carry/container/string.h>
#include <carry/container/unordered_map.h>
#include <carry/container/unordered_set.h>
#include <carry/container/vector.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <array>
#include <bitset>
#include <chrono>
#include <complex>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <variant>

using namespace carry::test;
using namespace std::chrono_literals;
using carry::Overflow;
using carry::publish_subscribe::Publisher;
using carry::publish_subscribe::Subscriber;

namespace {

enum class Colour { red, green };

struct Nested {
  std::int64_t number = 0;
  carry::unordered_map<carry::string, carry::vector<carry::flat_map<int, carry::string>>> index;
  carry::flat_map<carry::string, carry::unordered_set<std::int64_t>> groups;
  carry::flat_set<carry::string> names;
  carry::vector<carry::unordered_map<std::int64_t, carry::string>> rows;
  std::optional<carry::string> note;
  std::variant<int, carry::string, carry::vector<double>> either;
  std::array<carry::vector<int>, 2> halves;
  std::tuple<int, carry::string, std::pair<Colour, carry::flat_set<int>>> mixed;
  carry::list<carry::list<carry::string>> chapters;
  carry::fixed_vector<carry::string, 3> latest;
  carry::fixed_string<60> origin;
  std::bitset<70> bits;
  std::complex<double> phase;
  std::chrono::nanoseconds age{0};

  friend bool operator==(const Nested&, const Nested&) = default;
};

carry::string text(std::int64_t number) { return carry::string("text that does not fit inside of the object, number " + std::to_string(number)); }

Nested make(std::int64_t number) {
  Nested n;
  n.number = number;
  for (std::int64_t i = 0; i != number % 20; ++i) {
    auto& maps = n.index[text(i)];
    maps.emplace_back();
    maps.back()[static_cast<int>(i)] = text(number + i);
    n.groups[text(i % 3)].insert(i);
    n.names.insert(text(-i));
    n.rows.emplace_back().try_emplace(i, text(i));
    n.halves[static_cast<std::size_t>(i % 2)].push_back(static_cast<int>(i));
  }
  if (number % 2 == 0) n.note = text(number);
  if (number % 3 == 0) n.either = text(number);
  if (number % 3 == 1) n.either = carry::vector<double>(5, 0.5);
  n.mixed = {1, text(number), {Colour::green, {3, 1, 2}}};
  for (std::int64_t i = 0; i != number % 4; ++i) n.latest.push_back(text(number - i));
  for (std::int64_t i = 0; i != number % 5; ++i) n.chapters.emplace_front(static_cast<std::size_t>(i), text(i));
  n.origin = text(number);
  n.bits.set(static_cast<std::size_t>(number % 70));
  n.phase = {0.5, static_cast<double>(number)};
  n.age = std::chrono::nanoseconds(number);
  return n;
}

/// Into containers of std and back.
bool survives_std(const Nested& read) {
  std::map<std::string, std::vector<std::map<int, std::string>>> copy;
  for (const auto& [key, maps] : read.index) {
    auto& place = copy[std::string(key)];
    for (const auto& map : maps) {
      auto& inner = place.emplace_back();
      for (const auto& [number, value] : map) inner.emplace(number, std::string(value));
    }
  }
  decltype(read.index) back;
  for (const auto& [key, maps] : copy) {
    auto& place = back[carry::string(key)];
    for (const auto& map : maps) {
      auto& inner = place.emplace_back();
      for (const auto& [number, value] : map) inner.emplace(number, value);
    }
  }
  return back == read.index;
}

/// nested_reader TOPIC COUNT: reads in place, copies to its own heap, and publishes what it read on TOPIC-back.
int read_nested(const Arguments& arguments) {
  const std::string& topic = arguments.at(0);
  const std::int64_t count = std::stoll(arguments.at(1));
  Subscriber<Nested> subscriber(topic);
  Publisher<Nested> back(topic + "-back", {.overflow = Overflow::block, .linger = 30s});
  expect(!subscriber.initialize() && !subscriber.subscribe() && !back.initialize(), "initialize");
  say("ready");
  for (std::int64_t number = 0; number != count; ++number) {
    const auto error = subscriber.receive(
        [&](auto& data) {
          const auto sample = data.acquire();
          expect(*sample == make(number), "message " + std::to_string(number));
          expect(survives_std(*sample), "copied to std and back");
          Nested copy = *sample;
          expect(!back.publish(std::move(copy)), "publish");
          return std::error_code();
        },
        30s);
    expect(!error, error.message());
  }
  return 0;
}

const Role reader_role{"nested_reader", read_nested};

}  // namespace

TEST_CASE("messages of nested containers are read in another process, copied there, and come back", "[process]") {
  const std::string count = "200";
  Subscriber<Nested> subscriber("nested-back");
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  Publisher<Nested> publisher("nested", {.capacity = 16, .overflow = Overflow::block});
  REQUIRE_FALSE(publisher.initialize());
  auto reader = ChildProcess::start_role("nested_reader", {"nested", count});
  REQUIRE(reader.read_line() == "ready");
  for (std::int64_t number = 0; number != std::stoll(count); ++number) {
    REQUIRE_FALSE(publisher.publish(make(number)));
    const auto error = subscriber.receive(
        [&](auto& data) {
          const bool is_same = *data.acquire() == make(number);
          CHECK(is_same);
          return std::error_code();
        },
        30s);
    REQUIRE_FALSE(error);
  }
  CHECK(reader.wait() == 0);
}
