#pragma once

// Comparing text eight characters at a time, which mostly settles it without a call.

#include <carry/container/detail/string_reading.h>

#include <bit>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace carry::detail {

inline constexpr std::size_t word_characters = sizeof(std::uint64_t);

inline std::uint64_t word_at(const void* place) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, place, sizeof word);
  return word;
}

template <class T>
inline constexpr bool is_text = false;
template <>
inline constexpr bool is_text<std::string_view> = true;
template <class Allocator>
inline constexpr bool is_text<std::basic_string<char, std::char_traits<char>, Allocator>> = true;
template <class T>
  requires std::derived_from<T, StringReading<T, char, std::char_traits<char>>>
inline constexpr bool is_text<T> = true;

/// Strings and views of char as the standard orders them, and pointers to such: of all of them is known what equal means. A type of somebody's own that
/// can be read as text may mean something else.
template <class T>
concept Text = is_text<T> || std::is_convertible_v<T, const char*>;

/// Characters whose order is that of their bytes.
template <class Character, class Traits>
concept PlainText = std::same_as<Traits, std::char_traits<Character>> && (std::same_as<Character, char> || std::same_as<Character, char8_t>);

/// As left <=> right.
template <class Character, class Traits>
auto order_of(std::basic_string_view<Character, Traits> left, std::basic_string_view<Character, Traits> right) noexcept {
  if constexpr (PlainText<Character, Traits> && std::endian::native == std::endian::little) {
    if (left.size() >= word_characters && right.size() >= word_characters) {
      const std::uint64_t left_word = word_at(left.data());
      const std::uint64_t right_word = word_at(right.data());
      if (left_word != right_word) return std::byteswap(left_word) <=> std::byteswap(right_word);
    }
  }
  return left <=> right;
}

/// As left == right.
template <class Character, class Traits>
bool are_equal(std::basic_string_view<Character, Traits> left, std::basic_string_view<Character, Traits> right) noexcept {
  if constexpr (PlainText<Character, Traits>) {
    const std::size_t count = left.size();
    if (count != right.size()) return false;
    if (count >= word_characters && count <= 8 * word_characters) {
      const std::size_t last = count - word_characters;  // may overlap the word before
      for (std::size_t i = 0; i < last; i += word_characters) {
        if (word_at(left.data() + i) != word_at(right.data() + i)) return false;
      }
      return word_at(left.data() + last) == word_at(right.data() + last);
    }
  }
  return left == right;
}

}  // namespace carry::detail
