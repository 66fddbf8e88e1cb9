#pragma once

#include <carry/container/detail/checked_elements.h>
#include <carry/container/detail/copy_untrusted.h>
#include <carry/error.h>
#include <carry/platform/own_segment.h>
#include <carry/result.h>

#include <array>
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace carry {

/// A place in untrusted memory where a T should be. That the place is there is known, and that it may be read; what it holds is looked at only when that
/// is asked for: every word is loaded once, checked, and what was loaded is used.
///
/// It begins with checked(sample). From a place the way leads to places within it (field(), get(), elements(), value(), find()), and from these to values
/// of the caller's own (load(), text(), copy()). Two looks at the same place may see two things.
/// Copies are cheap. It owns nothing: the sample must outlive it, and all that came from it.
///
/// Thread safety: any threads at once. Blocking: no. Complexity: O(1), where nothing else is said.
/// Errors:        Errc::malformed_message, of everything that gives a Result: there is what no carry writes, or what was asked for is not there.
template <class T>
class Checked {
  static_assert(std::is_object_v<T> && !std::is_const_v<T> && !std::is_volatile_v<T>);

 public:
  using value_type = T;

  /// For checked(), which has made sure that it is there.
  Checked(const detail::UntrustedMemory& memory, const T* place) noexcept : memory_(memory), place_(place) {}

  /// A member's place: field(&Report::lines).
  template <class Member, class Class>
    requires(std::is_object_v<Member> && std::derived_from<T, Class>)
  Checked<std::remove_cv_t<Member>> field(Member Class::* member) const noexcept {
    return {memory_, std::addressof(place_->*member)};
  }

  /// The value of a number, of an enumeration with an underlying type, or of what is made of these and nothing else: a T. Of a bool: Result<bool>.
  /// What is longer than a word may be of several moments.
  auto load() const noexcept {
    static_assert(std::is_same_v<T, bool> || (detail::any_bits<T> && !std::is_array_v<T>),
                  "carry: load() is for numbers and what is made of them: take a way into it, or copy()");
    if constexpr (std::is_same_v<T, bool>) {
      const auto byte = detail::load_once<unsigned char>(place_);
      return byte <= 1 ? Result<bool>(byte == 1) : Result<bool>(failure(Errc::malformed_message));
    } else {
      detail::Copying copying(memory_, 0, 0);
      return detail::copy_of(copying, place_);
    }
  }

  /// The elements of a vector, fixed_vector, array, string, set or map, whose number and place are loaded once: Result<CheckedElements>, of a flat_map
  /// Result<CheckedKeysAndValues>. Those of an unordered_map are pairs. Whether keys are in order, and differ, is not looked at.
  /// Give the result a name before you go through it: `for (... : *place.elements())` would outlive it.
  auto elements() const noexcept {
    static_assert(detail::HasElements<T>,
                  "carry: this has no elements that can be gone through in place (a list may lead round for ever): copy() it");
    const auto found = detail::elements_of(memory_, place_);
    using Elements = decltype(detail::check_elements(memory_, *found));
    return found ? Result<Elements>(detail::check_elements(memory_, *found)) : Result<Elements>(failure(Errc::malformed_message));
  }

  /// The letters of a string or fixed_string, copied into memory that is the caller's: a view of that.
  /// Errors: also Errc::message_too_large: more than there is room for. Complexity: O(letters).
  template <class String = T>
  Result<std::basic_string_view<typename String::value_type, typename String::traits_type>> text(
      std::span<typename String::value_type> room) const noexcept {
    const auto letters = elements();
    if (!letters) return Failure(letters.error());
    const auto copied = letters->copy_to(room);
    if (!copied) return Failure(copied.error());
    return std::basic_string_view<typename String::value_type, typename String::traits_type>(copied->data(), copied->size());
  }

  /// The place of an optional's value, if there is one: Result<std::optional<Checked>>.
  auto value() const noexcept {
    static_assert(requires { detail::CopyOf<T>::flag_offset; }, "carry: value() is for std::optional");
    using Value = Checked<std::remove_cv_t<typename T::value_type>>;
    using Found = Result<std::optional<Value>>;
    const auto flag = detail::load_once<unsigned char>(place_, detail::CopyOf<T>::flag_offset);
    if (flag > 1) return Found(failure(Errc::malformed_message));
    return flag == 0 ? Found(std::nullopt) : Found(Value(memory_, detail::CopyOf<T>::value_at(place_)));
  }

  /// Which alternative a variant has.
  Result<std::size_t> index() const noexcept {
    static_assert(requires { std::variant_size<T>::value; }, "carry: index() is for std::variant");
    const std::size_t index = detail::settled(place_->index());
    if (index >= std::variant_size_v<T>) return failure(Errc::malformed_message);
    return index;
  }

  /// The place of a part of a pair, tuple or std::array: Checked. Of a variant's alternative: Result<Checked>, an error if it has become another one.
  template <std::size_t i>
  auto get() const noexcept {
    if constexpr (requires { std::variant_size<T>::value; }) {
      using Part = Checked<std::remove_cv_t<std::variant_alternative_t<i, T>>>;
      const auto* const found = detail::settled(std::get_if<i>(place_));
      return found == nullptr ? Result<Part>(failure(Errc::malformed_message)) : Result<Part>(Part(memory_, found));
    } else {
      static_assert(requires { std::tuple_size<T>::value; }, "carry: get() is for std::pair, tuple, array and variant");
      return Checked<std::remove_cv_t<std::tuple_element_t<i, T>>>(memory_, std::addressof(std::get<i>(*place_)));
    }
  }

  /// The place of a flat_map's value, or of a flat_set's key, by binary search among copies of keys: Result<std::optional<Checked>>. Of keys that are not
  /// in order it may not find one that is there.
  /// Errors: as copy(), of keys. What the comparison throws passes through. Complexity: O(log n) copies of keys.
  template <class Sorted = T>
  Result<std::optional<Checked<typename detail::SortedBy<Sorted>::Found>>> find(const typename detail::SortedBy<Sorted>::Key& key,
                                                                                const CopyOptions& options = {}) const {
    using By = detail::SortedBy<Sorted>;
    static_assert(detail::Stateless<typename By::Compare>, "carry: a comparison with a state cannot be taken from another process");
    const auto all = elements();
    if (!all) return Failure(all.error());
    const typename By::Compare before{};
    std::size_t first = 0;
    std::size_t last = By::keys(*all).size();
    while (first != last) {
      const std::size_t middle = first + (last - first) / 2;
      const auto candidate = By::keys(*all).at(middle)->copy(options);
      if (!candidate) return Failure(candidate.error());
      if (before(*candidate, key)) first = middle + 1;
      else if (before(key, *candidate)) last = middle;
      else return *By::found(*all).at(middle);
    }
    return std::nullopt;
  }

  /// A deep copy of what is there: copy_out() of a part of a message, with the same errors.
  Result<T> copy(const CopyOptions& options = {}) const {
    static_assert(!std::is_array_v<T>, "carry: an array cannot be returned: go through its elements()");
    static_assert(std::is_move_constructible_v<T>, "carry: what is copied out must be movable");
    if (platform::forked()) return failure(Errc::forked);
    return detail::copy_untrusted(memory_, place_, options);
  }

 private:
  detail::UntrustedMemory memory_;
  const T* place_;
};

}  // namespace carry
