// A script is stopped at each of its points, the last ones of its domain among them, and is in nobody's way: neither while it is stopped, nor when it
// goes on or is killed then.

#include "crash/play.h"
#include "support/catch.h"
#include "support/environment.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <random>
#include <set>
#include <string>

using namespace carry::test;
using points::Deed;

namespace {

/// How long the whole script took somebody else.
std::chrono::milliseconds play_beside(const Script& script, const LonelyDomain& domain) {
  const auto begin = std::chrono::steady_clock::now();
  REQUIRE(start(script, Deed::nothing, 0, domain.name).wait() == 0);
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
}

std::set<std::string> names_in(const std::filesystem::path& path, const std::string& prefix) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    if (const auto name = entry.path().filename().string(); name.starts_with(prefix)) names.insert(name);
  }
  return names;
}

/// The id of the only participant that has sockets: the neighbour.
std::string id_of_neighbour(const std::filesystem::path& path) {
  for (const std::string& name : names_in(path, "")) {
    if (name.ends_with(".socket")) return name.substr(0, name.find('.'));
  }
  return "nobody";
}

}  // namespace

TEST_CASE("a process that was stopped while it joined or left takes nothing from who has come meanwhile", "[crash][rest]") {
  const LonelyDomain domain;
  const Script& join = scripts().front();
  REQUIRE(join.name == "join");
  bool was_stopped = true;
  for (std::uint64_t point = 1; was_stopped; ++point) {
    INFO("at " << point);
    auto stopped = start(join, Deed::stop, point, domain.name);
    was_stopped = stopped.wait_until_stopped();
    auto neighbour = ChildProcess::start_role("corpse", {domain.name});
    REQUIRE(neighbour.read_line() == "lies");
    const std::string id = id_of_neighbour(domain.path);
    const auto before = names_in(domain.path, id);
    REQUIRE(before.size() >= 3);  // a segment, a bell, a socket
    stopped.resume();
    REQUIRE(stopped.wait() == 0);
    REQUIRE(names_in(domain.path, id) == before);
    (void)play_beside(join, domain);
    REQUIRE(neighbour.wait() == 0);
    REQUIRE_FALSE(std::filesystem::exists(domain.path));
  }
}

TEST_CASE("a process that is stopped at any of its points is in nobody's way, goes on when it may, and nothing is left", "[crash][rest]") {
  const auto stride = static_cast<std::uint64_t>(setting("CARRY_CRASH_STRIDE", 1));
  std::mt19937 random(seed());
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
