#pragma once

// The memory of C++20, as far as an interleaving can show it: atomic words whose loads may read old stores, and plain words with races.
//
// An execution is a sequence of operations, one thread at a time. Each atomic word has its stores in modification order, and each store what an
// acquiring load of it learns (`released`). A load may read any store that is not older than
//   - the latest one that the thread has written, read, or been told of by what happens before (coherence),
//   - with seq_cst: the latest one that a seq_cst operation has written or read, or that happens before a seq_cst fence.
// A seq_cst fence tells its thread of all stores that earlier seq_cst fences and operations know, and is itself noted. That is the standard's
// [atomics.order]/4: where A is coherence-ordered before B, their order in S, or that of fences after A and before B, must agree; S is here the order of the
// execution, and A can only be a load that passes over the store or the load B. Relaxed loads keep what they did not learn for the
// next acquire fence; a release fence keeps what it knows for the next relaxed stores. A release sequence is a release store and the
// read-modify-writes after it, no plain stores of the same thread (C++20).
//
// Stronger than the standard, and than RC11 ("Repairing sequential consistency in C/C++11", 2017), in three points:
//   - a store's place in the modification order is its place in the execution. Exact for words with one writing thread, or whose writers are
//     ordered by what happens before; that is every word of the ring but the epoch, which is only changed by read-modify-writes.
//   - no load reads a store that is executed later (load buffering), so nothing comes out of thin air. RC11 forbids the same.
//   - S agrees with everything that happens before; RC11 lets seq_cst operations of different words that are ordered only by way of weaker ones be the other way round in S.
// C11Tester (ASPLOS 2021) explores real programs in this manner, through the same calls of the compiler, and builds modification orders as
// constraints instead, which spares it the first point.
//
// Not weaker in any point: what fails here fails by the standard. std::memory_order_consume is acquire.

#include "choices.h"
#include "order.h"
#include "past.h"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace carry::explorer {

inline constexpr std::size_t arena_bytes = 4096;
inline constexpr std::size_t arena_words = arena_bytes / 8;

class WeakMemory {
 public:
  /// What a load or a read-modify-write found.
  struct Found {
    std::uint64_t value;
    std::size_t newer;  // stores that it passed over
  };

  /// Memory that the model sees. What its words hold before their first operation in a thread is known to all threads.
  std::byte* arena() noexcept { return arena_.bytes; }
  bool has(const volatile void* address) const noexcept { return offset_of(address) < arena_bytes; }

  void reset() noexcept;

  /// A word that no thread will write: to read it is no step.
  void declare_constant(const void* word) { constant_[offset_of(word) / 8] = true; }
  bool is_constant(const volatile void* word) const noexcept { return constant_[offset_of(word) / 8]; }

  Found load(std::size_t thread, const volatile void* word, Order order, Choices& choices);
  void store(std::size_t thread, volatile void* word, std::uint64_t value, Order order);
  void fence(std::size_t thread, Order order);

  /// Reads the latest store, and stores what `change` makes of it.
  template <class Change>
  Found read_modify_write(std::size_t thread, volatile void* word, Order order, Change change) {
    const std::size_t location = location_of(word);
    const Found found = read(thread, location, locations_[location].stores.size() - 1, order);
    append(thread, word, location, change(found.value), order, &locations_[location].stores.back().released);
    return found;
  }

  void read_plain(std::size_t thread, const volatile void* address, std::size_t bytes);
  void write_plain(std::size_t thread, const volatile void* address, std::size_t bytes);

  /// A mutex's two sides.
  void acquire(std::size_t thread, const Past& released) { threads_[thread].now.join(released); }
  void release(std::size_t thread, Past& released) {
    released.join(threads_[thread].now);
    ++threads_[thread].now.clock[thread];
  }

 private:
  struct Store {
    std::uint64_t value;
    Past released;
  };
  struct Location {
    std::vector<Store> stores;
  };
  struct Thread {
    Past now;
    Past kept_by_loads;  // for an acquire fence
    Past kept_by_fence;  // of the last release fence
  };
  struct PlainWord {
    std::uint32_t written = 0;
    std::uint32_t writer = 0;
    std::array<std::uint32_t, max_threads> read{};
  };
  struct alignas(64) Arena {
    std::byte bytes[arena_bytes];
  };

  std::size_t offset_of(const volatile void* address) const noexcept {
    return reinterpret_cast<std::uintptr_t>(address) - reinterpret_cast<std::uintptr_t>(arena_.bytes);
  }
  std::size_t location_of(const volatile void* word);
  Found read(std::size_t thread, std::size_t location, std::size_t index, Order order);
  void append(std::size_t thread, volatile void* word, std::size_t location, std::uint64_t value, Order order, const Past* sequence);

  static constexpr std::uint8_t no_location = 0xff;
  Arena arena_{};
  std::array<std::uint8_t, arena_words> location_of_word_{};
  std::size_t location_count_ = 0;
  std::array<Location, max_locations> locations_;
  std::array<Thread, max_threads> threads_;
  std::array<PlainWord, arena_words> plain_;
  std::bitset<arena_words> constant_;
  View known_to_seq_cst_operations_{};
  View known_to_seq_cst_fences_{};
};

}  // namespace carry::explorer
