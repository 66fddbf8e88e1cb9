#pragma once

// Many executions of one scenario, until one fails.

#include "scenario.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace carry::explorer {

struct Search {
  bool failed = false;
  std::string check;  // that found something
  std::string detail;
  std::size_t executions = 0;
};

/// All executions with at most that many departures; no more than `limit`.
Search search_exhaustively(const Scenario& scenario, std::size_t departures, std::size_t limit);

/// `count` executions at random; the n-th follows from `seed` + n.
Search search_randomly(const Scenario& scenario, std::uint64_t seed, std::size_t count);

/// The shortest of the failing executions with the fewest departures, or else of a few failing random ones; empty if there is none.
std::vector<std::string> shortest_failure(const Scenario& scenario, std::uint64_t seed);

}  // namespace carry::explorer
