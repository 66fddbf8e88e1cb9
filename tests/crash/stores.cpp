// What code that is compiled with -fsanitize=thread calls: here a store becomes a point, and an atomic operation is then done as usual.
// Not compiled that way itself. The names and types are the compiler's.

#include "crash/points.h"

#include <cstring>

namespace {

using carry::test::points::detail::store_at;

template <class T>
T* plain(const volatile void* address) noexcept {
  return static_cast<T*>(const_cast<void*>(address));
}

}  // namespace

#define CARRY_PLACE __builtin_return_address(0)

extern "C" {

void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
void __tsan_atomic_thread_fence(int) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
void __tsan_atomic_signal_fence(int) {}
void __tsan_vptr_update(void** address, void*) { store_at(address, CARRY_PLACE); }
void __tsan_vptr_read(void**) {}
void __tsan_read_range(void*, std::size_t) {}
void __tsan_write_range(void* address, std::size_t) { store_at(address, CARRY_PLACE); }

#define CARRY_ACCESSES(size)                                                           \
  void __tsan_read##size(void*) {}                                                     \
  void __tsan_unaligned_read##size(void*) {}                                           \
  void __tsan_volatile_read##size(void*) {}                                            \
  void __tsan_write##size(void* address) { store_at(address, CARRY_PLACE); }           \
  void __tsan_unaligned_write##size(void* address) { store_at(address, CARRY_PLACE); } \
  void __tsan_volatile_write##size(void* address) { store_at(address, CARRY_PLACE); }
CARRY_ACCESSES(1)
CARRY_ACCESSES(2)
CARRY_ACCESSES(4)
CARRY_ACCESSES(8)
CARRY_ACCESSES(16)

#define CARRY_READ_MODIFY_WRITE(bits, type, name, builtin)                     \
  type __tsan_atomic##bits##_##name(volatile type* address, type value, int) { \
    store_at(address, CARRY_PLACE);                                            \
    return builtin(address, value, __ATOMIC_SEQ_CST);                          \
  }
#define CARRY_COMPARE_EXCHANGE(bits, type, name)                                                                    \
  int __tsan_atomic##bits##_compare_exchange_##name(volatile type* address, type* expected, type value, int, int) { \
    store_at(address, CARRY_PLACE);                                                                                 \
    return __atomic_compare_exchange_n(address, expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);        \
  }
#define CARRY_ATOMICS(bits, type)                                                                                           \
  type __tsan_atomic##bits##_load(const volatile type* address, int) { return __atomic_load_n(address, __ATOMIC_SEQ_CST); } \
  void __tsan_atomic##bits##_store(volatile type* address, type value, int) {                                               \
    store_at(address, CARRY_PLACE);                                                                                         \
    __atomic_store_n(address, value, __ATOMIC_SEQ_CST);                                                                     \
  }                                                                                                                         \
  CARRY_READ_MODIFY_WRITE(bits, type, exchange, __atomic_exchange_n)                                                        \
  CARRY_READ_MODIFY_WRITE(bits, type, fetch_add, __atomic_fetch_add)                                                        \
  CARRY_READ_MODIFY_WRITE(bits, type, fetch_sub, __atomic_fetch_sub)                                                        \
  CARRY_READ_MODIFY_WRITE(bits, type, fetch_and, __atomic_fetch_and)                                                        \
  CARRY_READ_MODIFY_WRITE(bits, type, fetch_or, __atomic_fetch_or)                                                          \
  CARRY_READ_MODIFY_WRITE(bits, type, fetch_xor, __atomic_fetch_xor)                                                        \
  CARRY_COMPARE_EXCHANGE(bits, type, strong)                                                                                \
  CARRY_COMPARE_EXCHANGE(bits, type, weak)
CARRY_ATOMICS(8, unsigned char)
CARRY_ATOMICS(16, unsigned short)
CARRY_ATOMICS(32, unsigned int)
CARRY_ATOMICS(64, unsigned long long)

// The linker brings every call of these here (--wrap): the compiler takes them for the C library's, which has no points.
void* __real_memcpy(void* to, const void* from, std::size_t bytes);
void* __real_memmove(void* to, const void* from, std::size_t bytes);
void* __real_memset(void* to, int value, std::size_t bytes);
void* __wrap_memcpy(void* to, const void* from, std::size_t bytes) {
  store_at(to, CARRY_PLACE);
  return __real_memcpy(to, from, bytes);
}
void* __wrap_memmove(void* to, const void* from, std::size_t bytes) {
  store_at(to, CARRY_PLACE);
  return __real_memmove(to, from, bytes);
}
void* __wrap_memset(void* to, int value, std::size_t bytes) {
  store_at(to, CARRY_PLACE);
  return __real_memset(to, value, bytes);
}

}  // extern "C"
