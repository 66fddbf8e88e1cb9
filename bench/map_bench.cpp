// carry's maps beside std's: row H6 of the bars. Nanoseconds per lookup of a key that is there, in random order, and per insertion into an empty map.
// Only ratios within one run count.

#include <carry/container/flat_map.h>
#include <carry/container/string.h>
#include <carry/container/unordered_map.h>
#include <carry/memory/dynamic_buffer.h>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

template <class Key>
std::vector<Key> random_keys(std::size_t count) {
  std::mt19937_64 random(1);
  std::vector<Key> keys;
  for (std::size_t i = 0; i != count; ++i) {
    if constexpr (std::is_integral_v<Key>) keys.push_back(static_cast<Key>(random()));
    else keys.push_back(Key(("key " + std::to_string(random())).c_str()));
  }
  return keys;
}

template <class Map>
void find(benchmark::State& state) {
  const auto keys = random_keys<typename Map::key_type>(static_cast<std::size_t>(state.range(0)));
  Map map;
  {
    std::vector<std::pair<typename Map::key_type, int>> elements;
    for (const auto& key : keys) elements.emplace_back(key, 1);
    map.insert(elements.begin(), elements.end());
  }
  auto order = keys;
  std::shuffle(order.begin(), order.end(), std::mt19937(2));
  for (auto _ : state) {
    int sum = 0;
    for (const auto& key : order) sum += map.find(key)->second;
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

template <class Map>
void insert(benchmark::State& state) {
  const auto keys = random_keys<typename Map::key_type>(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    Map map;
    for (const auto& key : keys) map.emplace(key, 1);
    benchmark::DoNotOptimize(map.size());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

template <class Map>
void iterate(benchmark::State& state) {
  Map map;
  for (const auto& key : random_keys<typename Map::key_type>(static_cast<std::size_t>(state.range(0)))) map.emplace(key, 1);
  for (auto _ : state) {
    int sum = 0;
    for (const auto& element : map) sum += element.second;
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

template <class Map>
void add(const std::string& name, bool inserts_slowly = false) {
  const auto sizes = [](auto* b, std::vector<int> counts) {
    for (const int count : counts) b->Arg(count);
  };
  sizes(benchmark::RegisterBenchmark(("find/" + name).c_str(), find<Map>), {100, 10'000, 1'000'000});
  sizes(benchmark::RegisterBenchmark(("insert/" + name).c_str(), insert<Map>),
        inserts_slowly ? std::vector<int>{100, 10'000} : std::vector<int>{100, 10'000, 1'000'000});
  sizes(benchmark::RegisterBenchmark(("iterate/" + name).c_str(), iterate<Map>), {10'000});
}

}  // namespace

int main(int count, char* arguments[]) {
  if (!carry::initialize_dynamic_buffer(std::size_t{64} << 20)) {
    std::fputs("map_bench: no dynamic buffer\n", stderr);
    return 1;
  }
  add<carry::unordered_map<std::int64_t, int>>("number/carry::unordered_map");
  add<std::unordered_map<std::int64_t, int>>("number/std::unordered_map");
  add<carry::flat_map<std::int64_t, int>>("number/carry::flat_map", true);
  add<std::map<std::int64_t, int>>("number/std::map");
  add<carry::unordered_map<carry::string, int>>("text/carry::unordered_map");
  add<std::unordered_map<std::string, int>>("text/std::unordered_map");
  add<carry::flat_map<carry::string, int>>("text/carry::flat_map", true);
  add<std::map<std::string, int>>("text/std::map");
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
