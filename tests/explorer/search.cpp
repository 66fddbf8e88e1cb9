#include "search.h"

#include "execution.h"

namespace carry::explorer {

namespace {

Search result(bool failed, std::size_t executions) {
  if (!failed) return {.failed = false, .check = {}, .detail = {}, .executions = executions};
  return {.failed = true, .check = std::string(execution().failure().check), .detail = execution().failure().detail, .executions = executions};
}

/// How long the plainest execution is.
std::size_t steps_of(const Scenario& scenario) {
  ExhaustiveChoices plain(0);
  (void)execute(scenario, plain);
  return execution().step_count();
}

}  // namespace

Search search_exhaustively(const Scenario& scenario, std::size_t departures, std::size_t limit) {
  ExhaustiveChoices choices(departures);
  std::size_t executions = 0;
  do {
    if (executions == limit) break;
    ++executions;
    if (!execute(scenario, choices)) return result(true, executions);
  } while (choices.next());
  return result(false, executions);
}

Search search_randomly(const Scenario& scenario, std::uint64_t seed, std::size_t count) {
  const std::size_t steps = steps_of(scenario);
  for (std::size_t n = 0; n != count; ++n) {
    RandomChoices choices(seed + n, steps);
    if (!execute(scenario, choices)) return result(true, n + 1);
  }
  return result(false, count);
}

std::vector<std::string> shortest_failure(const Scenario& scenario, std::uint64_t seed) {
  std::vector<std::string> shortest;
  const auto keep_if_shorter = [&](std::vector<std::string> lines) {
    if (execution().failed() && (shortest.empty() || lines.size() < shortest.size())) shortest = std::move(lines);
  };
  constexpr std::size_t most_departures = 3;
  constexpr std::size_t limit = 200000;
  for (std::size_t departures = 0; departures != most_departures && shortest.empty(); ++departures) {
    ExhaustiveChoices choices(departures);
    std::size_t executions = 0;
    do {
      if (execute(scenario, choices)) continue;
      choices.repeat();
      keep_if_shorter(narrate(scenario, choices));
    } while (choices.next() && ++executions != limit);
  }
  constexpr std::size_t attempts = 20000;
  const std::size_t steps = steps_of(scenario);
  for (std::size_t n = 0; n != attempts && shortest.empty(); ++n) {
    RandomChoices choices(seed + n, steps);
    if (execute(scenario, choices)) continue;
    RandomChoices again(seed + n, steps);
    keep_if_shorter(narrate(scenario, again));
  }
  return shortest;
}

}  // namespace carry::explorer
