#pragma once

// What belongs to carry::basic_string beside its members: deduction, comparison, concatenation, streams, hashing, erasure.
// Included by it.

#include <carry/container/string.h>

namespace carry {

template <std::input_iterator Iterator>
basic_string(Iterator, Iterator) -> basic_string<std::iter_value_t<Iterator>>;
template <class Character, class Traits>
explicit basic_string(std::basic_string_view<Character, Traits>) -> basic_string<Character, Traits>;

template <class Character, class Traits>
bool operator==(const basic_string<Character, Traits>& left, const basic_string<Character, Traits>& right) noexcept {
  return left.size() == right.size() && Traits::compare(left.data(), right.data(), left.size()) == 0;
}

template <class Character, class Traits>
auto operator<=>(const basic_string<Character, Traits>& left, const basic_string<Character, Traits>& right) noexcept {
  using View = std::basic_string_view<Character, Traits>;
  return View(left) <=> View(right);
}

template <class Character, class Traits, detail::StringLike<Character, Traits> S>
  requires(!std::same_as<S, basic_string<Character, Traits>>)
bool operator==(const basic_string<Character, Traits>& left, const S& right) {
  using View = std::basic_string_view<Character, Traits>;
  return View(left) == View(right);
}

template <class Character, class Traits, detail::StringLike<Character, Traits> S>
  requires(!std::same_as<S, basic_string<Character, Traits>>)
auto operator<=>(const basic_string<Character, Traits>& left, const S& right) {
  using View = std::basic_string_view<Character, Traits>;
  return View(left) <=> View(right);
}

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
basic_string<Character, Traits> operator+(basic_string<Character, Traits> left, std::type_identity_t<Character> right) {
  left.push_back(right);
  return left;
}

template <class Character, class Traits>
basic_string<Character, Traits> operator+(std::type_identity_t<Character> left, basic_string<Character, Traits> right) {
  right.insert(0, 1, left);
  return right;
}

template <class Stream, class Character, class Traits>
auto operator<<(Stream& stream, const basic_string<Character, Traits>& text) -> decltype(stream << std::basic_string_view<Character, Traits>()) {
  return stream << std::basic_string_view<Character, Traits>(text);
}

/// Reads a word, as for std::string; by way of one.
template <class Stream, class Character, class Traits>
auto operator>>(Stream& stream, basic_string<Character, Traits>& text) -> decltype(stream >> std::declval<std::basic_string<Character, Traits>&>()) {
  std::basic_string<Character, Traits> word;
  decltype(auto) result = stream >> word;
  text = word;
  return result;
}

/// Reads a line, as for std::string; by way of one.
template <class Stream, class Character, class Traits>
Stream& getline(Stream& stream, basic_string<Character, Traits>& text, Character end = static_cast<Character>('\n')) {
  std::basic_string<Character, Traits> line;
  std::getline(stream, line, end);
  text = line;
  return stream;
}

/// Erases all characters for which the predicate holds. Returns how many.
template <class Character, class Traits, class Predicate>
std::size_t erase_if(basic_string<Character, Traits>& text, Predicate predicate) {
  const auto kept = std::remove_if(text.begin(), text.end(), std::move(predicate));
  const auto count = static_cast<std::size_t>(text.end() - kept);
  text.resize(text.size() - count);
  return count;
}

/// Erases all characters equal to `value`. Returns how many.
template <class Character, class Traits, class U = Character>
std::size_t erase(basic_string<Character, Traits>& text, const U& value) {
  return erase_if(text, [&value](Character character) { return character == value; });
}

}  // namespace carry

/// The hash of a string is that of its view, so that the two find each other in a table.
template <class Character, class Traits>
struct std::hash<carry::basic_string<Character, Traits>> {
  std::size_t operator()(const carry::basic_string<Character, Traits>& text) const noexcept {
    return std::hash<std::basic_string_view<Character, Traits>>()(text);
  }
};
