#pragma once

#include <carry/container/detail/fixed_string_storage.h>
#include <carry/container/detail/string_functions.h>
#include <carry/container/detail/string_reading.h>
#include <carry/container/detail/string_writing.h>
#include <carry/memory/shm_safe.h>

#include <concepts>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <ranges>
#include <string_view>
#include <utility>
#include <version>

#if defined(__cpp_lib_format)
#include <format>
#endif

namespace carry {

/// A string of at most `most` characters, which lie in the object: a message of them needs no dynamic buffer, and no operation looks for memory.
///
/// Interface, complexity and iterator rules are std::basic_string's, as carry::string has them; what is said there of iterators, overloads,
/// getline() and erase() holds here too. What differs:
///  - it is trivially copyable: a copy copies all of its bytes, and what was moved from stays as it is;
///  - what does not fit is a std::length_error and changes nothing; try_assign(), try_append() and try_push_back() return false instead;
///  - there is no +, for nobody knows how long the result may become: += and append();
///  - >> and getline() read into a std::string before, which needs the process's own memory, and lose what does not fit.
///
/// Thread safety: as std::string. Blocking: never. Crash safety: written by its owner alone, before others see it.
/// Errors: std::length_error; std::out_of_range.
template <class Character, std::size_t most, class Traits = std::char_traits<Character>>
class basic_fixed_string
    : public detail::StringWriting<basic_fixed_string<Character, most, Traits>, Character, Traits, detail::FixedStringStorage<Character, most>> {
  using Writing = detail::StringWriting<basic_fixed_string, Character, Traits, detail::FixedStringStorage<Character, most>>;
  using View = std::basic_string_view<Character, Traits>;

 public:
  using size_type = std::size_t;
  using Writing::append, Writing::assign, Writing::size;

  basic_fixed_string() noexcept {}
  basic_fixed_string(std::nullptr_t) = delete;
  basic_fixed_string(const Character* text) { append(View(text)); }
  basic_fixed_string(const Character* text, size_type count) { append(View(text, count)); }
  basic_fixed_string(size_type count, Character character) { append(count, character); }
  template <detail::SizedStringLike<Character, Traits> S>
    requires(!std::same_as<S, basic_fixed_string>)
  explicit(!detail::is_std_string<S>) basic_fixed_string(const S& text) {
    append(View(text));
  }
  template <detail::SizedStringLike<Character, Traits> S>
  basic_fixed_string(const S& text, size_type position) {
    append(View(text).substr(position));
  }
  template <detail::StringLike<Character, Traits> S>
  basic_fixed_string(const S& text, size_type position, size_type count) {
    append(View(text).substr(position, count));
  }
  template <std::input_iterator Iterator>
  basic_fixed_string(Iterator first, Iterator last) {
    append(first, last);
  }
  template <detail::ContainerCompatibleRange<Character> Range>
  basic_fixed_string(detail::from_range_t, Range&& range) {
    this->append_range(std::forward<Range>(range));
  }
  basic_fixed_string(std::initializer_list<Character> characters) { append(characters); }

  basic_fixed_string& operator=(std::nullptr_t) = delete;
  template <detail::StringLike<Character, Traits> S>
    requires(!std::same_as<S, basic_fixed_string>)
  basic_fixed_string& operator=(const S& text) {
    return assign(View(text));
  }
  basic_fixed_string& operator=(Character character) { return assign(size_type(1), character); }
  basic_fixed_string& operator=(std::initializer_list<Character> characters) { return assign(characters); }

  static constexpr size_type capacity() noexcept { return most; }
  static constexpr size_type max_size() noexcept { return most; }
  static constexpr void shrink_to_fit() noexcept {}

  /// As assign(), append() and push_back(), but false if there is no room: then nothing has changed.
  template <detail::StringLike<Character, Traits> S>
  [[nodiscard]] bool try_assign(const S& text) {
    const View view(text);
    const bool fits = view.size() <= most;
    if (fits) assign(view);
    return fits;
  }
  [[nodiscard]] bool try_assign(size_type count, Character character) {
    const bool fits = count <= most;
    if (fits) assign(count, character);
    return fits;
  }
  template <detail::StringLike<Character, Traits> S>
  [[nodiscard]] bool try_append(const S& text) {
    const View view(text);
    const bool fits = view.size() <= most - size();
    if (fits) append(view);
    return fits;
  }
  [[nodiscard]] bool try_append(size_type count, Character character) {
    const bool fits = count <= most - size();
    if (fits) append(count, character);
    return fits;
  }
  [[nodiscard]] bool try_push_back(Character character) { return try_append(size_type(1), character); }

  void swap(basic_fixed_string& other) noexcept { std::swap(*this, other); }
  friend void swap(basic_fixed_string& left, basic_fixed_string& right) noexcept { left.swap(right); }
};

/// A literal is told its length: `basic_fixed_string name = "abc"` has room for three characters.
template <class Character, std::size_t count>
basic_fixed_string(const Character (&)[count]) -> basic_fixed_string<Character, count - 1>;

template <std::size_t most>
using fixed_string = basic_fixed_string<char, most>;
template <std::size_t most>
using fixed_wstring = basic_fixed_string<wchar_t, most>;
template <std::size_t most>
using fixed_u8string = basic_fixed_string<char8_t, most>;
template <std::size_t most>
using fixed_u16string = basic_fixed_string<char16_t, most>;
template <std::size_t most>
using fixed_u32string = basic_fixed_string<char32_t, most>;

/// It may lie in shared memory: it is no view, though it has a view's members.
template <class Character, std::size_t most, class Traits>
struct detail::Parts<basic_fixed_string<Character, most, Traits>> : detail::KnownParts<Character> {};

}  // namespace carry

/// The hash of a string is that of its view, so that the two find each other in a table.
template <class Character, std::size_t most, class Traits>
struct std::hash<carry::basic_fixed_string<Character, most, Traits>> {
  std::size_t operator()(const carry::basic_fixed_string<Character, most, Traits>& text) const noexcept {
    return std::hash<std::basic_string_view<Character, Traits>>()(text);
  }
};

#if defined(__cpp_lib_format)
/// Formats as its view. (fmt and spdlog know a string by itself.)
template <class Character, std::size_t most, class Traits>
struct std::formatter<carry::basic_fixed_string<Character, most, Traits>, Character>
    : std::formatter<std::basic_string_view<Character, Traits>, Character> {
  template <class Context>
  auto format(const carry::basic_fixed_string<Character, most, Traits>& text, Context& context) const {
    return std::formatter<std::basic_string_view<Character, Traits>, Character>::format(text, context);
  }
};
#endif
