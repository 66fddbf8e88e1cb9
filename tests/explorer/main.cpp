// The ring's own code under a weak memory model, as it is and with each memory order weakened. docs/design/weak_memory.md.

#include "gate.h"
#include "litmus.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace {

using carry::explorer::Explored;
using carry::explorer::Options;

Options parse(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string_view name = arguments[i];
    if (name == "--narrate") {
      options.narrates = true;
    } else if (i + 1 == count) {
      std::puts("explorer [--seed N] [--effort N] [--only FILE:LINE] [--narrate]");
      std::exit(2);
    } else if (name == "--seed") {
      options.seed = std::strtoull(arguments[++i], nullptr, 10);
    } else if (name == "--effort") {
      options.effort = std::strtoull(arguments[++i], nullptr, 10);
    } else if (name == "--only") {
      options.only = arguments[++i];
    }
  }
  return options;
}

std::vector<Explored> all_scenarios() {
  std::vector<Explored> all;
  for (auto list : {carry::explorer::overwriting_scenarios(), carry::explorer::skipping_scenarios(), carry::explorer::gated_scenarios()}) {
    for (auto& scenario : list) all.push_back({.scenario = std::move(scenario), .sites = {}});
  }
  return all;
}

}  // namespace

int main(int count, char** arguments) {
  const Options options = parse(count, arguments);
  std::printf("seed %llu, effort %zu\n", static_cast<unsigned long long>(options.seed), options.effort);
  std::vector<Explored> scenarios = all_scenarios();
  const bool passed =
      carry::explorer::passes_litmus_tests() && carry::explorer::explore(scenarios, options) && carry::explorer::pass_gate(scenarios, options);
  std::puts(passed ? "passed" : "FAILED");
  return passed ? 0 : 1;
}
