#pragma once

// What a type is made of, as a text that all compilers write alike: two programs whose texts are equal read the same bytes the same way.
//
//   i8 ... i64, u8 ... u64, f32, f64, f80, bool, char, char8, char16, char32, wchar16, wchar32   scalars, by kind and width
//   enum:i32                   an enumeration, by what it is stored as
//   f64[3][4]                  an array, also std::array
//   {0:i64,8:vector<string>}   an aggregate: its fields, and where they begin
//   {0:i64}#2                  the same with a carry_type_version
//   vector<^1>                 the aggregate that is open 1 brace up: for types that hold themselves
//   optional<f64>              types whose parts are known, of carry and of the standard library
//   "camera.frame"(24,8)       a type with a carry_type_name: that, size and alignment
//   app::Key(16,8)             any other type: its name, size and alignment

#include <carry/memory/detail/field_layout.h>
#include <carry/memory/detail/standard_structures.h>
#include <carry/memory/detail/structure.h>
#include <carry/memory/detail/type_name.h>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace carry::detail {

template <class T>
concept SaysItsName = requires { std::string_view(T::carry_type_name); };
template <class T>
concept SaysItsVersion = requires { std::uint64_t{T::carry_type_version}; };

/// Counts letters, and writes them if it has where to.
struct TextWriter {
  char* to = nullptr;
  std::size_t size = 0;

  constexpr void put(std::string_view text) {
    if (to != nullptr) {
      for (std::size_t i = 0; i != text.size(); ++i) to[size + i] = text[i];
    }
    size += text.size();
  }
  template <std::integral Number>
  constexpr void put_number(Number number) {
    char digits[24]{};
    std::size_t at = sizeof(digits);
    auto rest = static_cast<std::uint64_t>(number);
    if (number < 0) rest = 0 - rest;
    do {
      digits[--at] = static_cast<char>('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    if (number < 0) digits[--at] = '-';
    put(std::string_view(digits + at, sizeof(digits) - at));
  }
};

template <class T>
constexpr std::string_view character_name() noexcept {
  if (std::is_same_v<T, char>) return "char";
  if (std::is_same_v<T, char8_t>) return "char8";
  if (std::is_same_v<T, char16_t>) return "char16";
  if (std::is_same_v<T, char32_t>) return "char32";
  if (std::is_same_v<T, wchar_t>) return sizeof(wchar_t) == 2 ? "wchar16" : "wchar32";
  return {};
}

template <class T>
constexpr std::string_view arithmetic_name() noexcept {
  if (std::is_same_v<T, bool>) return "bool";
  if (!character_name<T>().empty()) return character_name<T>();
  if (std::is_floating_point_v<T>) return float_name<T>();
  return std::is_signed_v<T> ? signed_name(sizeof(T)) : unsigned_name(sizeof(T));
}

/// Writes types down. `Enclosing`: the aggregates within which it is, innermost first.
template <class... Enclosing>
struct StructureWriter {
  template <class T>
  static consteval void write(TextWriter& text) {
    if constexpr (std::is_const_v<T> || std::is_volatile_v<T>) {
      write<std::remove_cv_t<T>>(text);
    } else if constexpr ((std::same_as<T, Enclosing> || ...)) {
      text.put("^");
      text.put_number(braces_up<T>());
    } else if constexpr (std::is_class_v<T> || std::is_union_v<T>) {
      write_class<T>(text);
    } else if constexpr (std::is_enum_v<T>) {
      text.put("enum:");
      text.put(arithmetic_name<std::underlying_type_t<T>>());
    } else if constexpr (std::is_arithmetic_v<T>) {
      text.put(arithmetic_name<T>());
    } else if constexpr (ArrayOf<T>::is_array) {
      write_array<T>(text);
    } else {
      write_opaque<T>(text, type_name<T>());
    }
  }

 private:
  template <class T>
  static consteval std::size_t braces_up() {
    std::size_t up = 0;
    bool found = false;
    ((found || (++up, found = std::same_as<T, Enclosing>)), ...);
    return up;
  }

  template <class T>
  static consteval void write_class(TextWriter& text) {
    if constexpr (SaysItsName<T>) {
      text.put("\"");
      write_opaque<T>(text, T::carry_type_name, "\"");
      write_version<T>(text);
    } else if constexpr (!std::same_as<std::remove_cv_t<decltype(structure_of<T>)>, NotSpecialised>) {
      write_parts(text, structure_of<T>);
    } else if constexpr (ArrayOf<T>::is_array) {
      write_array<T>(text);
    } else if constexpr (HasFields<T>) {
      text.put("{");
      write_fields<T>(text, fields_of<T>());
      text.put("}");
      write_version<T>(text);
    } else {
      write_opaque<T>(text, type_name<T>());
      write_version<T>(text);
    }
  }

  template <class T, class... Fields>
  static consteval void write_fields(TextWriter& text, FieldTypes<Fields...>) {
    std::size_t at = 0;
    ((text.put(at == 0 ? "" : ","), text.put_number(field_offsets<T>[at++]), text.put(":"),
      StructureWriter<T, Enclosing...>::template write<Fields>(text)),
     ...);
  }

  template <class T>
  static consteval void write_version(TextWriter& text) {
    if constexpr (SaysItsVersion<T>) {
      text.put("#");
      text.put_number(std::uint64_t{T::carry_type_version});
    }
  }

  template <class T>
  static consteval void write_opaque(TextWriter& text, std::string_view name, std::string_view end = "") {
    text.put(name);
    text.put(end);
    text.put("(");
    text.put_number(sizeof(T));
    text.put(",");
    text.put_number(alignof(T));
    text.put(")");
  }

  template <class T>
  static consteval void write_array(TextWriter& text) {
    write_element<T>(text);
    write_lengths<T>(text);
  }
  template <class T>
  static consteval void write_element(TextWriter& text) {
    if constexpr (ArrayOf<T>::is_array) {
      write_element<typename ArrayOf<T>::Element>(text);
    } else {
      write<T>(text);
    }
  }
  template <class T>
  static consteval void write_lengths(TextWriter& text) {
    if constexpr (ArrayOf<T>::is_array) {
      text.put("[");
      text.put_number(ArrayOf<T>::length);
      text.put("]");
      write_lengths<typename ArrayOf<T>::Element>(text);
    }
  }

  template <class... Parts>
  static consteval void write_parts(TextWriter& text, const MadeOf<Parts...>& made) {
    text.put(made.name);
    if constexpr (sizeof...(Parts) != 0) {
      std::string_view before = "<";
      (write_part(text, before, static_cast<Parts*>(nullptr)), ...);
      if (before == ",") text.put(">");
    }
  }
  template <class T>
  static consteval void write_part(TextWriter& text, std::string_view& before, T*) {
    text.put(before);
    before = ",";
    if constexpr (requires { sizeof(T); }) {
      write<T>(text);
    } else {
      text.put(type_name<T>());
    }
  }
  template <auto number>
  static consteval void write_part(TextWriter& text, std::string_view& before, Number<number>*) {
    text.put(before);
    before = ",";
    text.put_number(number);
  }
  template <class Actual, class Usual>
  static consteval void write_part(TextWriter& text, std::string_view& before, Behaviour<Actual, Usual>*) {
    if (std::same_as<Actual, Usual>) return;
    text.put(before);
    before = ",";
    text.put(type_name<Actual>());
  }
};

template <class T>
consteval std::size_t count_letters() {
  TextWriter text;
  StructureWriter<>::write<T>(text);
  return text.size;
}
template <class T>
consteval auto write_structure() {
  std::array<char, count_letters<T>()> letters{};
  TextWriter text{.to = letters.data(), .size = 0};
  StructureWriter<>::write<T>(text);
  return letters;
}
template <class T>
inline constexpr auto structure_letters = write_structure<T>();

/// T's structure. Complexity: at compile time.
template <class T>
constexpr std::string_view structure_text() noexcept {
  return {structure_letters<T>.data(), structure_letters<T>.size()};
}

}  // namespace carry::detail
