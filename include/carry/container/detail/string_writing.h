#pragma once

#include <carry/container/detail/string_reading.h>

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

namespace carry::detail {

/// The members of a string that change it, and those that only read it. String is the class that inherits them.
///
/// `Storage` has the characters, and knows what to do when there is no room for more: splice(), reserve().
template <class String, class Character, class Traits, class Storage>
class StringWriting : public StringReading<String, Character, Traits> {
  static_assert(std::is_trivially_copyable_v<Character> && sizeof(Character) <= 4, "carry's strings hold characters");
  using Reading = StringReading<String, Character, Traits>;
  using View = std::basic_string_view<Character, Traits>;

 public:
  using traits_type = Traits;
  using value_type = Character;
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
  size_type capacity() const noexcept { return storage_.capacity(); }
  void reserve(size_type count) { storage_.reserve(count); }
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
  String& assign(const Text&... text)
    requires requires(String& self) { self.replace(size_type(), size_type(), text...); }
  {
    return replace(0, size(), sized_or_text<Character>(text)...);
  }
  template <std::input_iterator Iterator>
  String& assign(Iterator first, Iterator last) {
    return replace(begin(), end(), first, last);
  }
  String& assign(std::initializer_list<Character> characters) { return replace(0, size(), View(characters.begin(), characters.size())); }
  template <ContainerCompatibleRange<Character> Range>
  String& assign_range(Range&& range) {
    return replace_with_range(begin(), end(), std::forward<Range>(range));
  }

  void push_back(Character character) {
    if (!storage_.add(character)) [[unlikely]]
      append(size_type(1), character);
  }
  void pop_back() noexcept { storage_.set_size(size() - 1); }
  template <class... Text>
  String& append(const Text&... text)
    requires requires(String& self) { self.replace(size_type(), size_type(), text...); }
  {
    return replace(size(), 0, sized_or_text<Character>(text)...);
  }
  template <StringLike<Character, Traits> S>
  String& append(const S& text) {
    return append_view(View(text));
  }
  String& append(const Character* text, size_type count) { return append_view(View(text, count)); }
  template <std::input_iterator Iterator>
  String& append(Iterator first, Iterator last) {
    return replace(end(), end(), first, last);
  }
  String& append(std::initializer_list<Character> characters) { return append(View(characters.begin(), characters.size())); }
  template <ContainerCompatibleRange<Character> Range>
  String& append_range(Range&& range) {
    return replace_with_range(end(), end(), std::forward<Range>(range));
  }
  template <StringLike<Character, Traits> S>
  String& operator+=(const S& text) {
    return append(View(text));
  }
  String& operator+=(Character character) {
    push_back(character);
    return own();
  }
  String& operator+=(std::initializer_list<Character> characters) { return append(characters); }

  template <class... Text>
  String& insert(size_type position, const Text&... text)
    requires requires(String& self) { self.replace(size_type(), size_type(), text...); }
  {
    return replace(position, 0, sized_or_text<Character>(text)...);
  }
  template <class... Text>
  iterator insert(Position<Character> auto position, const Text&... text)
    requires requires(String& self) { self.replace(size_type(), size_type(), text...); }
  {
    const size_type index = index_of(position);
    replace(index, 0, sized_or_text<Character>(text)...);
    return begin() + index;
  }
  iterator insert(Position<Character> auto position, Character character) { return insert(position, size_type(1), character); }
  template <std::input_iterator Iterator>
  iterator insert(Position<Character> auto position, Iterator first, Iterator last) {
    return insert_range(position, std::ranges::subrange(first, last));
  }
  iterator insert(Position<Character> auto position, std::initializer_list<Character> characters) {
    return insert(position, View(characters.begin(), characters.size()));
  }
  template <ContainerCompatibleRange<Character> Range>
  iterator insert_range(Position<Character> auto position, Range&& range) {
    const size_type index = index_of(position);
    replace_with_range(position, position, std::forward<Range>(range));
    return begin() + index;
  }

  String& erase(size_type position = 0, size_type count = npos) { return replace(position, count, View()); }
  iterator erase(Position<Character> auto position) { return erase(position, position + 1); }
  iterator erase(Position<Character> auto first, Position<Character> auto last) {
    return storage_.splice(index_of(first), static_cast<size_type>(last - first), 0);
  }

  template <StringLike<Character, Traits> S>
  String& replace(size_type position, size_type count, const S& text) {
    return replace_by_view(position, count, View(text));
  }
  String& replace(size_type position, size_type count, const Character* text, size_type text_count) {
    return replace_by_view(position, count, View(text, text_count));
  }
  template <SizedStringLike<Character, Traits> S>
  String& replace(size_type position, size_type count, const S& text, size_type text_position) {
    return replace_by_view(position, count, View(text).substr(text_position));
  }
  template <StringLike<Character, Traits> S>
  String& replace(size_type position, size_type count, const S& text, size_type text_position, size_type text_count) {
    return replace_by_view(position, count, View(text).substr(text_position, text_count));
  }
  String& replace(size_type position, size_type count, size_type new_count, Character character) {
    const size_type old_count = checked(position, count);
    Traits::assign(storage_.splice(position, old_count, new_count), new_count, character);
    return own();
  }
  template <class... Text>
  String& replace(Position<Character> auto first, Position<Character> auto last, const Text&... text)
    requires requires(String& self) { self.replace(size_type(), size_type(), text...); }
  {
    return replace(index_of(first), static_cast<size_type>(last - first), sized_or_text<Character>(text)...);
  }
  template <std::input_iterator Iterator>
  String& replace(Position<Character> auto first, Position<Character> auto last, Iterator new_first, Iterator new_last) {
    return replace_with_range(first, last, std::ranges::subrange(new_first, new_last));
  }
  String& replace(Position<Character> auto first, Position<Character> auto last, std::initializer_list<Character> characters) {
    return replace(first, last, View(characters.begin(), characters.size()));
  }
  template <ContainerCompatibleRange<Character> Range>
  String& replace_with_range(Position<Character> auto first, Position<Character> auto last, Range&& range) {
    if constexpr (ContiguousRangeOf<Range, Character>) {
      return replace(first, last, View(std::ranges::data(range), std::ranges::size(range)));
    } else {
      String text;  // the range may be a part of this string, or be read only once
      for (auto&& character : range) text.push_back(static_cast<Character>(character));
      return replace(first, last, View(text));
    }
  }

 protected:
  Storage storage_;

 private:
  String& own() noexcept { return static_cast<String&>(*this); }
  size_type index_of(const_iterator position) const noexcept { return static_cast<size_type>(position - data()); }

  /// How many characters from the position on are meant by `count`.
  size_type checked(size_type position, size_type count) const {
    if (position > size()) throw std::out_of_range("carry: a string has no such position");
    return std::min(count, size() - position);
  }

  /// Where there is room, without a detour: what is a part of this string does not move then.
  String& append_view(View text) {
    const size_type count = size();
    if (text.size() > capacity() - count) return replace_by_view(count, 0, text);
    Traits::copy(data() + count, text.data(), text.size());
    storage_.set_size(count + text.size());
    return own();
  }

  String& replace_by_view(size_type position, size_type count, View text) {
    const size_type old_count = checked(position, count);
    const bool is_part_of_this = !std::less<>()(text.data(), data()) && !std::less<>()(data() + size(), text.data());
    if (is_part_of_this && !text.empty()) return replace_by_view(position, old_count, String(text));
    Traits::copy(storage_.splice(position, old_count, text.size()), text.data(), text.size());
    return own();
  }
};

}  // namespace carry::detail
