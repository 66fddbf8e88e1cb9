// A script is stopped at each of its points, the last ones of its domain among them, and is in nobody's way: neither while it is stopped, nor when it
// goes on or is killed then.

#include "crash/play.h"
#include "support/catch.h"
#include "support/environment.h"

#include <carry/platform/domain_directory.h>
#include <carry/utils/timestamp.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <random>

using namespace carry::test;
using points::Deed;

namespace {

/// A domain in which nobody is but the processes that a test starts.
struct LonelyDomain {
  std::string name = "stopped-" + std::to_string(carry::utils::timestamp());
  std::filesystem::path path = std::filesystem::path(carry::platform::DomainDirectory::open({})->path()).parent_path() / name;
};

/// How long the whole script took somebody else.
std::chrono::milliseconds play_beside(const Script& script, const LonelyDomain& domain) {
  const auto begin = std::chrono::steady_clock::now();
  REQUIRE(start(script, Deed::nothing, 0, domain.name).wait() == 0);
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
}

}  // namespace

TEST_CASE("a process that is stopped at any of its points is in nobody's way, goes on when it may, and nothing is left", "[crash][rest]") {
  const auto stride = static_cast<std::uint64_t>(setting("CARRY_CRASH_STRIDE", 1));
  const auto seed = static_cast<unsigned>(setting("CARRY_CRASH_SEED", static_cast<int>(std::random_device{}() >> 1)));
  std::cout << "crash: CARRY_CRASH_SEED=" << seed << std::endl;
  std::mt19937 random(seed);
  const LonelyDomain domain;
  std::uint64_t stops = 0;
  std::chrono::milliseconds longest{};
  for (const Script& script : scripts()) {
    if (!script.runs_alone || start(script, Deed::nothing, 0, domain.name).wait() == not_for_this_system) continue;
    // Joining and leaving at all points; what others do besides is their own, and is looked at where it comes to others by the tests of kills.
    const std::uint64_t step = script.name == "join" ? stride : 20 * stride;
    bool was_stopped = true;
    for (std::uint64_t point = 1 + random() % step; was_stopped; point += step) {
      for (const bool is_killed_then : {false, true}) {
        INFO(script.name << " at " << point << (is_killed_then ? ", then killed" : ", then goes on"));
        auto stopped = start(script, Deed::stop, point, domain.name);
        was_stopped = stopped.wait_until_stopped();
        longest = std::max(longest, play_beside(script, domain));
        longest = std::max(longest, play_beside(script, domain));
        is_killed_then ? stopped.kill() : stopped.resume();
        const int code = stopped.wait();
        REQUIRE((code == 0 || (is_killed_then && was_stopped)));
        if (is_killed_then) (void)play_beside(script, domain);
        REQUIRE_FALSE(std::filesystem::exists(domain.path));
        stops += was_stopped ? 1 : 0;
      }
    }
  }
  std::cout << "crash: stopped in its domain: " << stops << " stops; others took " << longest.count() << " ms at most, from their start to their end"
            << std::endl;
  CHECK(stops > 0);
}
