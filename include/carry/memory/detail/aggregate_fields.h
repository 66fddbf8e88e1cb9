#pragma once

// Looks into the fields of an aggregate, with nothing but the question whether it can be initialised by certain values.

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace carry::detail {

/// A value of any type.
struct AnyValue {
  template <class U>
  operator U() const;
};

/// A value of any class, and of any scalar type: they tell an array of scalars from a class with fields.
struct ClassValue {
  template <class U>
    requires std::is_class_v<U> || std::is_union_v<U>
  operator U() const;
};
struct ScalarValue {
  template <class U>
    requires std::is_scalar_v<U>
  operator U() const;
};

/// Initialises references only: for a value the two conversions are ambiguous.
struct ReferenceValue {
  ReferenceValue() = default;
  ReferenceValue(const ReferenceValue&) = delete;  // std::any takes what can be copied
  template <class U>
  operator U() const;
  template <class U>
  operator U&() const;
};

/// The same for rvalue references, where g++ wants it so; clang makes do with the other.
struct RvalueReferenceValue {
  RvalueReferenceValue() = default;
  RvalueReferenceValue(const RvalueReferenceValue&) = delete;  // std::any takes what can be copied
  template <class U>
  operator U() const;
  template <class U>
  operator U&&() const;
};

template <std::size_t>
using AnyValueAt = AnyValue;
template <std::size_t>
using ScalarValueAt = ScalarValue;

template <class T, std::size_t values>
consteval bool takes_values() {
  return []<std::size_t... i>(std::index_sequence<i...>) { return requires { T{AnyValueAt<i>()...}; }; }(std::make_index_sequence<values>());
}

inline constexpr std::size_t most_needed = 64;

/// How many values T needs at least: 0 for one that is made of {}. most_needed if there is no such number: nothing initialises some field.
template <class T, std::size_t from = 0>
consteval std::size_t count_needed_values() {
  if constexpr (from == most_needed || takes_values<T, from>()) {
    return from;
  } else {
    return count_needed_values<T, from + 1>();
  }
}
template <class T>
inline constexpr std::size_t needed_values = count_needed_values<T>();

/// True if T can be initialised by `before` values of any type, a Probe, and as many more as it needs.
template <class T, std::size_t before, class Probe>
consteval bool takes() {
  constexpr std::size_t needed = needed_values<T>;
  return []<std::size_t... i, std::size_t... j>(std::index_sequence<i...>, std::index_sequence<j...>) {
    return requires { T{AnyValueAt<i>()..., Probe(), AnyValueAt<j>()...}; };
  }(std::make_index_sequence<before>(), std::make_index_sequence<(needed > before + 1 ? needed - before - 1 : 0)>());
}

/// True if after `before` values T takes `count` scalars in braces: an array of that many, at least.
template <class T, std::size_t before, std::size_t count>
consteval bool takes_array() {
  return []<std::size_t... i, std::size_t... j>(std::index_sequence<i...>, std::index_sequence<j...>) {
    return requires { T{AnyValueAt<i>()..., {ScalarValueAt<j>()...}}; };
  }(std::make_index_sequence<before>(), std::make_index_sequence<count>());
}

/// How many values are looked at in one aggregate; an element of an array counts as one.
inline constexpr std::size_t most_values = 1024;

/// The length of the array of scalars after `before` values: doubles a length that fits, then halves the gap to one that does not.
template <class T, std::size_t before, std::size_t fits, std::size_t too_many>
consteval std::size_t array_length() {
  if constexpr (fits + 1 == too_many) {
    return fits;
  } else {
    constexpr std::size_t next = fits + (too_many - fits) / 2 < 2 * fits ? fits + (too_many - fits) / 2 : 2 * fits;
    if constexpr (takes_array<T, before, next>()) {
      return array_length<T, before, next, too_many>();
    } else {
      return array_length<T, before, fits, next>();
    }
  }
}

/// How many values the field after `before` others takes: 1, or the length of an array of scalars.
template <class T, std::size_t before>
consteval std::size_t count_field_values() {
  if constexpr (takes<T, before, ScalarValue>() && !takes<T, before, ClassValue>() && takes_array<T, before, 2>()) {
    return array_length<T, before, 2, most_values>();
  } else {
    return 1;
  }
}

template <class T, std::size_t before>
inline constexpr std::size_t field_values = count_field_values<T, before>();

/// The number of the first field whose value a Probe can be, counted from 1, from the one after `before` values on. 0 if there is none. Fields that
/// take an Exempt are passed over. Looks at 128 fields at most.
template <class T, class Probe, class Exempt, std::size_t before = 0, std::size_t fields = 0>
consteval std::size_t field_that_takes() {
  if constexpr (before >= most_values || fields == 128) {
    return 0;
  } else if constexpr (takes<T, before, Probe>() && !takes<T, before, Exempt>()) {
    return fields + 1;
  } else if constexpr (takes<T, before, AnyValue>() || takes<T, before, ReferenceValue>()) {
    return field_that_takes<T, Probe, Exempt, before + field_values<T, before>, fields + 1>();
  } else {
    return 0;
  }
}

}  // namespace carry::detail
