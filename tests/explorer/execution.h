#pragma once

// One execution of a scenario: logical threads on the weak memory. What the compiler's calls and the scenarios act upon.

#include "choices.h"
#include "fibers.h"
#include "order.h"
#include "sites.h"
#include "weak_memory.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace carry::explorer {

/// What a check found.
struct Failure {
  std::string_view check;
  std::string detail;
};

/// One operation, noted when asked to.
struct Step {
  std::size_t thread;
  std::uintptr_t pc;
  Kind kind;
  Order order;
  std::size_t word;  // of the arena
  std::uint64_t value;
  std::size_t newer;  // stores that a load passed over
};

class Execution {
 public:
  /// Before the scenario is set up.
  void begin() noexcept;

  /// Runs the scenario's threads. Failed if failed().
  void run(std::vector<Fibers::Body> threads, Choices& choices);

  bool failed() const noexcept { return !failure_.check.empty(); }
  const Failure& failure() const noexcept { return failure_; }

  /// Notes what is found; does not return to a logical thread.
  void fail(std::string_view check, std::string detail);

  WeakMemory& memory() noexcept { return memory_; }
  Sites& sites() noexcept { return sites_; }
  void keep_steps(bool wanted) noexcept { keeps_steps_ = wanted; }
  std::size_t step_count() const noexcept { return step_count_; }
  const std::vector<Step>& steps() const noexcept { return steps_; }

  /// True if an operation on that address, here and now, is the model's.
  bool models(const volatile void* address) const noexcept { return fibers_.inside() && memory_.has(address); }

  std::uint64_t load(const volatile void* word, Order order, std::uintptr_t pc);
  void store(volatile void* word, std::uint64_t value, Order order, std::uintptr_t pc);
  void fence(Order order, std::uintptr_t pc);

  template <class Change>
  std::uint64_t read_modify_write(volatile void* word, Order order, std::uintptr_t pc, Change change) {
    const Order used = come_to(Kind::read_modify_write, order, pc);
    const auto found = memory_.read_modify_write(fibers_.current(), word, used, change);
    note({.thread = 0, .pc = pc, .kind = Kind::read_modify_write, .order = used, .word = word_of(word), .value = change(found.value), .newer = 0});
    return found.value;
  }

  void read_plain(const volatile void* address, std::size_t bytes) {
    if (models(address)) memory_.read_plain(fibers_.current(), address, bytes);
  }
  void write_plain(const volatile void* address, std::size_t bytes) {
    if (models(address)) memory_.write_plain(fibers_.current(), address, bytes);
  }

  /// Mutexes of the logical threads. Outside of them nobody else is there.
  void lock(const void* mutex);
  bool try_lock(const void* mutex);
  void unlock(const void* mutex);

  void pause() {
    if (fibers_.inside()) fibers_.pause();
  }
  bool in_thread() const noexcept { return fibers_.inside(); }

 private:
  struct Mutex {
    std::size_t owner = Choices::none;
    std::size_t depth = 0;
    Past released;
  };

  Order come_to(Kind kind, Order order, std::uintptr_t pc);
  bool take(Mutex& mutex);
  void note(Step step);
  std::size_t word_of(const volatile void* word) noexcept {
    return (reinterpret_cast<std::uintptr_t>(word) - reinterpret_cast<std::uintptr_t>(memory_.arena())) / 8;
  }

  WeakMemory memory_;
  Fibers fibers_;
  Sites sites_;
  Choices* choices_ = nullptr;
  std::unordered_map<const void*, Mutex> mutexes_;
  Failure failure_;
  std::vector<Step> steps_;
  bool keeps_steps_ = false;
  std::size_t step_count_ = 0;
};

/// There is one at a time.
Execution& execution() noexcept;

}  // namespace carry::explorer
