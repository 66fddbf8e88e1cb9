#pragma once

// How many fields an aggregate has, asked for by nothing but what it can be initialised with: so many {}, of which each initialises one field.
//
// no_field_count where the fields could not be named, or the number would be a guess: the caller must then do without.

#include <carry/memory/detail/aggregate_fields.h>
#include <carry/memory/detail/field_braces.h>
#include <carry/memory/detail/type_name.h>

#include <cstddef>
#include <tuple>
#include <type_traits>

namespace carry::detail {

inline constexpr std::size_t no_field_count = ~std::size_t{0};

template <class U>
concept Unnamed = (std::is_class_v<U> || std::is_union_v<U>) && type_name<U>().ends_with("{unnamed}");

/// Initialises what has no name that a structured binding could give it: a reference, an unnamed class or union, a base class of T. For any other
/// field the two conversions are ambiguous.
template <class T>
struct NamelessValue {
  NamelessValue() = default;
  NamelessValue(const NamelessValue&) = delete;  // std::any takes what can be copied
  template <class U>
  operator U() const;
  template <class U>
    requires(!Unnamed<U> && !(std::is_base_of_v<U, T> && !std::is_same_v<U, T>))
  operator U&() const;
};

/// Initialises what AnyValue does not: a class with a constructor that takes everything.
struct SomeClass {};

template <class T, std::size_t count = 0>
consteval std::size_t count_fields() {
  if constexpr (takes_braces<FieldCount<count>, T, NamelessValue<T>> || takes_braces<FieldCount<count>, T, RvalueReferenceValue>) {
    return no_field_count;
  } else if constexpr (takes_braces<FieldCount<count + 1>, T>) {
    return count_fields<T, count + 1>();
  } else if constexpr (takes_braces<FieldCount<count>, T, AnyValue> || takes_braces<FieldCount<count>, T, SomeClass>) {
    return no_field_count;  // a field that is not made of {}, or more than there are lines in the table
  } else {
    return count;
  }
}

/// For an aggregate. One that is a tuple to structured bindings has no fields for them.
template <class T>
inline constexpr std::size_t field_count = no_field_count;
template <class T>
  requires(takes_braces<FieldCount<0>, T> && !requires { std::tuple_size<T>::value; })
inline constexpr std::size_t field_count<T> = count_fields<T>();

}  // namespace carry::detail
