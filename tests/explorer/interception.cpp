// What code calls that was compiled with -fsanitize=thread: a runtime of our own in place of ThreadSanitizer's. Operations on the model's memory
// in a logical thread go to the execution, all others are carried out as they are.
//
// With this runtime all executions are in one thread of the process, so an operation outside of the model needs no order.

#include "execution.h"
#include "failure.h"

#include <pthread.h>

#include <cerrno>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace {

using carry::explorer::execution;
using carry::explorer::fail;
using carry::explorer::Order;

/// The compilers' numbers may carry flags beyond the order.
Order order_of(int number) { return static_cast<Order>(number & 0xff); }

template <class Word>
bool is_modelled(const volatile Word* word) {
  if (!execution().models(word)) return false;
  if (sizeof(Word) != 8) fail("bounds", "an atomic word that is not of 8 bytes");
  return true;
}

template <class Word>
Word load(const volatile Word* word, int order, const void* caller) {
  if (!is_modelled(word)) return *word;
  return static_cast<Word>(execution().load(word, order_of(order), reinterpret_cast<std::uintptr_t>(caller)));
}

template <class Word>
void store(volatile Word* word, Word value, int order, const void* caller) {
  if (!is_modelled(word)) *word = value;
  else execution().store(word, static_cast<std::uint64_t>(value), order_of(order), reinterpret_cast<std::uintptr_t>(caller));
}

template <class Word, std::invocable<Word> Change>
Word change(volatile Word* word, int order, const void* caller, Change make) {
  if (!is_modelled(word)) {
    const Word former = *word;
    *word = static_cast<Word>(make(former));
    return former;
  }
  return static_cast<Word>(execution().read_modify_write(word, order_of(order), reinterpret_cast<std::uintptr_t>(caller), [&](std::uint64_t value) {
    return static_cast<std::uint64_t>(make(static_cast<Word>(value)));
  }));
}

/// As strong when it fails as when it succeeds: the ring has none of these.
template <class Word>
int compare_exchange(volatile Word* word, Word* expected, Word desired, int order, const void* caller) {
  const Word wanted = *expected;
  *expected = change(word, order, caller, [&](Word value) { return value == wanted ? desired : value; });
  return *expected == wanted ? 1 : 0;
}

}  // namespace

#define CALLER __builtin_return_address(0)

#define ATOMIC_OPERATIONS(bits, Word)                                                                                    \
  Word __tsan_atomic##bits##_load(const volatile Word* word, int order) { return load(word, order, CALLER); }            \
  void __tsan_atomic##bits##_store(volatile Word* word, Word value, int order) { store(word, value, order, CALLER); }    \
  Word __tsan_atomic##bits##_exchange(volatile Word* word, Word value, int order) {                                      \
    return change(word, order, CALLER, [=](Word) { return value; });                                                     \
  }                                                                                                                      \
  Word __tsan_atomic##bits##_fetch_add(volatile Word* word, Word value, int order) {                                     \
    return change(word, order, CALLER, [=](Word former) { return former + value; });                                     \
  }                                                                                                                      \
  Word __tsan_atomic##bits##_fetch_sub(volatile Word* word, Word value, int order) {                                     \
    return change(word, order, CALLER, [=](Word former) { return former - value; });                                     \
  }                                                                                                                      \
  Word __tsan_atomic##bits##_fetch_and(volatile Word* word, Word value, int order) {                                     \
    return change(word, order, CALLER, [=](Word former) { return former & value; });                                     \
  }                                                                                                                      \
  Word __tsan_atomic##bits##_fetch_or(volatile Word* word, Word value, int order) {                                      \
    return change(word, order, CALLER, [=](Word former) { return former | value; });                                     \
  }                                                                                                                      \
  Word __tsan_atomic##bits##_fetch_xor(volatile Word* word, Word value, int order) {                                     \
    return change(word, order, CALLER, [=](Word former) { return former ^ value; });                                     \
  }                                                                                                                      \
  int __tsan_atomic##bits##_compare_exchange_strong(volatile Word* word, Word* expected, Word desired, int order, int) { \
    return compare_exchange(word, expected, desired, order, CALLER);                                                     \
  }                                                                                                                      \
  int __tsan_atomic##bits##_compare_exchange_weak(volatile Word* word, Word* expected, Word desired, int order, int) {   \
    return compare_exchange(word, expected, desired, order, CALLER);                                                     \
  }

#define PLAIN_ACCESSES(bytes)                                                                        \
  void __tsan_read##bytes(const void* address) { execution().read_plain(address, bytes); }           \
  void __tsan_write##bytes(const void* address) { execution().write_plain(address, bytes); }         \
  void __tsan_unaligned_read##bytes(const void* address) { execution().read_plain(address, bytes); } \
  void __tsan_unaligned_write##bytes(const void* address) { execution().write_plain(address, bytes); }

extern "C" {

ATOMIC_OPERATIONS(8, std::uint8_t)
ATOMIC_OPERATIONS(32, std::uint32_t)
ATOMIC_OPERATIONS(64, std::uint64_t)
PLAIN_ACCESSES(1)
PLAIN_ACCESSES(2)
PLAIN_ACCESSES(4)
PLAIN_ACCESSES(8)
PLAIN_ACCESSES(16)

void __tsan_atomic_thread_fence(int order) { execution().fence(order_of(order), reinterpret_cast<std::uintptr_t>(CALLER)); }
void __tsan_atomic_signal_fence(int) {}
void __tsan_read_range(const void* address, std::size_t bytes) { execution().read_plain(address, bytes); }
void __tsan_write_range(const void* address, std::size_t bytes) { execution().write_plain(address, bytes); }
void* __tsan_memset(void* to, int value, std::size_t bytes) {
  execution().write_plain(to, bytes);
  return std::memset(to, value, bytes);
}
void* __tsan_memcpy(void* to, const void* from, std::size_t bytes) {
  execution().read_plain(from, bytes);
  execution().write_plain(to, bytes);
  return std::memcpy(to, from, bytes);
}
void* __tsan_memmove(void* to, const void* from, std::size_t bytes) {
  execution().read_plain(from, bytes);
  execution().write_plain(to, bytes);
  return std::memmove(to, from, bytes);
}
void __tsan_init() {}
void __tsan_func_entry(const void*) {}
void __tsan_func_exit() {}
void __tsan_vptr_update(void**, void*) {}
void __tsan_vptr_read(void**) {}

// The linker gives the program's calls of pthread_mutex_x these names (--wrap).
int __wrap_pthread_mutex_lock(pthread_mutex_t* mutex) {
  execution().lock(mutex);
  return 0;
}
int __wrap_pthread_mutex_trylock(pthread_mutex_t* mutex) { return execution().try_lock(mutex) ? 0 : EBUSY; }
int __wrap_pthread_mutex_unlock(pthread_mutex_t* mutex) {
  execution().unlock(mutex);
  return 0;
}
}
