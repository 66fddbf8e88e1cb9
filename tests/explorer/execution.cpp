#include "execution.h"

#include "failure.h"

#include <cstdlib>

namespace carry::explorer {

namespace {
constexpr std::size_t most_steps = 20000;  // a scenario's loops are bounded; one that has come so far is in a loop of the ring's
}

Execution& execution() noexcept {
  static Execution the_one;
  return the_one;
}

void fail(std::string_view check, std::string detail) {
  execution().fail(check, std::move(detail));
  std::abort();  // Not reached by a logical thread.
}

void Execution::begin() noexcept {
  memory_.reset();
  mutexes_.clear();
  failure_ = {};
  steps_.clear();
  step_count_ = 0;
}

void Execution::run(std::vector<Fibers::Body> threads, Choices& choices) {
  choices_ = &choices;
  if (!fibers_.run(std::move(threads), choices) && !failed()) failure_ = {.check = "deadlock", .detail = "threads wait for each other's mutexes"};
}

void Execution::fail(std::string_view check, std::string detail) {
  if (failure_.check.empty()) failure_ = {.check = check, .detail = std::move(detail)};
  if (fibers_.inside()) fibers_.abandon();
}

Order Execution::come_to(Kind kind, Order order, std::uintptr_t pc) {
  fibers_.give_way();
  if (++step_count_ == most_steps) explorer::fail("endless", "an operation of the ring does not end");
  return sites_.at(pc, kind, order).used_order;
}

void Execution::note(Step step) {
  if (!keeps_steps_) return;
  step.thread = fibers_.current();
  steps_.push_back(step);
}

std::uint64_t Execution::load(const volatile void* word, Order order, std::uintptr_t pc) {
  if (memory_.is_constant(word)) return *static_cast<const volatile std::uint64_t*>(word);
  const Order used = come_to(Kind::load, order, pc);
  const auto found = memory_.load(fibers_.current(), word, used, *choices_);
  note({.thread = 0, .pc = pc, .kind = Kind::load, .order = used, .word = word_of(word), .value = found.value, .newer = found.newer});
  return found.value;
}

void Execution::store(volatile void* word, std::uint64_t value, Order order, std::uintptr_t pc) {
  const Order used = come_to(Kind::store, order, pc);
  memory_.store(fibers_.current(), word, value, used);
  note({.thread = 0, .pc = pc, .kind = Kind::store, .order = used, .word = word_of(word), .value = value, .newer = 0});
}

void Execution::fence(Order order, std::uintptr_t pc) {
  if (!fibers_.inside()) return;
  const Order used = come_to(Kind::fence, order, pc);
  memory_.fence(fibers_.current(), used);
  note({.thread = 0, .pc = pc, .kind = Kind::fence, .order = used, .word = 0, .value = 0, .newer = 0});
}

bool Execution::take(Mutex& mutex) {
  if (mutex.depth != 0 && mutex.owner != fibers_.current()) return false;
  if (mutex.depth++ == 0) {
    mutex.owner = fibers_.current();
    memory_.acquire(mutex.owner, mutex.released);
  }
  return true;
}

void Execution::lock(const void* mutex) {
  if (!fibers_.inside()) return;
  fibers_.give_way();
  while (!take(mutexes_[mutex])) fibers_.sleep();
}

bool Execution::try_lock(const void* mutex) {
  if (!fibers_.inside()) return true;
  fibers_.give_way();
  return take(mutexes_[mutex]);
}

void Execution::unlock(const void* address) {
  if (!fibers_.inside()) return;
  Mutex& mutex = mutexes_[address];
  if (--mutex.depth != 0) return;
  memory_.release(mutex.owner, mutex.released);
  fibers_.wake_all();
}

}  // namespace carry::explorer
