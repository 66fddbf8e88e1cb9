#include "crash/points.h"

#include "support/child_process.h"

#include <array>
#include <atomic>

#include <csignal>

namespace carry::test::points {

namespace {

using Counter = std::atomic<std::uint64_t>;

struct Range {
  std::atomic<std::uintptr_t> begin;
  std::atomic<std::uintptr_t> end;
};

constexpr std::size_t most_ranges = 64;
constexpr std::size_t place_slots = 4096;

// Touched by signal handlers and at every store: neither memory nor locks are asked for.
constinit std::array<Range, most_ranges> ranges{};
constinit std::atomic<std::size_t> range_count = 0;
constinit std::atomic<Deed> deed = Deed::nothing;
constinit Counter target = 0;
constinit std::atomic<const char*> failed = nullptr;
constinit std::array<std::atomic<const void*>, place_slots> places{};
constinit Counter points = 0;
constinit Counter stores = 0;
constinit Counter calls = 0;
constinit Counter calls_that_can_fail = 0;
constinit Counter place_count = 0;

bool is_shared(std::uintptr_t address) noexcept {
  const std::size_t used = range_count;
  for (std::size_t i = 0; i != used; ++i) {
    if (address >= ranges[i].begin && address < ranges[i].end) return true;
  }
  return false;
}

void note(const void* place) noexcept {
  std::size_t slot = (reinterpret_cast<std::uintptr_t>(place) * 0x9e37'79b9'7f4a'7c15u) >> 52;
  for (std::size_t tries = 0; tries != place_slots; ++tries, slot = (slot + 1) % place_slots) {
    const void* there = nullptr;
    if (places[slot].compare_exchange_strong(there, place)) ++place_count;
    if (there == nullptr || there == place) return;
  }
}

void reach(const void* place) noexcept {
  const std::uint64_t number = ++points;
  if (deed == Deed::count) note(place);
  if (number != target) return;
  if (deed == Deed::end) detail::end_process();
  if (deed == Deed::stop) detail::stop_process();
}

void say_counts() {
  disarm();
  const detail::Counts c = detail::counts();
  std::string line = "points";
  for (const std::uint64_t count : {c.points, c.stores, c.calls, c.calls_that_can_fail, c.places}) line += " " + std::to_string(count);
  say(line);
}

}  // namespace

void arm(Deed wanted, std::uint64_t number) {
  std::atexit(say_counts);  // Before carry is first used, and so after it has left.
  target = number;
  detail::watch_system_calls();
  deed = wanted;
}

void disarm() noexcept { deed = Deed::nothing; }

const char* failed_call() noexcept { return failed; }

namespace detail {

Counts counts() noexcept {
  return {.points = points, .stores = stores, .calls = calls, .calls_that_can_fail = calls_that_can_fail, .places = place_count};
}

void store_at(const volatile void* address, const void* place) noexcept {
  if (deed == Deed::nothing || !is_shared(reinterpret_cast<std::uintptr_t>(address))) return;
  ++stores;
  reach(place);
}

void call_at(const void* place) noexcept {
  if (deed == Deed::nothing) return;
  ++calls;
  reach(place);
}

bool call_fails(const char* name) noexcept {
  if (deed == Deed::nothing || ++calls_that_can_fail != target || deed != Deed::fail) return false;
  failed = name;
  return true;
}

void shared_at(std::uintptr_t begin, std::size_t bytes) noexcept {
  const std::size_t used = range_count;
  if (used == most_ranges) return;
  ranges[used].begin = begin;
  ranges[used].end = begin + bytes;
  range_count = used + 1;
}

}  // namespace detail

}  // namespace carry::test::points
