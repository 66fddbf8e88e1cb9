// The heap and the containers beside those of others, all in one run: rows H1 to H8.
//
//   bench_containers [--quick] [--only heap|fragmentation|vector|string|map|growth] [--json FILE]
//
// Each row is the median of rounds in which the contenders take turns; behind the others' figures stands carry's time divided by theirs. mimalloc is
// loaded when the program runs, if it is there; Boost's containers are there if their headers are (unordered_flat_map since 1.81).

#include "containers/contest.h"

#include <carry/memory/dynamic_buffer.h>

#include <spdlog/spdlog.h>

#include <cstring>
#include <string>

using namespace carry::bench;

int main(int argc, char** argv) {
  ContestEffort effort;
  std::string json, only;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--quick") == 0) {
      effort = {.rounds = 3, .round_ns = 2'000'000, .largest_map = 10'000, .fragmentation_steps = 1'000'000};
    } else if (std::strcmp(argv[i], "--json") == 0 && i + 1 < argc) {
      json = argv[++i];
    } else if (std::strcmp(argv[i], "--only") == 0 && i + 1 < argc) {
      only = argv[++i];
    } else {
      std::printf("usage: %s [--quick] [--only heap|fragmentation|vector|string|map|growth] [--json FILE]\n", argv[0]);
      return 2;
    }
  }
  spdlog::set_level(spdlog::level::warn);
  if (!carry::initialize_dynamic_buffer()) return 1;
  Report report;
  const auto wanted = [&only](const char* part) { return only.empty() || only == part; };
  if (wanted("heap")) measure_heap(report, effort);
  if (wanted("fragmentation")) measure_fragmentation(report, effort);
  if (wanted("growth")) measure_growth(report, effort);  // before the process's heap has grown for others
  if (wanted("vector")) measure_vector(report, effort);
  if (wanted("string")) measure_string(report, effort);
  if (wanted("map")) measure_maps(report, effort);
  if (!json.empty()) report.write_json(json);
}
