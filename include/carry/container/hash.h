#pragma once

#include <carry/container/detail/text_comparison.h>

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

/// Fewer than eight bytes as one number, in which each of them occurs.
inline std::uint64_t few_bytes(const char* bytes, std::size_t count) noexcept {
  if (count >= 4) {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::memcpy(&first, bytes, sizeof first);
    std::memcpy(&last, bytes + count - sizeof last, sizeof last);
    return std::uint64_t{first} << 32 | last;
  }
  if (count == 0) return 0;
  const auto at = [bytes](std::size_t index) { return static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[index])); };
  return at(0) << 16 | at(count / 2) << 8 | at(count - 1);
}

/// Of bytes, eight at a time, the last eight overlapping those before; the same on every system of one byte order.
inline std::uint64_t hash_bytes(const char* bytes, std::size_t count) noexcept {
  constexpr std::uint64_t odd = 0x9e37'79b9'7f4a'7c15u;
  std::uint64_t hash = odd * (count + 1);
  if (count < sizeof(std::uint64_t)) return spread(hash ^ few_bytes(bytes, count));
  const std::size_t last = count - sizeof(std::uint64_t);
  for (std::size_t i = 0; i < last; i += sizeof(std::uint64_t)) {
    hash = (hash ^ word_at(bytes + i)) * odd;
    hash ^= hash >> 32;
  }
  return spread((hash * odd) ^ word_at(bytes + last));
}

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

namespace detail {

/// Hashes whose bits are all as good as each other: those above.
template <class Hash>
inline constexpr bool spreads_hashes = false;
template <class T>
  requires(std::is_arithmetic_v<T> || std::is_enum_v<T> || Text<T>)
inline constexpr bool spreads_hashes<hash<T>> = true;

}  // namespace detail

}  // namespace carry
