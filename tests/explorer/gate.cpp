#include "gate.h"

#include "execution.h"
#include "mutations.h"
#include "search.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace carry::explorer {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

void narrate_failure(const Scenario& scenario, const Options& options) {
  for (const std::string& line : shortest_failure(scenario, options.seed)) std::printf("    %s\n", line.c_str());
}

/// Small budgets for all scenarios first: most mutations do not need more.
struct Round {
  std::size_t departures;  // 0: at random
  std::size_t executions;
};
constexpr std::array rounds{Round{0, 100}, Round{1, 500}, Round{0, 1000}, Round{2, 1500}, Round{0, 6000}};
constexpr std::size_t rounds_of_listed = 2;

struct Caught {
  Search search;
  const Scenario* scenario = nullptr;
  std::size_t executions = 0;
};

Caught hunt(const Mutation& mutation, const std::vector<Explored>& scenarios, const Options& options, std::size_t round_count) {
  const Mutation::Applied applied(mutation);
  Caught result;
  for (std::size_t r = 0; r != round_count; ++r) {
    for (const Explored& explored : scenarios) {
      if (std::ranges::none_of(mutation.sites, [&](std::size_t site) { return site < explored.sites.size() && explored.sites[site]; })) continue;
      const std::size_t count = rounds[r].executions * options.effort;
      result.search = rounds[r].departures == 0 ? search_randomly(explored.scenario, options.seed + r * 1'000'000, count)
                                                : search_exhaustively(explored.scenario, rounds[r].departures, count);
      result.executions += result.search.executions;
      if (!result.search.failed) continue;
      result.scenario = &explored.scenario;
      if (options.narrates) narrate_failure(explored.scenario, options);
      return result;
    }
  }
  return result;
}

/// What is listed for it, which has now been met.
Listed* entry_for(std::vector<Listed>& list, const Mutation& mutation) {
  const auto found = std::ranges::find_if(list, [&](const Listed& entry) {
    return entry.function == mutation.place.function && entry.text == mutation.place.text && entry.change == mutation.change();
  });
  if (found == list.end()) return nullptr;
  found->was_met = true;
  return &*found;
}

void say(const char* verdict, const Mutation& mutation) {
  std::printf("%-10s %s:%zu %s, %s", verdict, mutation.place.file.c_str(), mutation.place.line, mutation.place.function.c_str(),
              mutation.change().c_str());
}

bool check_never_executed(std::vector<Listed>& list) {
  bool passed = true;
  for (const Place& place : lines_never_executed()) {
    const auto found = std::ranges::find_if(
        list, [&](const Listed& entry) { return entry.function == place.file && entry.text == place.text && entry.change == "never executed"; });
    if (found != list.end()) found->was_met = true;
    else passed = false;
    std::printf("%-10s %s:%zu never executed: %s\n", found != list.end() ? "listed" : "FAILED", place.file.c_str(), place.line, place.text.c_str());
  }
  return passed;
}

}  // namespace

bool explore(std::vector<Explored>& scenarios, const Options& options) {
  std::size_t executions = 0;
  const auto begin = Clock::now();
  for (Explored& explored : scenarios) {
    execution().sites().forget_executions();
    constexpr std::size_t exhaustive_limit = 3000;
    constexpr std::size_t random_count = 4000;
    const auto first = Clock::now();
    const Search plain = search_exhaustively(explored.scenario, 2, exhaustive_limit * options.effort);
    const Search random = plain.failed ? plain : search_randomly(explored.scenario, options.seed, random_count * options.effort);
    std::printf("%-10s \"%s\": %zu executions with few departures, %zu at random, %.1f s\n", random.failed ? "FAILED" : "passed",
                explored.scenario.name.c_str(), plain.executions, random.executions, seconds_since(first));
    if (random.failed) {
      std::printf("  %s: %s\n", random.check.c_str(), random.detail.c_str());
      narrate_failure(explored.scenario, options);
      return false;
    }
    executions += plain.executions + random.executions;
    for (const Site& site : execution().sites().all()) explored.sites.push_back(site.executed);
  }
  std::printf("%zu executions of %zu scenarios, %.1f s\n\n", executions, scenarios.size(), seconds_since(begin));
  return true;
}

bool pass_gate(const std::vector<Explored>& scenarios, const Options& options) {
  const auto begin = Clock::now();
  std::vector<Listed> list = read_list();
  bool passed = check_never_executed(list);
  std::size_t caught = 0;
  std::size_t executions = 0;
  const std::vector<Mutation> mutations = all_mutations();
  for (const Mutation& mutation : mutations) {
    if (!options.only.empty() && options.only != mutation.place.file + ":" + std::to_string(mutation.place.line)) continue;
    const Listed* const entry = entry_for(list, mutation);
    const Caught result = hunt(mutation, scenarios, options, entry != nullptr ? rounds_of_listed : rounds.size());
    executions += result.executions;
    if (result.search.failed) {
      say(entry != nullptr ? "FAILED" : "caught", mutation);
      std::printf(": %s, in \"%s\" after %zu%s\n", result.search.check.c_str(), result.scenario->name.c_str(), result.executions,
                  entry != nullptr ? ", though it is listed as one that cannot be caught" : "");
      passed = passed && entry == nullptr;
      ++caught;
    } else {
      say(entry != nullptr ? "listed" : "FAILED", mutation);
      std::printf(": not caught in %zu executions\n    %s\n", result.executions, mutation.place.text.c_str());
      passed = passed && entry != nullptr;
    }
    std::fflush(stdout);
  }
  for (const Listed& entry : list) {
    if (entry.was_met || !options.only.empty()) continue;
    std::printf("FAILED     unobservable.txt names what is not there: %s, %s\n    %s\n", entry.function.c_str(), entry.change.c_str(),
                entry.text.c_str());
    passed = false;
  }
  std::printf("%zu mutations, %zu caught, %zu executions, %.1f s\n", mutations.size(), caught, executions, seconds_since(begin));
  return passed;
}

}  // namespace carry::explorer
