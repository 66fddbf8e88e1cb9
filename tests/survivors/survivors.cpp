#include "survivors/survivors.h"

#include "process/own_participant.h"
#include "support/becomes_true.h"

#include <carry/domain/clean.h>
#include <carry/event/bell_observer.h>
#include <carry/event/multiplexer.h>
#include <carry/platform/thread.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <thread>

namespace carry::test {

namespace {

using publish_subscribe::Subscriber;
using Parking = Subscriber<Checked, event::BellObserver>;

constexpr std::size_t capacity = 16;

void require(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error(what);
}

/// sleeper: parks for the messages of "down-gated", of which it gets every one, of "down", of which it gets or counts every one, and of those that
/// are killed. For every line it hears it
/// waits until it has the message of that number, and says so.
int sleep_between_messages(const Arguments&) {
  Parking gated("down-gated", {.spin = 0us}), overwritten("down", {.spin = 0us}), up("up", {.spin = 0us}), up_gated("up-gated", {.spin = 0us});
  event::Multiplexer multiplexer;
  std::atomic<std::uint64_t> last = 0;
  std::atomic<bool> sound = true;
  const auto whole = [&](auto& data) {
    const auto sample = data.acquire();
    if (!sample->is_whole()) sound = false;
    return std::error_code();
  };
  const auto next = [&](auto& data) {
    const auto sample = data.acquire();
    if (!sample->is_whole() || sample->number != last + 1) sound = false;
    last = sample->number;
    return std::error_code();
  };
  std::uint64_t seen = 0;
  std::uint64_t missed = 0;
  const auto counted = [&](auto& data) {
    const auto sample = data.acquire();
    const std::uint64_t now_missed = overwritten.missed();
    if (!sample->is_whole() || (seen != 0 && sample->number != seen + 1 + now_missed - missed)) sound = false;
    seen = sample->number;
    missed = now_missed;
    return std::error_code();
  };
  for (Parking* subscriber : {&gated, &overwritten, &up, &up_gated}) {
    if (subscriber->initialize() || subscriber->subscribe()) return 2;
  }
  multiplexer.add(gated, next);
  multiplexer.add(overwritten, counted);
  for (Parking* subscriber : {&up, &up_gated}) multiplexer.add(*subscriber, whole);
  std::stop_source stop;
  std::thread sleeping([&] { (void)multiplexer.run(stop.get_token()); });
  say("sleeps");
  while (const auto line = hear()) {
    const bool came = becomes_true([&] { return last >= std::stoull(*line) || !sound; });
    say(!sound ? "a message is broken, or missing" : came ? "has it" : "was not woken: has " + std::to_string(last));
  }
  stop.request_stop();
  sleeping.join();
  return 0;
}

const Role sleeper_role{"sleeper", sleep_between_messages};

}  // namespace

Survivors::Survivors()
    : down_("down", {.capacity = capacity, .history = 4}),
      down_gated_("down-gated", {.capacity = capacity, .history = 4, .overflow = Overflow::block, .block_timeout = 20s}),
      up_("up"),
      up_gated_("up-gated"),
      sleeper_(ChildProcess::start_role("sleeper")) {
  require(sleeper_.read_line() == "sleeps", "the sleeper cannot sleep");
  require(!down_.initialize() && !down_gated_.initialize(), "cannot publish");
  require(!up_.initialize() && !up_.subscribe() && !up_gated_.initialize() && !up_gated_.subscribe(), "cannot subscribe");
  // Often enough for the sleeper to have slept before one of the messages: its bell is open then, and stays so.
  for (int round = 0; round != 20; ++round) {
    go_on();
    platform::sleep_for(std::chrono::milliseconds(1));
  }
  clean();
  baseline_ = OwnHoldings::now();
}

void Survivors::take(Subscriber<Checked>& subscriber) {
  std::error_code error;
  while (const auto sample = subscriber.try_receive(error)) {
    require(sample->is_whole(), "a message is not whole");
    ++received_;
  }
  require(!error, "receiving: " + error.message());
}

void Survivors::live() {
  ++published_;
  for (auto* publisher : {&down_, &down_gated_}) {
    const auto error = publisher->publish(Checked(published_));
    require(!error, "publishing: " + error.message());
  }
  take(up_);
  take(up_gated_);
}

void Survivors::go_on() {
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i != 2 * capacity; ++i) live();
  sleeper_.write_line(std::to_string(published_));
  const auto answer = sleeper_.read_line();
  require(answer == "has it", "the sleeper " + answer.value_or("is gone"));
  worst_ = std::max(worst_, std::chrono::steady_clock::now() - begin);
}

/// As `carry clean` does; and then everybody has looked.
void Survivors::clean() {
  (void)domain::clean(own_participant().directory());
  live();
  (void)down_.num_subscribers();
  (void)down_gated_.num_subscribers();
}

void Survivors::outlive(const std::string& who) {
  try {
    go_on();
    clean();
    const OwnHoldings now = OwnHoldings::now();
    require(now == baseline_, "not given back: " + now.to_string() + " instead of " + baseline_.to_string());
    require(visible_participants() == 2, "a name is left");
    require(down_.num_subscribers() == 1 && down_gated_.num_subscribers() == 1, "a reader is left");
    require(up_.num_publishers() == 0 && up_gated_.num_publishers() == 0, "a publisher is left");
  } catch (const std::runtime_error& failure) {
    throw std::runtime_error(who + ": " + failure.what());
  }
}

}  // namespace carry::test
