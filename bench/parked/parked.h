#pragma once

// What the files of bench_parked share.

#include "support/measure.h"

#include <carry/carry.h>
#include <carry/platform/thread.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace carry::bench {

/// How long to measure.
struct ParkedEffort {
  int round_trips = 20'000;
  int runs = 5;
  int seconds_per_rate = 3;
};

struct Ball {
  std::uint64_t number = 0;
  std::int64_t sent = 0;
};

constexpr std::uint64_t last_ball = ~std::uint64_t{0};

inline void quit_unless(std::error_code error, const char* what) {
  if (!error) return;
  std::fprintf(stderr, "%s: %s\n", what, error.message().c_str());
  std::_Exit(1);
}

void measure_trips(Report& report, const ParkedEffort& effort);
void measure_rates(Report& report, const ParkedEffort& effort);
void measure_costs(Report& report, const ParkedEffort& effort);
void measure_crowd(Report& report, const ParkedEffort& effort);

}  // namespace carry::bench
