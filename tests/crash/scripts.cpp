// What is done in a process that has points. Compiled so that its stores, those of headers among them, are points too.

#include "crash/scripts.h"

#include "crash/points.h"
#include "process/checked_message.h"
#include "support/child_process.h"
#include "support/environment.h"

#include <carry/async/event_loop.h>
#include <carry/async/subscriber.h>
#include <carry/async/wait.h>
#include <carry/carry.h>
#include <carry/domain/participant.h>
#include <carry/event/bell_notifier.h>
#include <carry/event/bell_observer.h>
#include <carry/event/domain_socket_notifier.h>
#include <carry/event/domain_socket_observer.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <new>
#include <string>

#include <spdlog/spdlog.h>

namespace carry::test {

namespace {

using publish_subscribe::Publisher;
using publish_subscribe::Subscriber;

std::error_code join() {
  auto participant = domain::Participant::current();
  return participant ? std::error_code() : participant.error();
}

/// More than a lap, so that messages are destroyed and slots used again.
std::error_code publish(const char* topic, PublisherOptions options, std::uint64_t messages) {
  Publisher<Checked> publisher(topic, options);
  if (auto error = publisher.initialize()) return error;
  for (std::uint64_t i = 1; i <= messages; ++i) {
    const auto error = publisher.publish(Checked(i));
    if (error && error != Errc::ring_full) return error;
  }
  return {};
}

std::error_code publish_overwriting() { return publish("up", {.capacity = 4, .history = 2}, 12); }
std::error_code publish_blocking() {
  return publish("up-gated", {.capacity = 4, .overflow = Overflow::block, .block_timeout = 10s, .linger = 10s}, 12);
}
std::error_code publish_rejecting() { return publish("up-gated", {.capacity = 4, .overflow = Overflow::reject, .linger = 10s}, 12); }

std::error_code lend() {
  Publisher<Checked> publisher("up", {.capacity = 4});
  if (auto error = publisher.initialize()) return error;
  for (std::uint64_t i = 1; i <= 4; ++i) {
    auto loan = publisher.loan();
    if (!loan) return loan.error();
    *loan = Checked(i);
    if (i % 2 == 0) loan.drop();
    else if (auto error = publisher.publish(std::move(loan))) return error;
  }
  return publisher.publish_in_place([](Checked& message) { message = Checked(5); });
}

/// A message that has room for that many words: blocks as large as one likes, and few stores.
Checked large(std::uint64_t words) {
  Checked message(0);
  message.data.reserve(words);
  return message;
}

std::error_code grow() {
  Publisher<Checked> publisher("up", {.capacity = 2});
  if (auto error = publisher.initialize()) return error;
  for (const std::uint64_t words : {10'000u, 50'000u, 20'000u, 100'000u}) {
    if (auto error = publisher.publish(large(words))) return error;
  }
  (void)publisher.reclaim();
  (void)trim_dynamic_buffer();
  return publisher.publish(large(30'000));
}

/// The buffer is full before the ring is, and old messages are given up.
std::error_code reclaim() {
  constexpr std::size_t buffer_bytes = 512 * 1024;
  if (auto result = initialize_dynamic_buffer({.maximum_bytes = buffer_bytes}); !result) return result.error();
  Publisher<Checked> publisher("up", {.capacity = 16});
  if (auto error = publisher.initialize()) return error;
  for (int i = 0; i != 24; ++i) {
    if (auto error = publisher.publish(large(buffer_bytes / 64))) return error;
  }
  return {};
}

/// Takes what is there, holds two samples, and lets them go in two ways.
std::error_code receive(const char* topic) {
  Subscriber<Checked> subscriber(topic, {.max_held = 3});
  if (auto error = subscriber.initialize()) return error;
  if (auto error = subscriber.subscribe()) return error;
  std::array<Sample<Checked>, 2> held;
  for (std::size_t i = 0; i != 6; ++i) {
    std::error_code error;
    auto sample = subscriber.try_receive(error);
    if (error) return error;
    if (sample && !sample->is_whole()) return std::make_error_code(std::errc::bad_message);
    held[i % held.size()] = std::move(sample);
  }
  held[0].release();
  subscriber.cancel_subscription();
  return held[1] && !held[1]->is_whole() ? std::make_error_code(std::errc::bad_message) : std::error_code();
}

std::error_code receive_overwritten() { return receive("down"); }
std::error_code receive_gated() { return receive("down-gated"); }

std::error_code park() {
  Subscriber<Checked, event::BellObserver> subscriber("down", {.spin = 0us});
  if (auto error = subscriber.initialize()) return error;
  if (auto error = subscriber.subscribe()) return error;
  for (int i = 0; i != 8; ++i) {
    const auto whole = [](auto& data) { return data.acquire()->is_whole() ? std::error_code() : std::make_error_code(std::errc::bad_message); };
    if (auto error = subscriber.receive(whole, 10s)) return error;
  }
  return {};
}

async::task<void> receive_some(async::Subscriber<Checked>& subscriber, std::error_code& error) {
  for (int i = 0; i != 8 && !error; ++i) {
    const auto sample = co_await subscriber.receive();
    if (!sample) error = sample.error();
    else if (!(*sample)->is_whole()) error = std::make_error_code(std::errc::bad_message);
  }
}

std::error_code suspend(async::driver driver) {
  auto loop = async::event_loop::make(driver);
  if (!loop) return loop.error();
  async::Subscriber<Checked> subscriber("down");
  if (auto error = subscriber.initialize()) return error;
  if (auto error = subscriber.subscribe()) return error;
  std::error_code error;
  loop->spawn(receive_some(subscriber, error));
  if (auto failed = loop->run()) return failed;
  return error;
}

std::error_code suspend_automatically() { return suspend(async::driver::automatic); }
std::error_code suspend_in_epoll() { return suspend(async::driver::epoll); }

template <class Notifier, class Observer>
std::error_code notify(const char* id) {
  Notifier notifier;
  Observer observer;
  if (auto error = notifier.initialize(id)) return error;
  if (auto error = observer.initialize(id)) return error;
  if (auto error = observer.subscribe()) return error;
  for (std::uint64_t i = 1; i <= 3; ++i) {
    if (auto error = notifier.notify_observers(i)) return error;
    if (auto error = observer.receive(10s, [](auto) { return std::error_code(); })) return error;
  }
  return {};
}

std::error_code notify_by_bell() { return notify<event::BellNotifier, event::BellObserver>("called by bell"); }
std::error_code notify_by_socket() { return notify<event::DomainSocketNotifier, event::DomainSocketObserver>("called by socket"); }

constexpr std::array all_scripts{
    Script{.name = "join", .run = join, .runs_alone = true},
    Script{.name = "publish overwriting", .run = publish_overwriting, .runs_alone = true},
    Script{.name = "publish blocking", .run = publish_blocking},
    Script{.name = "publish rejecting", .run = publish_rejecting},
    Script{.name = "lend", .run = lend},
    Script{.name = "grow", .run = grow, .runs_alone = true},
    Script{.name = "reclaim", .run = reclaim, .runs_alone = true},
    Script{.name = "receive overwritten", .run = receive_overwritten},
    Script{.name = "receive gated", .run = receive_gated},
    Script{.name = "park", .run = park},
    Script{.name = "suspend", .run = suspend_automatically},
    Script{.name = "suspend in epoll", .run = suspend_in_epoll, .is_for_linux = true},
    Script{.name = "notify by bell", .run = notify_by_bell, .runs_alone = true},
    Script{.name = "notify by socket", .run = notify_by_socket, .is_for_linux = true, .runs_alone = true},
    Script{.name = "clean", .run = join, .finds_a_corpse = true},
    Script{.name = "restart", .run = publish_overwriting, .finds_a_corpse = true},
};

/// The error of a script, which may throw for want of memory as containers do.
std::error_code run(const Script& script) {
  try {
    return script.run();
  } catch (const std::bad_alloc&) {
    return Errc::heap_exhausted;
  }
}

/// script NAME DEED NUMBER DOMAIN: does what the script says. Exit code 0: it could, at the latest when the call that failed was made again.
int play(const Arguments& arguments) {
  spdlog::set_level(spdlog::level::off);
  if (!arguments.at(3).empty()) set_environment("CARRY_DOMAIN", arguments.at(3));
  const auto script = std::ranges::find(all_scripts, arguments.at(0), &Script::name);
  points::arm(static_cast<points::Deed>(std::stoi(arguments.at(1))), std::stoull(arguments.at(2)));
  std::error_code error = run(*script);
  if (const char* failed = points::failed_call()) {
    say(std::string("failed ") + failed + (error ? ": " + error.message() : ", nobody minds"));
    // What the first attempt published may still be read, and lie in the buffer.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (error && std::chrono::steady_clock::now() < deadline) error = run(*script);
  }
  if (!error) return 0;
  if (script->is_for_linux && error == std::errc::not_supported && points::failed_call() == nullptr) return not_for_this_system;
  say("not so: " + error.message());
  return 1;
}

/// corpse [DOMAIN]: has ports of all kinds, and waits to be killed.
int lie(const Arguments& arguments) {
  if (!arguments.empty()) set_environment("CARRY_DOMAIN", arguments.front());
  Publisher<Checked> publisher("up", {.history = 2});
  Subscriber<Checked, event::BellObserver> subscriber("down");
  event::DomainSocketObserver observer;
  if (publisher.initialize() || subscriber.initialize() || subscriber.subscribe() || observer.initialize("called by socket")) return 2;
  (void)observer.subscribe();  // Linux only.
  (void)publisher.publish(Checked(1));
  (void)subscriber.receive([](auto&) { return std::error_code(); }, 1ns);
  say("lies");
  (void)hear();
  return 0;
}

const Role script_role{"script", play};
const Role corpse_role{"corpse", lie};

}  // namespace

std::span<const Script> scripts() { return all_scripts; }

}  // namespace carry::test
