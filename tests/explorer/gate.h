#pragma once

// The mutation gate: each weakened order must be caught by a check, or be listed, with a reason, as one that no execution can tell from the order
// that is there. A list that is wrong fails too.

#include "options.h"
#include "scenario.h"

#include <string>
#include <vector>

namespace carry::explorer {

/// A scenario, and what it executed when nothing was weakened.
struct Explored {
  Scenario scenario;
  std::vector<bool> sites;
};

/// An entry of unobservable.txt.
struct Listed {
  std::string function;  // or a file, for a line that is never executed
  std::string text;
  std::string change;
  std::string reason;
  bool was_met = false;
};

std::vector<Listed> read_list();

/// Explores each scenario as it is. False: something failed, and was told.
bool explore(std::vector<Explored>& scenarios, const Options& options);

/// Weakens one order after the other. False: as above.
bool pass_gate(const std::vector<Explored>& scenarios, const Options& options);

}  // namespace carry::explorer
