#include "choices.h"

namespace carry::explorer {

RandomChoices::RandomChoices(std::uint64_t seed, std::size_t steps) : state_(seed) {
  constexpr std::array<std::uint64_t, 4> switching{2, 4, 12, 40};
  constexpr std::array<std::uint64_t, 4> stale{2, 4, 10, 30};
  manner_ = static_cast<Manner>(draw() % 3);
  switch_one_in_ = switching[draw() % switching.size()];
  stale_one_in_ = stale[draw() % stale.size()];
  stale_group_ = draw() % (2 * groups);
  for (auto& priority : priority_) priority = 1000 + draw() % 1000000;
  for (auto& step : change_at_) step = draw() % steps;
}

std::uint64_t RandomChoices::draw() {  // splitmix64
  std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::size_t RandomChoices::any_of(Runnable runnable) {
  std::size_t skip = draw() % runnable.count();
  for (std::size_t thread = 0;; ++thread) {
    if (runnable[thread] && skip-- == 0) return thread;
  }
}

std::size_t RandomChoices::thread(std::size_t current, Runnable runnable) {
  ++steps_;
  switch (manner_) {
    case Manner::alternating: return current != none && !one_in(switch_one_in_) ? current : any_of(runnable);
    case Manner::turns: return of_turn(current, runnable);
    case Manner::priorities: break;
  }
  return of_priority(current, runnable);
}

std::size_t RandomChoices::of_turn(std::size_t current, Runnable runnable) {
  if (current != none && turn_ != 0) {
    --turn_;
    return current;
  }
  constexpr std::size_t kinds = 8;
  turn_ = draw() % (std::size_t{1} << (draw() % kinds));
  return any_of(runnable);
}

std::size_t RandomChoices::of_priority(std::size_t current, Runnable runnable) {
  if (current != none) {
    for (const std::size_t step : change_at_) {
      if (step == steps_) priority_[current] = --lowest_;
    }
  } else if (one_in(4)) {
    return any_of(runnable);  // The thread of the highest priority may be one that merely polls.
  }
  std::size_t best = none;
  for (std::size_t thread = 0; thread != runnable.size(); ++thread) {
    if (runnable[thread] && (best == none || priority_[thread] > priority_[best])) best = thread;
  }
  return best;
}

std::size_t RandomChoices::staleness(std::size_t location, std::size_t count) {
  const bool all = stale_group_ >= groups;
  if (!all && location % groups != stale_group_) return 0;
  if (all ? !one_in(stale_one_in_) : one_in(4)) return 0;
  return one_in(2) ? count - 1 : draw() % count;
}

std::size_t ExhaustiveChoices::choose(std::size_t count, bool departs) {
  if (count == 1 || (departs && departures_ == budget_)) return 0;
  if (depth_ == path_.size()) path_.push_back({.taken = 0, .count = count});
  const std::size_t taken = path_[depth_++].taken;
  if (departs && taken != 0) ++departures_;
  return taken;
}

std::size_t ExhaustiveChoices::thread(std::size_t current, Runnable runnable) {
  std::size_t nth = choose(runnable.count(), current != none);
  if (current != none && nth == 0) return current;
  // The current thread is the first choice, the others follow in their order.
  if (current != none) {
    runnable.reset(current);
    --nth;
  }
  for (std::size_t thread = 0;; ++thread) {
    if (runnable[thread] && nth-- == 0) return thread;
  }
}

std::size_t ExhaustiveChoices::staleness(std::size_t /*location*/, std::size_t count) { return choose(count, true); }

bool ExhaustiveChoices::next() {
  repeat();
  while (!path_.empty() && path_.back().taken + 1 == path_.back().count) path_.pop_back();
  if (path_.empty()) return false;
  ++path_.back().taken;
  return true;
}

}  // namespace carry::explorer
