#pragma once

#include <carry/memory/detail/field_layout.h>

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace carry::test {

/// Everything that is in a value, looked at and written down: two that are equal have the same text. Looks every key of a map up, too.
template <class T>
std::string text_of(const T& value);

template <class T>
std::string text_of_parts(const T& value) {
  return std::apply([](const auto&... part) { return ((text_of(part) + ";") + ... + std::string()); }, value);
}

template <class T>
std::string text_of(const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_enum_v<T>) {
    return std::to_string(static_cast<long long>(value));
  } else if constexpr (std::is_arithmetic_v<T>) {
    return std::to_string(value);
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    return '"' + std::string(std::string_view(value)) + '"';
  } else if constexpr (std::is_same_v<T, std::monostate>) {
    return "-";
  } else if constexpr (requires { value.has_value(); }) {
    return value.has_value() ? "(" + text_of(*value) + ")" : "()";
  } else if constexpr (requires { value.valueless_by_exception(); }) {
    return std::to_string(value.index()) + ":" + std::visit([](const auto& held) { return text_of(held); }, value);
  } else if constexpr (requires { std::begin(value); }) {
    std::string text = "[";
    for (const auto& element : value) {
      if constexpr (requires { value.find(element.first); }) {
        if (value.find(element.first) == value.end()) text += "LOST ";
      } else if constexpr (requires { value.find(element); }) {
        if (value.find(element) == value.end()) text += "LOST ";
      }
      text += text_of(element) + ",";
    }
    return text + "]";
  } else if constexpr (detail::HasFields<T>) {
    std::string text = "{";
    detail::look_at_fields(value, [&](const auto&... field) { ((text += text_of(field) + ";"), ...); }, detail::FieldCount<detail::field_count<T>>());
    return text + "}";
  } else {
    return "<" + text_of_parts(value) + ">";
  }
}

}  // namespace carry::test
