#pragma once

// What belongs to carry::basic_string beside its members: deduction, concatenation, hashing.
// Included by it.

#include <carry/container/string.h>

#include <concepts>
#include <cstddef>
#include <functional>
#include <iterator>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <version>

#if defined(__cpp_lib_format)
#include <format>  // where there is one, <chrono> includes it too
#endif

namespace carry {

template <std::input_iterator Iterator>
basic_string(Iterator, Iterator, allocator<std::iter_value_t<Iterator>> = {}) -> basic_string<std::iter_value_t<Iterator>>;
template <std::ranges::input_range Range>
basic_string(detail::from_range_t, Range&&, allocator<std::ranges::range_value_t<Range>> = {}) -> basic_string<std::ranges::range_value_t<Range>>;
template <class Character, class Traits>
explicit basic_string(std::basic_string_view<Character, Traits>, const allocator<Character>& = {}) -> basic_string<Character, Traits>;
template <class Character, class Traits>
basic_string(std::basic_string_view<Character, Traits>, std::size_t, std::size_t, const allocator<Character>& = {})
    -> basic_string<Character, Traits>;
template <class Character, class Traits, class Allocator>
basic_string(const std::basic_string<Character, Traits, Allocator>&) -> basic_string<Character, Traits>;

template <class Character, class Traits, detail::StringLike<Character, Traits> S>
basic_string<Character, Traits> operator+(const basic_string<Character, Traits>& left, const S& right) {
  const std::basic_string_view<Character, Traits> added(right);
  basic_string<Character, Traits> both;
  both.reserve(left.size() + added.size());
  both.append(left);
  both.append(added);
  return both;
}

template <class Character, class Traits, detail::StringLike<Character, Traits> S>
basic_string<Character, Traits> operator+(basic_string<Character, Traits>&& left, const S& right) {
  left.append(right);
  return std::move(left);
}

template <class Character, class Traits, detail::StringLike<Character, Traits> S>
  requires(!std::same_as<S, basic_string<Character, Traits>>)
basic_string<Character, Traits> operator+(const S& left, basic_string<Character, Traits> right) {
  right.insert(0, left);
  return right;
}

template <class Character, class Traits>
basic_string<Character, Traits> operator+(basic_string<Character, Traits> left, Character right) {
  left.push_back(right);
  return left;
}

template <class Character, class Traits>
basic_string<Character, Traits> operator+(Character left, basic_string<Character, Traits> right) {
  right.insert(0, 1, left);
  return right;
}

}  // namespace carry

/// The hash of a string is that of its view, so that the two find each other in a table.
template <class Character, class Traits>
struct std::hash<carry::basic_string<Character, Traits>> {
  std::size_t operator()(const carry::basic_string<Character, Traits>& text) const noexcept {
    return std::hash<std::basic_string_view<Character, Traits>>()(text);
  }
};

#if defined(__cpp_lib_format)
/// Formats as its view. (fmt and spdlog know a string by itself.)
template <class Character, class Traits>
struct std::formatter<carry::basic_string<Character, Traits>, Character> : std::formatter<std::basic_string_view<Character, Traits>, Character> {
  template <class Context>
  auto format(const carry::basic_string<Character, Traits>& text, Context& context) const {
    return std::formatter<std::basic_string_view<Character, Traits>, Character>::format(text, context);
  }
};
#endif
