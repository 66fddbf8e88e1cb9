#pragma once

// What the threads of an execution do.

#include "choices.h"
#include "ring_world.h"

#include <array>
#include <functional>
#include <string>
#include <vector>

namespace carry::explorer {

/// What a reader is when the threads start.
enum class Presence { absent, joined, awaited };

struct Scenario {
  std::string name;
  Shape shape;
  std::array<Presence, most_readers> readers{Presence::joined, Presence::absent};
  std::function<void(RingWorld&)> prepare = nullptr;  // before the threads
  std::vector<std::function<void(RingWorld&)>> threads;
};

std::vector<Scenario> overwriting_scenarios();
std::vector<Scenario> skipping_scenarios();
std::vector<Scenario> gated_scenarios();

/// One execution. False: a check failed, execution().failure() says which.
bool execute(const Scenario& scenario, Choices& choices);

/// The same, and what happened, step by step.
std::vector<std::string> narrate(const Scenario& scenario, Choices& choices);

}  // namespace carry::explorer
