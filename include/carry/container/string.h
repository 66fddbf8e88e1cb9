#pragma once

#include <carry/container/detail/string_functions.h>
#include <carry/container/detail/string_reading.h>
#include <carry/container/detail/string_storage.h>
#include <carry/container/detail/string_writing.h>
#include <carry/utils/founding_names.h>

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <ranges>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>

namespace carry {

/// A std::basic_string whose characters lie in the object (up to 22 bytes of them) or in the dynamic buffer, for messages.
///
/// Interface, complexity, iterator rules and exception guarantees are std::basic_string's, and it converts to a string_view as that does.
/// What differs:
///  - there is no allocator parameter: the memory always comes from carry::allocator, in the process that makes or changes the string;
///  - iterators are raw pointers; pairs of iterators that it takes must be std::input_iterator; nothing is constexpr;
///  - it converts from a std::string; a std::string is made of it by std::string(text), and functions that want one do not take it;
///  - all arguments that convert to a string_view share one overload, + included, and `text += 0` and `insert(0, ...)` are not ambiguous;
///  - getline(), erase() and erase_if() are carry's, found without naming a namespace;
///  - what >> and getline() read is in a std::string before; std::bad_alloc leaves them as an exception, not as the stream's badbit.
///
/// Thread safety: as std::string. Blocking: as carry::allocator. Crash safety: written by its owner alone, before others see it.
/// Errors: std::bad_alloc when the dynamic buffer is exhausted; std::length_error; std::out_of_range.
template <class Character, class Traits = std::char_traits<Character>>
class basic_string : public detail::StringWriting<basic_string<Character, Traits>, Character, Traits, detail::StringStorage<Character>> {
  using Writing = detail::StringWriting<basic_string, Character, Traits, detail::StringStorage<Character>>;
  using View = std::basic_string_view<Character, Traits>;

 public:
  using allocator_type = allocator<Character>;
  using size_type = std::size_t;
  using Writing::append, Writing::assign;

  basic_string() noexcept = default;
  explicit basic_string(const allocator_type&) noexcept {}
  basic_string(std::nullptr_t) = delete;
  basic_string(const Character* text, const allocator_type& = {}) { start(View(text)); }
  basic_string(const Character* text, size_type count, const allocator_type& = {}) { start(View(text, count)); }
  basic_string(size_type count, Character character, const allocator_type& = {}) { append(count, character); }
  template <detail::SizedStringLike<Character, Traits> S>
    requires(!std::same_as<S, basic_string>)
  explicit(!detail::is_std_string<S>) basic_string(const S& text, const allocator_type& = {}) {
    start(View(text));
  }
  template <detail::SizedStringLike<Character, Traits> S>
  basic_string(const S& text, size_type position, const allocator_type& = {}) {
    start(View(text).substr(position));
  }
  template <detail::StringLike<Character, Traits> S>
  basic_string(const S& text, size_type position, size_type count, const allocator_type& = {}) {
    start(View(text).substr(position, count));
  }
  template <std::input_iterator Iterator>
  basic_string(Iterator first, Iterator last, const allocator_type& = {}) {
    append(first, last);
  }
  template <detail::ContainerCompatibleRange<Character> Range>
  basic_string(detail::from_range_t, Range&& range, const allocator_type& = {}) {
    this->append_range(std::forward<Range>(range));
  }
  basic_string(std::initializer_list<Character> characters, const allocator_type& = {}) { append(characters); }
  basic_string(const basic_string& other) : Writing() { start(View(other)); }
  basic_string(const basic_string& other, const allocator_type&) : basic_string(other) {}
  basic_string(basic_string&& other) noexcept : Writing() { storage_.take(other.storage_); }
  basic_string(basic_string&& other, const allocator_type&) noexcept : basic_string(std::move(other)) {}
  ~basic_string() = default;

  basic_string& operator=(const basic_string& other) { return this == &other ? *this : assign(View(other)); }
  basic_string& operator=(basic_string&& other) noexcept {
    if (this != &other) storage_.replace_by(other.storage_);
    return *this;
  }
  basic_string& operator=(std::nullptr_t) = delete;
  template <detail::StringLike<Character, Traits> S>
    requires(!std::same_as<S, basic_string>)
  basic_string& operator=(const S& text) {
    return assign(View(text));
  }
  basic_string& operator=(Character character) { return assign(size_type(1), character); }
  basic_string& operator=(std::initializer_list<Character> characters) { return assign(characters); }
  allocator_type get_allocator() const noexcept { return {}; }

  size_type max_size() const noexcept { return storage_.max_size; }
  void shrink_to_fit() { storage_.shrink(); }
  basic_string& assign(basic_string&& other) noexcept { return *this = std::move(other); }

  void swap(basic_string& other) noexcept { storage_.swap(other.storage_); }
  friend void swap(basic_string& left, basic_string& right) noexcept { left.swap(right); }

 private:
  using Writing::storage_;

  /// For constructors: nothing is there yet, and no part of it can be the text.
  void start(View text) { Traits::copy(storage_.start(text.size()), text.data(), text.size()); }
};

using string = basic_string<char>;
using wstring = basic_string<wchar_t>;
using u8string = basic_string<char8_t>;
using u16string = basic_string<char16_t>;
using u32string = basic_string<char32_t>;

}  // namespace carry

#include <carry/container/detail/string_operators.h>
