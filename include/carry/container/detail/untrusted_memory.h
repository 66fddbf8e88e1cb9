#pragma once

// Reading what somebody else writes at the same time, perhaps on purpose: a word is loaded once, checked, and then used.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace carry::detail {

/// The memory of another process that may be read. What lies in it may be anything, and change at any time.
class UntrustedMemory {
 public:
  UntrustedMemory() = default;
  UntrustedMemory(const std::byte* begin, std::size_t bytes) noexcept : begin_(reinterpret_cast<std::uintptr_t>(begin)), bytes_(bytes) {}

  /// `count` objects at an address, if they lie there and are aligned; else null. Not null if count is 0 and the address is where they could begin.
  template <class T>
  const T* find(std::uintptr_t address, std::uint64_t count) const noexcept {
    if (address % alignof(T) != 0 || address < begin_) return nullptr;
    const std::uint64_t place = address - begin_;
    if (place > bytes_ || count > (bytes_ - place) / sizeof(T)) return nullptr;
    return reinterpret_cast<const T*>(address);
  }

 private:
  std::uintptr_t begin_ = 0;
  std::size_t bytes_ = 0;
};

/// A word as it is at one moment: what is checked is what is used.
template <class Word>
Word load_once(const void* address) noexcept {
  static_assert(std::is_unsigned_v<Word> && std::atomic_ref<Word>::is_always_lock_free);
  // An atomic_ref of const does not exist before C++26. Relaxed: nothing is concluded from the order of two words.
  return std::atomic_ref<Word>(*static_cast<Word*>(const_cast<void*>(address))).load(std::memory_order_relaxed);
}

/// A word of an object at a distance from its beginning.
template <class Word>
Word load_once(const void* object, std::size_t offset) noexcept {
  return load_once<Word>(static_cast<const std::byte*>(object) + offset);
}

/// A value that was read once is not read again, even if a compiler sees nobody who could have changed it.
template <class T>
T settled(T value) noexcept {
  const volatile T once = value;
  return once;
}

inline std::uintptr_t address_of(const void* object) noexcept { return reinterpret_cast<std::uintptr_t>(object); }

}  // namespace carry::detail
