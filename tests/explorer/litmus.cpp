#include "litmus.h"

#include "choices.h"
#include "execution.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <new>
#include <string>
#include <vector>

namespace carry::explorer {

namespace {

using Word = std::atomic<std::uint64_t>;
constexpr auto relaxed = std::memory_order_relaxed;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto seq_cst = std::memory_order_seq_cst;

// The orders are template parameters: the compiler leaves an operation whose order it does not know to itself.

/// Two words and a plain one in the model's memory, and what the threads found.
struct Memory {
  Word x;
  Word y;
  std::uint64_t plain;
  std::array<std::uint64_t, 4> found;
};

using Thread = std::function<void(Memory&)>;

struct Litmus {
  const char* name;
  std::vector<Thread> threads;
  bool (*weak)(const Memory&);  // the outcome in question
  bool allowed;
};

template <std::memory_order stored, std::memory_order read>
void store_x_then_read_y(Memory& m) {
  m.x.store(1, stored);
  m.found[0] = m.y.load(read);
}

template <std::memory_order stored, std::memory_order read>
void store_y_then_read_x(Memory& m) {
  m.y.store(1, stored);
  m.found[1] = m.x.load(read);
}

void store_x_fence_read_y(Memory& m) {
  m.x.store(1, relaxed);
  std::atomic_thread_fence(seq_cst);
  m.found[0] = m.y.load(relaxed);
}

void store_y_fence_read_x(Memory& m) {
  m.y.store(1, relaxed);
  std::atomic_thread_fence(seq_cst);
  m.found[1] = m.x.load(relaxed);
}

template <std::memory_order order>
void send(Memory& m) {
  m.x.store(1, relaxed);
  m.y.store(1, order);
}

void send_with_fence(Memory& m) {
  m.x.store(1, relaxed);
  std::atomic_thread_fence(release);
  m.y.store(1, relaxed);
}

void send_and_store_once_more(Memory& m) {
  m.x.store(1, relaxed);
  m.y.store(1, release);
  m.y.store(2, relaxed);
}

void send_and_add(Memory& m) {
  m.x.store(1, relaxed);
  m.y.store(1, release);
  m.y.fetch_add(1, relaxed);
}

template <std::memory_order order>
void receive(Memory& m) {
  m.found[0] = m.y.load(order);
  m.found[1] = m.x.load(relaxed);
}

void receive_with_fence(Memory& m) {
  m.found[0] = m.y.load(relaxed);
  std::atomic_thread_fence(acquire);
  m.found[1] = m.x.load(relaxed);
}

template <std::memory_order order>
void read_x_then_y(Memory& m) {
  m.found[0] = m.x.load(order);
  m.found[1] = m.y.load(order);
}

template <std::memory_order order>
void read_y_then_x(Memory& m) {
  m.found[2] = m.y.load(order);
  m.found[3] = m.x.load(order);
}

template <std::memory_order order>
void store_x(Memory& m) {
  m.x.store(1, order);
}

template <std::memory_order order>
void store_y(Memory& m) {
  m.y.store(1, order);
}

void read_x_twice(Memory& m) {
  m.found[0] = m.x.load(relaxed);
  m.found[1] = m.x.load(relaxed);
}

bool both_missed(const Memory& m) { return m.found[0] == 0 && m.found[1] == 0; }
bool sent_and_missed(const Memory& m) { return m.found[0] == 1 && m.found[1] == 0; }
bool last_sent_and_missed(const Memory& m) { return m.found[0] == 2 && m.found[1] == 0; }
bool disagree(const Memory& m) { return m.found[0] == 1 && m.found[1] == 0 && m.found[2] == 1 && m.found[3] == 0; }

std::vector<Litmus> all() {
  return {
      {"store buffering, acquire and release", {store_x_then_read_y<release, acquire>, store_y_then_read_x<release, acquire>}, both_missed, true},
      {"store buffering, seq_cst", {store_x_then_read_y<seq_cst, seq_cst>, store_y_then_read_x<seq_cst, seq_cst>}, both_missed, false},
      {"store buffering, one load acquire", {store_x_then_read_y<seq_cst, seq_cst>, store_y_then_read_x<seq_cst, acquire>}, both_missed, true},
      {"store buffering, fences", {store_x_fence_read_y, store_y_fence_read_x}, both_missed, false},
      {"store buffering, a fence and seq_cst", {store_x_fence_read_y, store_y_then_read_x<seq_cst, seq_cst>}, both_missed, false},
      {"message, relaxed", {send<relaxed>, receive<relaxed>}, sent_and_missed, true},
      {"message, no acquire", {send<release>, receive<relaxed>}, sent_and_missed, true},
      {"message, no release", {send<relaxed>, receive<acquire>}, sent_and_missed, true},
      {"message", {send<release>, receive<acquire>}, sent_and_missed, false},
      {"message, fences", {send_with_fence, receive_with_fence}, sent_and_missed, false},
      {"message, a fence that releases", {send_with_fence, receive<acquire>}, sent_and_missed, false},
      {"message, a fence that acquires", {send<release>, receive_with_fence}, sent_and_missed, false},
      {"message, a store after the release", {send_and_store_once_more, receive<acquire>}, last_sent_and_missed, true},
      {"message, a read-modify-write after the release", {send_and_add, receive<acquire>}, last_sent_and_missed, false},
      {"independent reads, acquire", {store_x<release>, store_y<release>, read_x_then_y<acquire>, read_y_then_x<acquire>}, disagree, true},
      {"independent reads, seq_cst", {store_x<seq_cst>, store_y<seq_cst>, read_x_then_y<seq_cst>, read_y_then_x<seq_cst>}, disagree, false},
      {"one word does not go back", {store_x<relaxed>, read_x_twice}, sent_and_missed, false},
  };
}

/// All executions; true if one had the outcome.
bool shows(const Litmus& litmus) {
  constexpr std::size_t departures = 12;  // more than there are choices
  ExhaustiveChoices choices(departures);
  bool shown = false;
  do {
    execution().begin();
    Memory found{};
    Memory& memory = *new (execution().memory().arena()) Memory{};
    std::vector<Fibers::Body> threads;
    for (const Thread& thread : litmus.threads) threads.emplace_back([&] { thread(memory); });
    execution().run(std::move(threads), choices);
    found.found = memory.found;
    shown = shown || litmus.weak(found);
  } while (choices.next());
  return shown;
}

/// A race on a plain word is found if, and only if, the message is relaxed.
template <std::memory_order sent, std::memory_order received>
bool finds_race() {
  ExhaustiveChoices choices(12);
  bool found = false;
  do {
    execution().begin();
    Memory& memory = *new (execution().memory().arena()) Memory{};
    const auto writer = [&] {
      memory.plain = 1;
      memory.y.store(1, sent);
    };
    const auto reader = [&] {
      if (memory.y.load(received) == 1) memory.found[0] = memory.plain;
    };
    execution().run({writer, reader}, choices);
    found = found || execution().failed();
  } while (choices.next());
  return found;
}

}  // namespace

bool passes_litmus_tests() {
  std::vector<std::string> wrong;
  for (const Litmus& litmus : all()) {
    if (shows(litmus) != litmus.allowed) wrong.emplace_back(litmus.name);
  }
  if (finds_race<release, acquire>()) wrong.emplace_back("a race that is none");
  if (!finds_race<relaxed, acquire>() || !finds_race<release, relaxed>()) wrong.emplace_back("a race that is not found");
  for (const std::string& name : wrong) std::printf("FAILED     the model itself: %s\n", name.c_str());
  return wrong.empty();
}

}  // namespace carry::explorer
