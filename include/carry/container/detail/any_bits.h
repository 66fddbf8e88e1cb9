#pragma once

#include <carry/memory/detail/field_layout.h>

#include <type_traits>

namespace carry::detail {

/// How a T of another process is copied whose bytes may be anything. Specialised for what is more than its bytes or its fields.
template <class T>
struct CopyOf {
  static constexpr bool is_special = false;
};

/// An enumeration every value of whose underlying type is one of its own: `enum class E`, `enum E : int`.
template <class T>
concept FixedEnum = std::is_enum_v<T> && requires { T{0}; };

template <class... Fields>
consteval bool have_any_bits(FieldTypes<Fields...>);

/// Whether every sequence of bytes is a T: numbers, and what is made of them. Not bool. Classes that can be copied as bytes and into which carry cannot
/// look are taken at their word.
template <class T>
consteval bool has_any_bits() {
  using Value = std::remove_cv_t<T>;
  if constexpr (std::is_same_v<Value, bool>) return false;
  else if constexpr (std::is_arithmetic_v<Value>) return true;
  else if constexpr (std::is_enum_v<Value>) return FixedEnum<Value>;
  else if constexpr (ArrayOf<Value>::is_array) return has_any_bits<typename ArrayOf<Value>::Element>();
  else if constexpr (!std::is_trivially_copyable_v<Value> || CopyOf<Value>::is_special) return false;
  else if constexpr (!std::is_class_v<Value> && !std::is_union_v<Value>) return false;
  else if constexpr (HasFields<Value>) return have_any_bits(fields_of<Value>());
  else return true;
}

template <class... Fields>
consteval bool have_any_bits(FieldTypes<Fields...>) {
  return (has_any_bits<Fields>() && ...);
}

template <class T>
inline constexpr bool any_bits = has_any_bits<T>();

}  // namespace carry::detail
