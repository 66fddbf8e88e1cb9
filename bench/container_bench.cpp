// carry::vector and carry::string beside std's, each on its own heap: rows H4 and H5 of the bars. Only ratios within one run count.

#include <carry/container/string.h>
#include <carry/container/vector.h>
#include <carry/memory/dynamic_buffer.h>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace {

constexpr std::size_t million = 1'000'000;

template <class Vector>
Vector random_numbers(std::size_t count) {
  std::mt19937 random(1);
  Vector numbers;
  numbers.reserve(count);
  for (std::size_t i = 0; i != count; ++i) numbers.push_back(static_cast<int>(random()));
  return numbers;
}

template <class Vector>
void push_back(benchmark::State& state) {
  for (auto _ : state) {
    Vector numbers;
    for (std::size_t i = 0; i != million; ++i) numbers.push_back(static_cast<int>(i));
    benchmark::DoNotOptimize(numbers.data());
  }
}

template <class Vector>
void reserve_and_push_back(benchmark::State& state) {
  for (auto _ : state) {
    Vector numbers;
    numbers.reserve(million);
    for (std::size_t i = 0; i != million; ++i) numbers.push_back(static_cast<int>(i));
    benchmark::DoNotOptimize(numbers.data());
  }
}

template <class Vector>
void iterate(benchmark::State& state) {
  const auto numbers = random_numbers<Vector>(million);
  for (auto _ : state) {
    std::int64_t sum = 0;
    for (const int number : numbers) sum += number;
    benchmark::DoNotOptimize(sum);
  }
}

template <class Vector>
void random_access(benchmark::State& state) {
  const auto numbers = random_numbers<Vector>(4096);
  const auto places = random_numbers<std::vector<int>>(65536);
  for (auto _ : state) {
    std::int64_t sum = 0;
    for (const int place : places) sum += numbers[static_cast<std::size_t>(place) % 4096];
    benchmark::DoNotOptimize(sum);
  }
}

template <class Vector>
void sort(benchmark::State& state) {
  const auto numbers = random_numbers<Vector>(100'000);
  for (auto _ : state) {
    Vector sorted = numbers;
    std::sort(sorted.begin(), sorted.end());
    benchmark::DoNotOptimize(sorted.data());
  }
}

template <class Vector>
void insert_in_front(benchmark::State& state) {
  for (auto _ : state) {
    Vector numbers;
    for (int i = 0; i != 2000; ++i) numbers.insert(numbers.begin(), i);
    benchmark::DoNotOptimize(numbers.data());
  }
}

template <class String>
void make(benchmark::State& state) {
  const std::string text(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) {
    String copy(text.data(), text.size());
    benchmark::DoNotOptimize(copy.data());
  }
}

template <class String>
void append_characters(benchmark::State& state) {
  for (auto _ : state) {
    String text;
    for (int i = 0; i != 10'000; ++i) text.push_back(static_cast<char>('a' + i % 26));
    benchmark::DoNotOptimize(text.data());
  }
}

template <class String>
void append_words(benchmark::State& state) {
  const String word("carried ");
  for (auto _ : state) {
    String text;
    for (int i = 0; i != 1000; ++i) text.append(word);
    benchmark::DoNotOptimize(text.data());
  }
}

template <class String>
void compare(benchmark::State& state) {
  std::mt19937 random(1);
  std::vector<String> words(1000);
  for (String& word : words) word = String(std::to_string(random() % 100'000'000).c_str());
  for (auto _ : state) {
    int less = 0;
    for (std::size_t i = 1; i != words.size(); ++i) less += words[i - 1] < words[i];
    benchmark::DoNotOptimize(less);
  }
}

template <class String>
void find(benchmark::State& state) {
  String text;
  for (int i = 0; i != 1000; ++i) text.append("carries ");
  text.append("carried");
  for (auto _ : state) {
    auto place = text.find("carried");
    benchmark::DoNotOptimize(place);
  }
}

template <class Vector, class String>
void add(const std::string& name) {
  const auto add_one = [&name](const char* operation, void (*run)(benchmark::State&)) {
    return benchmark::RegisterBenchmark((std::string(operation) + "/" + name).c_str(), run);
  };
  add_one("vector/push_back", push_back<Vector>);
  add_one("vector/reserve_and_push_back", reserve_and_push_back<Vector>);
  add_one("vector/iterate", iterate<Vector>);
  add_one("vector/random_access", random_access<Vector>);
  add_one("vector/sort", sort<Vector>);
  add_one("vector/insert_in_front", insert_in_front<Vector>);
  add_one("string/make", make<String>)->Arg(15)->Arg(22)->Arg(29)->Arg(200);
  add_one("string/append_characters", append_characters<String>);
  add_one("string/append_words", append_words<String>);
  add_one("string/compare", compare<String>);
  add_one("string/find", find<String>);
}

}  // namespace

int main(int count, char* arguments[]) {
  if (!carry::initialize_dynamic_buffer(std::size_t{64} << 20)) {
    std::fputs("container_bench: no dynamic buffer\n", stderr);
    return 1;
  }
  add<carry::vector<int>, carry::string>("carry");
  add<std::vector<int>, std::string>("std");
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
