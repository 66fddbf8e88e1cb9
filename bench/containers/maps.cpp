// H6: carry's maps beside std's and Boost's, each on its own heap: a key that is there is looked up, in random order; all keys are inserted into an
// empty map.

#include "containers/contest.h"

#include <carry/container/flat_map.h>
#include <carry/container/string.h>
#include <carry/container/unordered_map.h>

#if __has_include(<boost/unordered/unordered_flat_map.hpp>)
#include <boost/unordered/unordered_flat_map.hpp>
#define CARRY_BENCH_BOOST_FLAT_MAP 1
#endif

#include <algorithm>
#include <concepts>
#include <map>
#include <memory>
#include <random>
#include <unordered_map>

namespace carry::bench {

namespace {

template <class Key>
std::vector<Key> random_keys(std::size_t count) {
  std::mt19937_64 random(1);
  std::vector<Key> keys;
  for (std::size_t i = 0; i != count; ++i) {
    if constexpr (std::integral<Key>) keys.push_back(static_cast<Key>(random()));
    else keys.push_back(Key(("key " + std::to_string(random())).c_str()));
  }
  return keys;
}

/// Keys in two orders, and a map of them.
template <class Map>
struct Prepared {
  using Key = typename Map::key_type;

  explicit Prepared(std::size_t count) : keys(random_keys<Key>(count)), order(keys) {
    std::shuffle(order.begin(), order.end(), std::mt19937(2));
    std::vector<std::pair<Key, int>> elements;
    for (const auto& key : keys) elements.emplace_back(key, 1);
    map.insert(elements.begin(), elements.end());
  }

  void find() const {
    int sum = 0;
    for (const auto& key : order) sum += map.find(key)->second;
    keep(sum);
  }
  void insert() const {
    Map fresh;
    for (const auto& key : keys) fresh.emplace(key, 1);
    keep(fresh.size());
  }
  void iterate() const {
    int sum = 0;
    for (const auto& element : map) sum += element.second;
    keep(sum);
  }

  std::vector<Key> keys;
  std::vector<Key> order;
  Map map;
};

template <class Map>
struct Named {
  const char* name;
};

template <class... Maps>
void contest_of(Report& report, const ContestEffort& effort, const std::string& what, std::size_t largest_to_insert, Named<Maps>... names) {
  for (std::size_t count = 100; count <= effort.largest_map; count *= 100) {
    const std::tuple maps{std::make_shared<Prepared<Maps>>(count)...};
    const auto run = [&](const std::string& operation, auto work) {
      contest(report, effort, what + ", " + operation + ", " + std::to_string(count), count,
              {{names.name, [map = std::get<std::shared_ptr<Prepared<Maps>>>(maps), work] { work(*map); }}...});
    };
    run("find", [](const auto& map) { map.find(); });
    if (count <= largest_to_insert) run("insert", [](const auto& map) { map.insert(); });
    if (count == 10'000) run("iterate", [](const auto& map) { map.iterate(); });
  }
}

template <class Mine, class Std>
void contest_of_keys(Report& report, const ContestEffort& effort, const std::string& key) {
  contest_of(report, effort, key + ", unordered", effort.largest_map, Named<unordered_map<Mine, int>>{"carry"},
             Named<std::unordered_map<Std, int>>{"std"}
#ifdef CARRY_BENCH_BOOST_FLAT_MAP
             ,
             Named<boost::unordered_flat_map<Std, int>>{"Boost"}
#endif
  );
  contest_of(report, effort, key + ", flat", 10'000, Named<flat_map<Mine, int>>{"carry"}, Named<std::map<Std, int>>{"std::map"});
}

}  // namespace

void measure_maps(Report& report, const ContestEffort& effort) {
  report.title("H6: maps");
  contest_of_keys<std::int64_t, std::int64_t>(report, effort, "numbers");
  contest_of_keys<string, std::string>(report, effort, "text");
}

}  // namespace carry::bench
