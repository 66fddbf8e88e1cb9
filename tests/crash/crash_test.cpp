// Scripts are killed at their points, and the survivors go on. docs/design/crash_safety.md.

#include "crash/play.h"
#include "support/becomes_true.h"
#include "support/catch.h"
#include "support/environment.h"

#include <filesystem>
#include <iostream>
#include <random>
#include <vector>

using namespace carry::test;
using points::Deed;

namespace {

void report(const std::string& what, std::uint64_t kills, const Survivors& survivors) {
  std::cout << "crash: " << what << ": " << kills << " kills; all went on after "
            << std::chrono::duration<double, std::milli>(survivors.worst()).count() << " ms at most; " << survivors.received()
            << " messages of the dead were received" << std::endl;
}

bool is_end(int code) { return code == points::exit_code_at_end || code == 0; }

}  // namespace

TEST_CASE("survivors go on when a process is killed at any of its points", "[crash][single]") {
  // Where processes start slowly, not every point has its turn in every run.
  const auto stride = static_cast<std::uint64_t>(setting("CARRY_CRASH_STRIDE", 1));
  std::mt19937 random(seed());
  Survivors survivors;
  std::uint64_t kills = 0;
  for (const Script& script : scripts()) {
    const Ended counted = play(script, Deed::count, 0, survivors);
    INFO(script.name << ": " << counted.before << counted.said);
    if (counted.code == not_for_this_system) continue;
    REQUIRE(counted.code == 0);
    REQUIRE(counted.stores() > 50);
    REQUIRE(counted.calls() > 20);
    std::cout << "crash: " << script.name << ": " << counted.said << std::endl;
    Ended ended{.code = points::exit_code_at_end, .said = {}, .before = {}};
    for (std::uint64_t point = 1 + random() % stride; ended.code == points::exit_code_at_end; point += stride) {
      ended = play(script, Deed::end, point, survivors);
      INFO("at " << point << ": " << ended.before << ended.said);
      REQUIRE(is_end(ended.code));
      kills += ended.code == points::exit_code_at_end ? 1 : 0;
    }
  }
  report("one at a time", kills, survivors);
}

TEST_CASE("survivors go on when two processes are killed at any of their points", "[crash][rest]") {
  const int pairs = setting("CARRY_CRASH_PAIRS", 500);
  std::mt19937 random(seed());
  Survivors survivors;
  std::vector<const Script*> playable;
  std::vector<std::uint64_t> points;
  for (const Script& script : scripts()) {
    const Ended counted = play(script, Deed::count, 0, survivors);
    if (counted.code == not_for_this_system) continue;
    playable.push_back(&script);
    points.push_back(counted.points());
  }
  std::uint64_t kills = 0;
  for (int pair = 0; pair != pairs; ++pair) {
    std::string who;
    std::vector<ChildProcess> children;
    for (int i = 0; i != 2; ++i) {
      const std::size_t index = random() % points.size();
      const std::uint64_t point = 1 + random() % points[index];
      const Script& script = *playable[index];
      if (script.finds_a_corpse) leave_a_corpse();
      children.push_back(start(script, Deed::end, point));
      who += std::string(script.name) + " at " + std::to_string(point) + ", ";
    }
    for (auto& child : children) {
      const Ended ended = end_of(std::move(child), survivors);
      INFO(who << ended.before << ended.said);
      REQUIRE(is_end(ended.code));
      kills += ended.code == points::exit_code_at_end ? 1 : 0;
    }
    survivors.outlive(who);
  }
  report("two at a time", kills, survivors);
}

TEST_CASE("a domain whose only process is killed at any of its points serves the next, and goes with it", "[crash][rest]") {
  const auto stride = static_cast<std::uint64_t>(setting("CARRY_CRASH_STRIDE", 1));
  std::mt19937 random(seed());
  const LonelyDomain domain;
  std::uint64_t kills = 0;
  for (const Script& script : scripts()) {
    if (!script.runs_alone || start(script, Deed::nothing, 0, domain.name).wait() == not_for_this_system) continue;
    int code = points::exit_code_at_end;
    for (std::uint64_t point = 1 + random() % stride; code == points::exit_code_at_end; point += stride) {
      code = start(script, Deed::end, point, domain.name).wait();
      INFO(script.name << " at " << point);
      REQUIRE(is_end(code));
      CHECK(start(script, Deed::nothing, 0, domain.name).wait() == 0);
      REQUIRE_FALSE(std::filesystem::exists(domain.path));
      kills += code == points::exit_code_at_end ? 1 : 0;
    }
  }
  std::cout << "crash: alone in its domain: " << kills << " kills" << std::endl;
}

TEST_CASE("whatever system call fails, the error is one that can be told, and the same works when the call does", "[crash][rest]") {
  const auto stride = static_cast<std::uint64_t>(setting("CARRY_CRASH_STRIDE", 1));
  std::mt19937 random(seed());
  Survivors survivors;
  std::uint64_t failures = 0;
  for (const Script& script : scripts()) {
    const Ended counted = play(script, Deed::count, 0, survivors);
    if (counted.code == not_for_this_system) continue;
    // All calls of one that joins, meets the others and waits for them.
    const std::uint64_t step = script.name == "park" ? 1 : stride;
    for (std::uint64_t call = 1 + random() % step; call <= counted.calls_that_can_fail(); call += step) {
      const Ended ended = play(script, Deed::fail, call, survivors);
      INFO(script.name << ", call " << call << ": " << ended.before << ended.said);
      REQUIRE(ended.code == 0);
      ++failures;
    }
  }
  std::cout << "crash: " << failures << " calls failed" << std::endl;
}
