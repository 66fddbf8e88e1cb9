// Round trips between two processes that park, beside the wake-ups of the kernel in the same run; what spinning before parking changes;
// and what sleepers cost.
//
//   bench_parked [--quick] [--only trips|rates|costs|crowd] [--json FILE]

#include "parked/parked.h"

#include <spdlog/spdlog.h>

#include <cstring>
#include <string>

using namespace carry::bench;

int main(int argc, char** argv) {
  ParkedEffort effort;
  std::string json, only;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--quick") == 0) {
      effort = {.round_trips = 2'000, .runs = 3, .seconds_per_rate = 1};
    } else if (std::strcmp(argv[i], "--json") == 0 && i + 1 < argc) {
      json = argv[++i];
    } else if (std::strcmp(argv[i], "--only") == 0 && i + 1 < argc) {
      only = argv[++i];
    } else {
      std::printf("usage: %s [--quick] [--only trips|rates|costs|crowd] [--json FILE]\n", argv[0]);
      return 2;
    }
  }
  spdlog::set_level(spdlog::level::warn);
  Report report;
  if (only.empty() || only == "trips") measure_trips(report, effort);
  if (only.empty() || only == "rates") measure_rates(report, effort);
  if (only.empty() || only == "costs") measure_costs(report, effort);
  if (only.empty() || only == "crowd") measure_crowd(report, effort);
  if (!json.empty()) report.write_json(json);
}
