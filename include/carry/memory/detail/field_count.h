#pragma once

// How many fields an aggregate has, asked for by nothing but what it can be initialised with.
//
// A row of values, one for each place, initialises an aggregate; a place is a field, or one element of a field that is an array, whose braces may be
// left out. First the longest row is found, then which places belong to one array. Long arrays of scalars have braces of their own.
//
// no_field_count where an answer would be a guess: the caller must then do without.

#include <carry/memory/detail/field_row.h>
#include <carry/memory/detail/type_name.h>

#include <cstddef>
#include <tuple>
#include <type_traits>

namespace carry::detail {

inline constexpr std::size_t no_field_count = ~std::size_t{0};
inline constexpr std::size_t most_fields = 64;
inline constexpr std::size_t most_places = 160;
inline constexpr std::size_t longest_run_of_scalars = 9;

/// Initialises a base class, and an unnamed class or union: whoever has those has no fields that could be named.
template <class T>
struct BaseValue {
  template <class U>
    requires(std::is_base_of_v<U, T> && !std::is_same_v<U, T>)
  operator U() const;
};
struct UnnamedValue {
  template <class U>
    requires((std::is_class_v<U> || std::is_union_v<U>) && type_name<U>().ends_with("{unnamed}"))
  operator U() const;
};

/// Whether what comes behind a row is an array of so many scalars, or more.
template <class T, class R, std::size_t count>
inline constexpr bool takes_scalars = takes_marked<T, WithBraces<R>, R::runs, ScalarValue, count>();

/// How long the array of scalars behind a row is, at most longest_run_of_scalars + 1; 1 if there is none, or something else.
template <class T, class R, std::size_t from = 1>
consteval std::size_t count_scalars() {
  if constexpr (from == 1) {
    if constexpr (!takes_behind<T, R, ScalarValue> || takes_behind<T, R, ClassValue> || !takes_scalars<T, R, 2>) {
      return 1;
    } else if constexpr (takes_scalars<T, R, longest_run_of_scalars + 1>) {
      return longest_run_of_scalars + 1;
    } else {
      return count_scalars<T, R, 2>();
    }
  } else if constexpr (takes_scalars<T, R, from + 1>) {
    return count_scalars<T, R, from + 1>();
  } else {
    return from;
  }
}

/// The longest row that T takes. Long arrays of scalars are one place.
template <class T, class R = Row<0>>
constexpr auto longest_row() {
  if constexpr (R::places >= most_places || R::runs >= most_runs) {
    return R();
  } else if constexpr (takes_behind<T, R, AnyValue>) {
    constexpr std::size_t scalars = count_scalars<T, R>();
    if constexpr (scalars > longest_run_of_scalars) {
      return longest_row<T, WithBraces<R>>();
    } else {
      return longest_row<T, WithValues<R, scalars>>();
    }
  } else {
    return R();
  }
}

/// Whether T takes the row, with so many classes in braces, and no value more. That is sure without long arrays of scalars, which swallow some.
template <class T, class R, std::size_t marked, std::size_t classes>
consteval bool is_rest() {
  if constexpr (!takes_marked<T, R, marked, ClassValue, classes>()) {
    return false;
  } else if constexpr (R::runs == marked + 1) {
    return true;
  } else {
    return !takes_marked<T, WithValues<R, 1>, marked, ClassValue, classes>();
  }
}

/// How many places from `place` on are one field. Whatever is in braces initialises all of it: then R fits from behind it on.
template <class T, class R, class Before, std::size_t place, std::size_t width = 1>
consteval std::size_t count_classes() {
  if constexpr (place + width > R::places) {
    return 1;  // a class that is made neither of {} nor of others in braces
  } else {
    using Rest = decltype(joined<Before, R, place + width>());
    if constexpr (is_rest<T, Rest, Before::runs, 0>() || is_rest<T, Rest, Before::runs, width>()) {
      return width;
    } else {
      return count_classes<T, R, Before, place, width + 1>();
    }
  }
}

template <class T, class R, std::size_t place = 0, std::size_t fields = 0>
consteval std::size_t count_fields_from() {
  if constexpr (place == R::places) {
    return fields;
  } else if constexpr (place == where<R, place>.begin + R::length[where<R, place>.run]) {
    return count_fields_from<T, R, place + 1, fields + 1>();
  } else {
    using Before = decltype(first_places<R, place>());
    if constexpr (takes_behind<T, Before, UnnamedValue> || takes_behind<T, Before, ReferenceValue>) {
      return no_field_count;
    } else if constexpr (takes_behind<T, Before, ScalarValue> && !takes_behind<T, Before, ClassValue>) {
      return count_fields_from<T, R, place + count_scalars<T, Before>(), fields + 1>();
    } else {
      return count_fields_from<T, R, place + count_classes<T, R, Before, place>(), fields + 1>();
    }
  }
}

template <class T>
consteval std::size_t count_fields() {
  if constexpr (needed_values<T> == most_needed || requires { std::tuple_size<T>::value; } || takes_behind<T, Row<0>, BaseValue<T>>) {
    return no_field_count;
  } else {
    using Longest = decltype(longest_row<T>());
    if constexpr (Longest::places >= most_places || Longest::runs >= most_runs) {
      return no_field_count;
    } else if constexpr (!takes_row<T, Longest> || takes_behind<T, Longest, ReferenceValue> ||
                         takes_marked<T, WithBraces<Longest>, Longest::runs, AnyValue, 1>()) {
      return no_field_count;
    } else {
      constexpr std::size_t fields = count_fields_from<T, Longest>();
      return fields > most_fields ? no_field_count : fields;
    }
  }
}

/// For an aggregate.
template <class T>
inline constexpr std::size_t field_count = count_fields<T>();

}  // namespace carry::detail
