#include "crash/play.h"

#include "support/environment.h"

#include <carry/platform/thread.h>

#include <iostream>
#include <random>
#include <sstream>
#include <stdexcept>

namespace carry::test {

namespace {

constexpr auto pause = std::chrono::microseconds(200);  // long enough for somebody to park

}  // namespace

std::uint64_t Ended::number(std::size_t word) const {
  std::istringstream words(said);
  std::string skipped;
  while (word-- != 0) words >> skipped;
  std::uint64_t value = 0;
  if (!(words >> value)) throw std::runtime_error("no points: " + said);
  return value;
}

ChildProcess start(const Script& script, points::Deed deed, std::uint64_t number, const std::string& domain) {
  return ChildProcess::start_role("script", {std::string(script.name), std::to_string(static_cast<int>(deed)), std::to_string(number), domain});
}

void leave_a_corpse() {
  auto corpse = ChildProcess::start_role("corpse");
  if (corpse.read_line() != "lies") throw std::runtime_error("the corpse did not live");
  corpse.kill();
  corpse.wait();
}

Ended end_of(ChildProcess child, Survivors& survivors) {
  while (child.is_running()) {
    survivors.live();
    platform::sleep_for(pause);
  }
  Ended ended;
  while (auto line = child.read_line()) {
    if (!ended.said.empty()) ended.before += ended.said + "; ";
    ended.said = std::move(*line);
  }
  ended.code = child.wait();
  return ended;
}

Ended play(const Script& script, points::Deed deed, std::uint64_t number, Survivors& survivors) {
  if (script.finds_a_corpse) leave_a_corpse();
  const Ended ended = end_of(start(script, deed, number), survivors);
  survivors.outlive(std::string(script.name) + " at " + std::to_string(number));
  return ended;
}

unsigned seed() {
  static const auto one = static_cast<unsigned>(setting("CARRY_CRASH_SEED", static_cast<int>(std::random_device{}() >> 1)));
  std::cout << "crash: CARRY_CRASH_SEED=" << one << std::endl;
  return one;
}

}  // namespace carry::test
