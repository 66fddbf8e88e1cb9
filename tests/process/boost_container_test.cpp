// Other people's containers on carry::allocator: built in one process, read in place in another, at another address.

#include <version>
#if __has_include(<boost/container/small_vector.hpp>)

#include "support/catch.h"
#include "support/child_process.h"
#include "support/expect.h"

#include <carry/carry.h>
#include <carry/container/string.h>
#include <carry/memory/allocator.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <boost/container/deque.hpp>
#include <boost/container/flat_map.hpp>
#include <boost/container/list.hpp>
#include <boost/container/map.hpp>
#include <boost/container/set.hpp>
#include <boost/container/small_vector.hpp>
#include <boost/container/stable_vector.hpp>
#include <boost/container/vector.hpp>

#include <deque>
#include <string>
#include <utility>
#include <vector>

using namespace carry::test;
using namespace std::chrono_literals;
using carry::publish_subscribe::Publisher;
using carry::publish_subscribe::Subscriber;

namespace {

namespace bc = boost::container;

template <class T>
using On = carry::allocator<T>;

struct Foreign {
  bc::map<int, carry::string, std::less<int>, On<std::pair<const int, carry::string>>> map;
  bc::set<carry::string, std::less<carry::string>, On<carry::string>> set;
  bc::deque<carry::string, On<carry::string>> deque;
  bc::list<int, On<int>> list;
  bc::flat_map<int, double, std::less<int>, On<std::pair<int, double>>> flat;
  bc::vector<carry::string, On<carry::string>> vector;
  bc::stable_vector<int, On<int>> stable;
  bc::small_vector<int, 4, On<int>> small_inside;
  bc::small_vector<int, 4, On<int>> small_outside;
  std::vector<carry::string, On<carry::string>> standard;
  std::deque<carry::string, On<carry::string>> standard_deque;
};

carry::string text(int number) { return carry::string("text that does not fit inside of the object, number " + std::to_string(number)); }

Foreign make(int number) {
  Foreign f;
  for (int i = 0; i != number; ++i) {
    f.map.emplace(i, text(i));
    f.set.insert(text(-i));
    f.deque.push_front(text(i));
    f.list.push_back(i);
    f.flat.emplace(i, 0.5 * i);
    f.vector.push_back(text(2 * i));
    f.stable.push_back(i);
    if (i < 4) f.small_inside.push_back(i);
    f.small_outside.push_back(3 * i);
    f.standard.push_back(text(i));
    f.standard_deque.push_front(text(i));
  }
  return f;
}

/// Reads all of it, in place.
bool is_made_of(const Foreign& f, int number) {
  const auto count = static_cast<std::size_t>(number);
  bool right = f.map.size() == count && f.set.size() == count && f.deque.size() == count && f.list.size() == count && f.flat.size() == count &&
               f.vector.size() == count && f.stable.size() == count && f.small_inside.size() == std::min<std::size_t>(count, 4) &&
               f.small_outside.size() == count && f.standard.size() == count && f.standard_deque.size() == count;
  auto in_list = f.list.begin();
  for (int i = 0; right && i != number; ++i, ++in_list) {
    const auto at = static_cast<std::size_t>(i);
    const auto found = f.map.find(i);
    right = found != f.map.end() && found->second == text(i) && f.set.count(text(-i)) == 1 && f.deque[count - 1 - at] == text(i) && *in_list == i &&
            f.flat.at(i) == 0.5 * i && f.vector[at] == text(2 * i) && f.stable[at] == i && (i >= 4 || f.small_inside[at] == i) &&
            f.small_outside[at] == 3 * i && f.standard[at] == text(i) && f.standard_deque[count - 1 - at] == text(i);
  }
  return right;
}

/// foreign_reader TOPIC COUNT
int read_foreign(const Arguments& arguments) {
  Subscriber<Foreign> subscriber(arguments.at(0));
  expect(!subscriber.initialize() && !subscriber.subscribe(), "initialize");
  say("ready");
  for (int number = 0; number != std::stoi(arguments.at(1)); ++number) {
    const auto error = subscriber.receive(
        [&](auto& data) {
          const auto sample = data.acquire();
          expect(is_made_of(*sample, number), "message " + std::to_string(number));
          const Foreign copy = *sample;
          expect(is_made_of(copy, number), "a copy in this process");
          return std::error_code();
        },
        30s);
    expect(!error, error.message());
  }
  return 0;
}

const Role reader_role{"foreign_reader", read_foreign};

}  // namespace

TEST_CASE("Boost's containers, std::vector and std::deque are read in another process", "[process]") {
  Publisher<Foreign> publisher("foreign", {.capacity = 64, .overflow = carry::Overflow::block, .linger = 30s});
  REQUIRE_FALSE(publisher.initialize());
  auto reader = ChildProcess::start_role("foreign_reader", {"foreign", "40"});
  REQUIRE(reader.read_line() == "ready");
  for (int number = 0; number != 40; ++number) {
    Foreign message = make(number);
    CHECK(is_made_of(message, number));
    REQUIRE_FALSE(publisher.publish(std::move(message)));
  }
  CHECK(reader.wait() == 0);
}

#endif
