#pragma once

#include <carry/container/detail/ranges.h>

#include <concepts>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>

namespace carry::detail {

/// What can be read as a view of such characters: views, std strings, carry strings, pointers to terminated characters.
template <class S, class Character, class Traits>
concept StringLike = std::convertible_to<const S&, std::basic_string_view<Character, Traits>>;

/// The same without pointers: what knows its length.
template <class S, class Character, class Traits>
concept SizedStringLike = StringLike<S, Character, Traits> && !std::convertible_to<const S&, const Character*>;

template <class S>
inline constexpr bool is_std_string = false;
template <class Character, class Traits, class Allocator>
inline constexpr bool is_std_string<std::basic_string<Character, Traits, Allocator>> = true;

/// An argument that is handed on: a number of characters in its proper type, a text as it is.
template <class Character, class A>
constexpr decltype(auto) sized_or_text(const A& argument) noexcept {
  if constexpr (std::is_integral_v<A> && !std::same_as<A, Character>) return static_cast<std::size_t>(argument);
  else return (argument);
}

/// The members of a string that only read it, all by way of a view. String is the class that inherits them.
template <class String, class Character, class Traits>
class StringReading {
  using View = std::basic_string_view<Character, Traits>;

  /// Whether making a view of it cannot throw: strings and views, not pointers.
  template <class S>
  static constexpr bool readable = std::is_nothrow_convertible_v<const S&, View>;

  const String& self() const noexcept { return static_cast<const String&>(*this); }
  View view() const noexcept { return View(self().data(), self().size()); }

 public:
  using size_type = std::size_t;
  using const_iterator = const Character*;
  using const_reverse_iterator = std::reverse_iterator<const_iterator>;
  static constexpr size_type npos = View::npos;

  operator View() const noexcept { return view(); }

  const Character& operator[](size_type index) const noexcept { return self().data()[index]; }
  const Character& at(size_type index) const { return view().at(index); }
  const Character& front() const noexcept { return self().data()[0]; }
  const Character& back() const noexcept { return self().data()[self().size() - 1]; }
  const Character* c_str() const noexcept { return self().data(); }

  const_iterator begin() const noexcept { return self().data(); }
  const_iterator end() const noexcept { return self().data() + self().size(); }
  const_iterator cbegin() const noexcept { return begin(); }
  const_iterator cend() const noexcept { return end(); }
  const_reverse_iterator rbegin() const noexcept { return const_reverse_iterator(end()); }
  const_reverse_iterator rend() const noexcept { return const_reverse_iterator(begin()); }
  const_reverse_iterator crbegin() const noexcept { return rbegin(); }
  const_reverse_iterator crend() const noexcept { return rend(); }

  [[nodiscard]] bool empty() const noexcept { return self().size() == 0; }
  size_type length() const noexcept { return self().size(); }

  String substr(size_type position = 0, size_type count = npos) const { return String(view().substr(position, count)); }
  size_type copy(Character* to, size_type count, size_type position = 0) const { return view().copy(to, count, position); }

  template <StringLike<Character, Traits> S>
  int compare(const S& other) const noexcept(readable<S>) {
    return view().compare(View(other));
  }
  template <StringLike<Character, Traits> S>
  int compare(size_type position, size_type count, const S& other) const {
    return view().compare(position, count, View(other));
  }
  template <SizedStringLike<Character, Traits> S>
  int compare(size_type position, size_type count, const S& other, size_type other_position) const {
    return view().compare(position, count, View(other), other_position, npos);
  }
  template <StringLike<Character, Traits> S>
  int compare(size_type position, size_type count, const S& other, size_type other_position, size_type other_count) const {
    return view().compare(position, count, View(other), other_position, other_count);
  }
  int compare(size_type position, size_type count, const Character* other, size_type other_count) const {
    return view().compare(position, count, other, other_count);
  }

  bool starts_with(View prefix) const noexcept { return view().starts_with(prefix); }
  bool starts_with(Character character) const noexcept { return view().starts_with(character); }
  bool starts_with(const Character* prefix) const { return view().starts_with(prefix); }
  bool ends_with(View suffix) const noexcept { return view().ends_with(suffix); }
  bool ends_with(Character character) const noexcept { return view().ends_with(character); }
  bool ends_with(const Character* suffix) const { return view().ends_with(suffix); }
  bool contains(View part) const noexcept { return find(part) != npos; }
  bool contains(Character character) const noexcept { return find(character) != npos; }
  bool contains(const Character* part) const { return find(part) != npos; }

  template <StringLike<Character, Traits> S>
  size_type find(const S& part, size_type from = 0) const noexcept(readable<S>) {
    return view().find(View(part), from);
  }
  size_type find(const Character* part, size_type from, size_type count) const { return view().find(part, from, count); }
  size_type find(Character character, size_type from = 0) const noexcept { return view().find(character, from); }

  template <StringLike<Character, Traits> S>
  size_type rfind(const S& part, size_type from = npos) const noexcept(readable<S>) {
    return view().rfind(View(part), from);
  }
  size_type rfind(const Character* part, size_type from, size_type count) const { return view().rfind(part, from, count); }
  size_type rfind(Character character, size_type from = npos) const noexcept { return view().rfind(character, from); }

  template <StringLike<Character, Traits> S>
  size_type find_first_of(const S& set, size_type from = 0) const noexcept(readable<S>) {
    return view().find_first_of(View(set), from);
  }
  size_type find_first_of(const Character* set, size_type from, size_type count) const { return view().find_first_of(set, from, count); }
  size_type find_first_of(Character character, size_type from = 0) const noexcept { return find(character, from); }

  template <StringLike<Character, Traits> S>
  size_type find_last_of(const S& set, size_type from = npos) const noexcept(readable<S>) {
    return view().find_last_of(View(set), from);
  }
  size_type find_last_of(const Character* set, size_type from, size_type count) const { return view().find_last_of(set, from, count); }
  size_type find_last_of(Character character, size_type from = npos) const noexcept { return rfind(character, from); }

  template <StringLike<Character, Traits> S>
  size_type find_first_not_of(const S& set, size_type from = 0) const noexcept(readable<S>) {
    return view().find_first_not_of(View(set), from);
  }
  size_type find_first_not_of(const Character* set, size_type from, size_type count) const { return view().find_first_not_of(set, from, count); }
  size_type find_first_not_of(Character character, size_type from = 0) const noexcept { return view().find_first_not_of(character, from); }

  template <StringLike<Character, Traits> S>
  size_type find_last_not_of(const S& set, size_type from = npos) const noexcept(readable<S>) {
    return view().find_last_not_of(View(set), from);
  }
  size_type find_last_not_of(const Character* set, size_type from, size_type count) const { return view().find_last_not_of(set, from, count); }
  size_type find_last_not_of(Character character, size_type from = npos) const noexcept { return view().find_last_not_of(character, from); }
};

}  // namespace carry::detail
