#include "scenario.h"

#include "execution.h"
#include "places.h"

#include <string>
#include <utility>

namespace carry::explorer {

namespace {

/// `world` outlives its threads, which may have been abandoned.
bool execute_in(RingWorld& world, const Scenario& scenario, Choices& choices) {
  for (std::size_t k = 0; k != most_readers; ++k) {
    if (scenario.readers[k] == Presence::joined) world.join(k);
    if (scenario.readers[k] == Presence::awaited) world.await(k);
  }
  if (scenario.prepare) scenario.prepare(world);
  std::vector<Fibers::Body> threads;
  for (const auto& thread : scenario.threads) threads.emplace_back([&world, &thread] { thread(world); });
  execution().run(std::move(threads), choices);
  if (!execution().failed()) world.finish();
  return !execution().failed();
}

}  // namespace

bool execute(const Scenario& scenario, Choices& choices) {
  execution().begin();
  RingWorld world(scenario.shape);
  return execute_in(world, scenario, choices);
}

std::vector<std::string> narrate(const Scenario& scenario, Choices& choices) {
  execution().begin();
  execution().keep_steps(true);
  RingWorld world(scenario.shape);
  (void)execute_in(world, scenario, choices);
  execution().keep_steps(false);
  std::vector<std::uintptr_t> pcs;
  for (const Step& step : execution().steps()) pcs.push_back(step.pc);
  const std::vector<Place> places = places_of(pcs);
  std::vector<std::string> lines;
  for (std::size_t i = 0; const Step& step : execution().steps()) {
    std::string line = "thread " + std::to_string(step.thread) + "  " + std::string(name_of(step.kind)) + " " + std::string(name_of(step.order));
    if (step.kind != Kind::fence) line += "  " + world.name_of(step.word) + (step.kind == Kind::load ? " == " : " = ") + std::to_string(step.value);
    if (step.newer != 0) line += "  (" + std::to_string(step.newer) + " newer)";
    lines.push_back(line + "    " + places[i].function + ":" + std::to_string(places[i].line));
    ++i;
  }
  if (execution().failed()) lines.push_back(std::string(execution().failure().check) + ": " + execution().failure().detail);
  return lines;
}

}  // namespace carry::explorer
