#pragma once

// What belongs to carry's strings beside their members: comparison, streams, erasure. Included by them.

#include <carry/container/detail/string_reading.h>
#include <carry/container/detail/string_writing.h>
#include <carry/container/detail/text_comparison.h>

#include <algorithm>
#include <compare>
#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>

namespace carry {

namespace detail {

template <class String, class Character, class Traits>
void take_own_string(const StringReading<String, Character, Traits>&);

/// A string of carry's: when two are compared, it is not asked which of them is the other text.
template <class S>
concept OwnString = requires(const S& text) { take_own_string(text); };

}  // namespace detail

template <class Left, class Right, class Character, class Traits>
bool operator==(const detail::StringReading<Left, Character, Traits>& left, const detail::StringReading<Right, Character, Traits>& right) noexcept {
  using View = std::basic_string_view<Character, Traits>;
  return detail::are_equal(View(left), View(right));
}

template <class Left, class Right, class Character, class Traits>
auto operator<=>(const detail::StringReading<Left, Character, Traits>& left, const detail::StringReading<Right, Character, Traits>& right) noexcept {
  using View = std::basic_string_view<Character, Traits>;
  return detail::order_of(View(left), View(right));
}

template <class String, class Character, class Traits, detail::StringLike<Character, Traits> S>
  requires(!detail::OwnString<S>)
bool operator==(const detail::StringReading<String, Character, Traits>& left, const S& right) {
  using View = std::basic_string_view<Character, Traits>;
  return detail::are_equal(View(left), View(right));
}

template <class String, class Character, class Traits, detail::StringLike<Character, Traits> S>
  requires(!detail::OwnString<S>)
auto operator<=>(const detail::StringReading<String, Character, Traits>& left, const S& right) {
  using View = std::basic_string_view<Character, Traits>;
  return detail::order_of(View(left), View(right));
}

template <class String, class Character, class Traits>
std::basic_ostream<Character, Traits>& operator<<(std::basic_ostream<Character, Traits>& stream,
                                                  const detail::StringReading<String, Character, Traits>& text) {
  return stream << std::basic_string_view<Character, Traits>(text);
}

namespace detail {

/// Lets `read` do to a std::string what it likes: the text is the same afterwards, also if `read` throws or leaves it alone.
template <class String, class Character, class Traits, class Storage, class Read>
void read_by_way_of_std(StringWriting<String, Character, Traits, Storage>& text, Read read) {
  std::basic_string<Character, Traits> same(text);
  try {
    read(same);
  } catch (...) {
    text.assign(same);
    throw;
  }
  text.assign(same);
}

}  // namespace detail

/// Reads a word, as for std::string. O(old and new characters).
template <class String, class Character, class Traits, class Storage>
std::basic_istream<Character, Traits>& operator>>(std::basic_istream<Character, Traits>& stream,
                                                  detail::StringWriting<String, Character, Traits, Storage>& text) {
  detail::read_by_way_of_std(text, [&stream](auto& word) { stream >> word; });
  return stream;
}

/// Reads a line, as for std::string. O(old and new characters).
template <class String, class Character, class Traits, class Storage>
std::basic_istream<Character, Traits>& getline(std::basic_istream<Character, Traits>& stream,
                                               detail::StringWriting<String, Character, Traits, Storage>& text, Character end) {
  detail::read_by_way_of_std(text, [&stream, end](auto& line) { getline(stream, line, end); });
  return stream;
}
template <class String, class Character, class Traits, class Storage>
std::basic_istream<Character, Traits>& getline(std::basic_istream<Character, Traits>& stream,
                                               detail::StringWriting<String, Character, Traits, Storage>& text) {
  return getline(stream, text, stream.widen('\n'));
}
template <class String, class Character, class Traits, class Storage>
std::basic_istream<Character, Traits>& getline(std::basic_istream<Character, Traits>&& stream,
                                               detail::StringWriting<String, Character, Traits, Storage>& text, Character end) {
  return getline(stream, text, end);
}
template <class String, class Character, class Traits, class Storage>
std::basic_istream<Character, Traits>& getline(std::basic_istream<Character, Traits>&& stream,
                                               detail::StringWriting<String, Character, Traits, Storage>& text) {
  return getline(stream, text);
}

/// Erases all characters for which the predicate holds. Returns how many.
template <class String, class Character, class Traits, class Storage, class Predicate>
std::size_t erase_if(detail::StringWriting<String, Character, Traits, Storage>& text, Predicate predicate) {
  const auto kept = std::remove_if(text.begin(), text.end(), std::move(predicate));
  const auto count = static_cast<std::size_t>(text.end() - kept);
  text.resize(text.size() - count);
  return count;
}

/// Erases all characters equal to `value`. Returns how many.
template <class String, class Character, class Traits, class Storage, class U = Character>
std::size_t erase(detail::StringWriting<String, Character, Traits, Storage>& text, const U& value) {
  return erase_if(text, [&value](Character character) { return character == value; });
}

}  // namespace carry
