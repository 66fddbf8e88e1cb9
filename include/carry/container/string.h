#pragma once

#include <carry/container/detail/string_reading.h>
#include <carry/container/detail/string_storage.h>
#include <carry/utils/founding_names.h>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <functional>
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
class basic_string : public detail::StringReading<basic_string<Character, Traits>, Character, Traits> {
  static_assert(std::is_trivially_copyable_v<Character> && sizeof(Character) <= 4, "carry::basic_string holds characters");
  using Reading = detail::StringReading<basic_string, Character, Traits>;
  using View = std::basic_string_view<Character, Traits>;

 public:
  using traits_type = Traits;
  using value_type = Character;
  using allocator_type = allocator<Character>;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  using reference = Character&;
  using const_reference = const Character&;
  using pointer = Character*;
  using const_pointer = const Character*;
  using iterator = Character*;
  using reverse_iterator = std::reverse_iterator<iterator>;
  using Reading::npos;
  using typename Reading::const_iterator;
  using typename Reading::const_reverse_iterator;

  basic_string() noexcept = default;
  explicit basic_string(const allocator_type&) noexcept {}
  basic_string(std::nullptr_t) = delete;
  basic_string(const Character* text, const allocator_type& = {}) { append(View(text)); }
  basic_string(const Character* text, size_type count, const allocator_type& = {}) { append(View(text, count)); }
  basic_string(size_type count, Character character, const allocator_type& = {}) { append(count, character); }
  template <detail::SizedStringLike<Character, Traits> S>
    requires(!std::same_as<S, basic_string>)
  explicit(!detail::is_std_string<S>) basic_string(const S& text, const allocator_type& = {}) {
    append(View(text));
  }
  template <detail::SizedStringLike<Character, Traits> S>
  basic_string(const S& text, size_type position, const allocator_type& = {}) {
    append(View(text).substr(position));
  }
  template <detail::StringLike<Character, Traits> S>
  basic_string(const S& text, size_type position, size_type count, const allocator_type& = {}) {
    append(View(text).substr(position, count));
  }
  template <std::input_iterator Iterator>
  basic_string(Iterator first, Iterator last, const allocator_type& = {}) {
    append(first, last);
  }
  template <detail::ContainerCompatibleRange<Character> Range>
  basic_string(detail::from_range_t, Range&& range, const allocator_type& = {}) {
    append_range(std::forward<Range>(range));
  }
  basic_string(std::initializer_list<Character> characters, const allocator_type& = {}) { append(characters); }
  basic_string(const basic_string& other) { append(View(other)); }
  basic_string(const basic_string& other, const allocator_type&) : basic_string(other) {}
  basic_string(basic_string&& other) noexcept { storage_.take(other.storage_); }
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

  using Reading::operator[], Reading::at, Reading::front, Reading::back, Reading::begin, Reading::end, Reading::rbegin, Reading::rend;
  reference operator[](size_type index) noexcept { return data()[index]; }
  reference at(size_type index) { return const_cast<reference>(std::as_const(*this).at(index)); }
  reference front() noexcept { return data()[0]; }
  reference back() noexcept { return data()[size() - 1]; }
  Character* data() noexcept { return storage_.data(); }
  const Character* data() const noexcept { return storage_.data(); }
  iterator begin() noexcept { return data(); }
  iterator end() noexcept { return data() + size(); }
  reverse_iterator rbegin() noexcept { return reverse_iterator(end()); }
  reverse_iterator rend() noexcept { return reverse_iterator(begin()); }

  size_type size() const noexcept { return storage_.size(); }
  size_type max_size() const noexcept { return storage_.max_size; }
  size_type capacity() const noexcept { return storage_.capacity(); }
  void reserve(size_type count) {
    if (count > capacity()) storage_.reallocate(count);
  }
  void shrink_to_fit() { storage_.shrink(); }
  void clear() noexcept { storage_.set_size(0); }
  void resize(size_type count, Character character = Character()) {
    if (count <= size()) return storage_.set_size(count);
    append(count - size(), character);
  }
  /// Hands `operation` room for `count` characters; it returns how many it wrote.
  template <class Operation>
  void resize_and_overwrite(size_type count, Operation operation) {
    reserve(count);
    storage_.set_size(static_cast<size_type>(std::move(operation)(data(), count)));
  }

  template <class... Text>
  basic_string& assign(const Text&... text)
    requires requires(basic_string& self) { self.replace(size_type(), size_type(), text...); }
  {
    return replace(0, size(), detail::sized_or_text<Character>(text)...);
  }
  basic_string& assign(basic_string&& other) noexcept { return *this = std::move(other); }
  template <std::input_iterator Iterator>
  basic_string& assign(Iterator first, Iterator last) {
    return replace(begin(), end(), first, last);
  }
  basic_string& assign(std::initializer_list<Character> characters) { return replace(0, size(), View(characters.begin(), characters.size())); }
  template <detail::ContainerCompatibleRange<Character> Range>
  basic_string& assign_range(Range&& range) {
    return replace_with_range(begin(), end(), std::forward<Range>(range));
  }

  void push_back(Character character) {
    if (size() != capacity()) [[likely]] {
      const size_type count = size();
      data()[count] = character;
      storage_.set_size(count + 1);
    } else {
      append(size_type(1), character);
    }
  }
  void pop_back() noexcept { storage_.set_size(size() - 1); }
  template <class... Text>
  basic_string& append(const Text&... text)
    requires requires(basic_string& self) { self.replace(size_type(), size_type(), text...); }
  {
    return replace(size(), 0, detail::sized_or_text<Character>(text)...);
  }
  template <std::input_iterator Iterator>
  basic_string& append(Iterator first, Iterator last) {
    return replace(end(), end(), first, last);
  }
  basic_string& append(std::initializer_list<Character> characters) { return append(View(characters.begin(), characters.size())); }
  template <detail::ContainerCompatibleRange<Character> Range>
  basic_string& append_range(Range&& range) {
    return replace_with_range(end(), end(), std::forward<Range>(range));
  }
  template <detail::StringLike<Character, Traits> S>
  basic_string& operator+=(const S& text) {
    return append(View(text));
  }
  basic_string& operator+=(Character character) {
    push_back(character);
    return *this;
  }
  basic_string& operator+=(std::initializer_list<Character> characters) { return append(characters); }

  template <class... Text>
  basic_string& insert(size_type position, const Text&... text)
    requires requires(basic_string& self) { self.replace(size_type(), size_type(), text...); }
  {
    return replace(position, 0, detail::sized_or_text<Character>(text)...);
  }
  template <class... Text>
  iterator insert(detail::Position<Character> auto position, const Text&... text)
    requires requires(basic_string& self) { self.replace(size_type(), size_type(), text...); }
  {
    const size_type index = index_of(position);
    replace(index, 0, detail::sized_or_text<Character>(text)...);
    return begin() + index;
  }
  iterator insert(detail::Position<Character> auto position, Character character) { return insert(position, size_type(1), character); }
  template <std::input_iterator Iterator>
  iterator insert(detail::Position<Character> auto position, Iterator first, Iterator last) {
    return insert_range(position, std::ranges::subrange(first, last));
  }
  iterator insert(detail::Position<Character> auto position, std::initializer_list<Character> characters) {
    return insert(position, View(characters.begin(), characters.size()));
  }
  template <detail::ContainerCompatibleRange<Character> Range>
  iterator insert_range(detail::Position<Character> auto position, Range&& range) {
    const size_type index = index_of(position);
    replace_with_range(position, position, std::forward<Range>(range));
    return begin() + index;
  }

  basic_string& erase(size_type position = 0, size_type count = npos) { return replace(position, count, View()); }
  iterator erase(detail::Position<Character> auto position) { return erase(position, position + 1); }
  iterator erase(detail::Position<Character> auto first, detail::Position<Character> auto last) {
    return storage_.splice(index_of(first), static_cast<size_type>(last - first), 0);
  }

  template <detail::StringLike<Character, Traits> S>
  basic_string& replace(size_type position, size_type count, const S& text) {
    return replace_by_view(position, count, View(text));
  }
  basic_string& replace(size_type position, size_type count, const Character* text, size_type text_count) {
    return replace_by_view(position, count, View(text, text_count));
  }
  template <detail::SizedStringLike<Character, Traits> S>
  basic_string& replace(size_type position, size_type count, const S& text, size_type text_position) {
    return replace_by_view(position, count, View(text).substr(text_position));
  }
  template <detail::StringLike<Character, Traits> S>
  basic_string& replace(size_type position, size_type count, const S& text, size_type text_position, size_type text_count) {
    return replace_by_view(position, count, View(text).substr(text_position, text_count));
  }
  basic_string& replace(size_type position, size_type count, size_type new_count, Character character) {
    const size_type old_count = checked(position, count);
    Traits::assign(storage_.splice(position, old_count, new_count), new_count, character);
    return *this;
  }
  template <class... Text>
  basic_string& replace(detail::Position<Character> auto first, detail::Position<Character> auto last, const Text&... text)
    requires requires(basic_string& self) { self.replace(size_type(), size_type(), text...); }
  {
    return replace(index_of(first), static_cast<size_type>(last - first), detail::sized_or_text<Character>(text)...);
  }
  template <std::input_iterator Iterator>
  basic_string& replace(detail::Position<Character> auto first, detail::Position<Character> auto last, Iterator new_first, Iterator new_last) {
    return replace_with_range(first, last, std::ranges::subrange(new_first, new_last));
  }
  basic_string& replace(detail::Position<Character> auto first, detail::Position<Character> auto last, std::initializer_list<Character> characters) {
    return replace(first, last, View(characters.begin(), characters.size()));
  }
  template <detail::ContainerCompatibleRange<Character> Range>
  basic_string& replace_with_range(detail::Position<Character> auto first, detail::Position<Character> auto last, Range&& range) {
    if constexpr (detail::ContiguousRangeOf<Range, Character>) {
      return replace(first, last, View(std::ranges::data(range), std::ranges::size(range)));
    } else {
      basic_string text;  // the range may be a part of this string, or be read only once
      for (auto&& character : range) text.push_back(static_cast<Character>(character));
      return replace(first, last, View(text));
    }
  }

  void swap(basic_string& other) noexcept { storage_.swap(other.storage_); }
  friend void swap(basic_string& left, basic_string& right) noexcept { left.swap(right); }

 private:
  size_type index_of(const_iterator position) const noexcept { return static_cast<size_type>(position - data()); }

  /// How many characters from the position on are meant by `count`.
  size_type checked(size_type position, size_type count) const {
    if (position > size()) throw std::out_of_range("carry::string: no such position");
    return std::min(count, size() - position);
  }

  basic_string& replace_by_view(size_type position, size_type count, View text) {
    const size_type old_count = checked(position, count);
    const bool is_part_of_this = !std::less<>()(text.data(), data()) && !std::less<>()(data() + size(), text.data());
    if (is_part_of_this && !text.empty()) return replace_by_view(position, old_count, basic_string(text));
    Traits::copy(storage_.splice(position, old_count, text.size()), text.data(), text.size());
    return *this;
  }

  detail::StringStorage<Character> storage_;
};

using string = basic_string<char>;
using wstring = basic_string<wchar_t>;
using u8string = basic_string<char8_t>;
using u16string = basic_string<char16_t>;
using u32string = basic_string<char32_t>;

}  // namespace carry

#include <carry/container/detail/string_operators.h>
