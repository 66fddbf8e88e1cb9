#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string_view>
#include <type_traits>

namespace carry {

namespace detail {

/// Spreads a word's bits over the whole word: the finaliser of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
constexpr std::uint64_t spread(std::uint64_t word) noexcept {
  word = (word ^ (word >> 30)) * 0xbf58'476d'1ce4'e5b9u;
  word = (word ^ (word >> 27)) * 0x94d0'49bb'1331'11ebu;
  return word ^ (word >> 31);
}

/// Of bytes, eight at a time; the same on every system of one byte order.
inline std::uint64_t hash_bytes(const char* bytes, std::size_t count) noexcept {
  constexpr std::uint64_t odd = 0x9e37'79b9'7f4a'7c15u;
  std::uint64_t hash = odd;
  const std::uint64_t length = odd * count;
  std::uint64_t word = 0;
  for (; count >= sizeof word; bytes += sizeof word, count -= sizeof word) {
    std::memcpy(&word, bytes, sizeof word);
    hash = (hash ^ word) * odd;
    hash ^= hash >> 32;
  }
  word = 0;
  std::memcpy(&word, bytes, count);
  return spread((hash ^ word) + length);
}

template <class T>
concept Text = std::convertible_to<const T&, std::string_view>;

}  // namespace detail

/// What carry's unordered containers hash with: in a message the value has to be the same in every process, whichever compiler and standard library it
/// was built with. It is, for numbers, enumerations and text (transparent: any text is found by any other); other types are hashed by std::hash, which
/// is the same for processes that share a standard library, or by a specialisation of carry::hash.
///
/// Thread safety: any. Not resistant against keys that an attacker chose. Complexity: O(1), of text O(n).
template <class T>
struct hash {
  std::uint64_t operator()(const T& value) const noexcept(noexcept(std::hash<T>()(value))) { return detail::spread(std::hash<T>()(value)); }
};

template <class T>
  requires(std::is_integral_v<T> || std::is_enum_v<T>)
struct hash<T> {
  constexpr std::uint64_t operator()(T value) const noexcept { return detail::spread(static_cast<std::uint64_t>(value)); }
};

template <std::floating_point T>
  requires(sizeof(T) <= sizeof(std::uint64_t))
struct hash<T> {
  constexpr std::uint64_t operator()(T value) const noexcept {
    // 0.0 and -0.0 are equal.
    return detail::spread(value == T(0) ? 0 : std::bit_cast<std::uint64_t>(static_cast<double>(value)));
  }
};

template <detail::Text T>
struct hash<T> {
  using is_transparent = void;
  std::uint64_t operator()(std::string_view text) const noexcept { return detail::hash_bytes(text.data(), text.size()); }
};

}  // namespace carry
