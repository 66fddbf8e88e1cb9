#pragma once

#include "support/measure.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace carry::bench {

struct ContestEffort {
  int rounds = 9;
  std::int64_t round_ns = 10'000'000;  // at least, per contender
  std::size_t largest_map = 1'000'000;
  std::size_t fragmentation_steps = 10'000'000;
};

void measure_heap(Report& report, const ContestEffort& effort);
void measure_fragmentation(Report& report, const ContestEffort& effort);
void measure_vector(Report& report, const ContestEffort& effort);
void measure_string(Report& report, const ContestEffort& effort);
void measure_maps(Report& report, const ContestEffort& effort);
void measure_growth(Report& report, const ContestEffort& effort);

/// Keeps the compiler from leaving out what nobody looks at.
template <class T>
void keep(const T& value) {
  asm volatile("" : : "r,m"(value) : "memory");
}

/// One of those who do the same.
struct Contender {
  std::string name;
  std::function<void()> work;
};

/// Nanoseconds per operation, of which `work` does so many.
inline double nanoseconds(const std::function<void()>& work, std::size_t operations, std::int64_t at_least_ns) {
  for (std::size_t times = 1;; times *= 2) {
    const std::int64_t start = now_ns();
    for (std::size_t i = 0; i != times; ++i) work();
    const std::int64_t passed = now_ns() - start;
    if (passed >= at_least_ns) return static_cast<double>(passed) / static_cast<double>(times * operations);
  }
}

/// Prints one row: carry, which is the first, and the others with carry's share of their time.
inline void contest(Report& report, const ContestEffort& effort, const std::string& what, std::size_t operations,
                    const std::vector<Contender>& contenders) {
  std::vector<std::vector<double>> times(contenders.size());
  for (const Contender& contender : contenders) contender.work();
  for (int round = 0; round != effort.rounds; ++round) {
    for (std::size_t i = 0; i != contenders.size(); ++i) times[i].push_back(nanoseconds(contenders[i].work, operations, effort.round_ns));
  }
  const double carry = median(times[0]);
  std::string others;
  for (std::size_t i = 1; i != contenders.size(); ++i) {
    const double other = median(times[i]);
    char text[80];
    std::snprintf(text, sizeof text, "  %s %.2f (%.2f)", contenders[i].name.c_str(), other, carry / other);
    others += text;
  }
  report.value(what, carry, "ns", others);
}

}  // namespace carry::bench
