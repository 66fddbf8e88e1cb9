#pragma once

// Tells AddressSanitizer, in builds that have it, which memory nobody may touch. Elsewhere these do nothing and cost nothing.

#include <cstddef>

// AddressSanitizer's own interface.
extern "C" void __asan_poison_memory_region(const volatile void* memory, std::size_t bytes);
extern "C" void __asan_unpoison_memory_region(const volatile void* memory, std::size_t bytes);

extern "C" int __asan_address_is_poisoned(const volatile void* address);

namespace carry::platform {

inline constexpr bool poisons =
#if defined(__SANITIZE_ADDRESS__)
    true;
#elif defined(__has_feature)
    __has_feature(address_sanitizer);
#else
    false;
#endif

inline void poison(const void* memory, std::size_t bytes) noexcept {
  if constexpr (poisons) __asan_poison_memory_region(memory, bytes);
}

inline void unpoison(const void* memory, std::size_t bytes) noexcept {
  if constexpr (poisons) __asan_unpoison_memory_region(memory, bytes);
}

/// For tests; false in other builds.
inline bool is_poisoned(const void* memory) noexcept {
  if constexpr (poisons) return __asan_address_is_poisoned(memory) != 0;
  return false;
}

}  // namespace carry::platform
