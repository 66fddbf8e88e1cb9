#pragma once

// What the files of bench_busy_poll share.

#include "support/measure.h"
#include "support/raw.h"

#include <carry/carry.h>
#include <carry/platform/thread.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace carry::bench {

using publish_subscribe::Publisher;
using publish_subscribe::Subscriber;

/// How long to measure.
struct Effort {
  int round_trips = 200'000;
  int runs = 5;
  std::uint64_t stream_messages = 10'000'000;
};

constexpr std::uint64_t last_message = ~std::uint64_t{0};

/// A cache line in the ring, with its stamp.
struct Streamed {
  std::array<std::uint64_t, 7> words{};
};

/// Ends the process, which is one of several, if there is an error.
inline void quit_unless(std::error_code error, const char* what) {
  if (!error) return;
  std::fprintf(stderr, "%s: %s\n", what, error.message().c_str());
  std::_Exit(1);
}

void measure_latency(Report& report, const Effort& effort);
void measure_costs(Report& report, const Effort& effort);
void measure_streams(Report& report, const Effort& effort);

}  // namespace carry::bench
