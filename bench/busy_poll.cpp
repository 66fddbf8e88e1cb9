// Latency and throughput between two pinned processes that poll, beside the limits of the machine in the same run.
//
//   bench_busy_poll [--quick] [--only latency|costs|streams] [--json FILE]
//
// A run of carry counts only if the bare ping-pong before and after it agree within 25 %.

#include "busy_poll/busy_poll.h"

#include <spdlog/spdlog.h>

#include <cstring>
#include <string>

using namespace carry::bench;

int main(int argc, char** argv) {
  Effort effort;
  std::string json, only;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--quick") == 0) {
      effort = {.round_trips = 100'000, .runs = 3, .stream_messages = 3'000'000};
    } else if (std::strcmp(argv[i], "--json") == 0 && i + 1 < argc) {
      json = argv[++i];
    } else if (std::strcmp(argv[i], "--only") == 0 && i + 1 < argc) {
      only = argv[++i];
    } else {
      std::printf("usage: %s [--quick] [--only latency|costs|streams] [--json FILE]\n", argv[0]);
      return 2;
    }
  }
  spdlog::set_level(spdlog::level::warn);
  pin_to(0);
  Report report;
  if (only.empty() || only == "latency") measure_latency(report, effort);
  if (only.empty() || only == "costs") measure_costs(report, effort);
  if (only.empty() || only == "streams") measure_streams(report, effort);
  if (!json.empty()) report.write_json(json);
}
