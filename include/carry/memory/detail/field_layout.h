#pragma once

// The fields of an aggregate: their types, and where they lie.

#include <carry/memory/detail/field_count.h>
#include <carry/memory/detail/fields_to_64.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <type_traits>

namespace carry::detail {

/// An array's element and length, where T is an array.
template <class T>
struct ArrayOf {
  static constexpr bool is_array = false;
};
template <class T, std::size_t n>
struct ArrayOf<T[n]> {
  static constexpr bool is_array = true;
  static constexpr std::size_t length = n;
  using Element = std::remove_cv_t<T>;
};
template <class T, std::size_t n>
struct ArrayOf<std::array<T, n>> : ArrayOf<T[n]> {};
template <class T>
struct ArrayOf<std::array<T, 0>> {
  static constexpr bool is_array = true;
  static constexpr std::size_t length = 0;
  using Element = std::remove_cv_t<T>;
};

template <class... Fields>
struct FieldTypes {
  static constexpr std::size_t count = sizeof...(Fields);
};
struct NoFields {};

struct FieldTypesOf {
  template <class... Fields>
  constexpr FieldTypes<Fields...> operator()(Fields&...) const {
    return {};
  }
};

/// Memory for a T without a T, whose addresses are constants.
template <class T>
union Place {
  constexpr Place() noexcept : nothing() {}
  constexpr ~Place() {}
  char nothing;
  unsigned char bytes[sizeof(T)];
  T whole;
};

inline constexpr std::size_t most_padding = 4096;

/// Finds fields in a place. Only equality of addresses is constant there: so it goes from byte to byte, from the end of the field before.
template <class T>
struct FindFields {
  const Place<T>& place;

  template <class Field>
  constexpr std::size_t find(const Field& field, std::size_t from) const {
    const void* address = std::addressof(field);
    const auto first = (from + alignof(Field) - 1) / alignof(Field) * alignof(Field);
    if (is_at(first, address)) return first;
    for (std::size_t at = from; at < std::min(from + most_padding, sizeof(T)); ++at) {
      if (is_at(at, address)) return at;
    }
    return sizeof(T);
  }
  template <class... Fields>
  constexpr auto operator()(const Fields&... fields) const {
    std::array<std::size_t, sizeof...(Fields) + 1> offsets{};
    std::size_t count = 0;
    [[maybe_unused]] std::size_t end = 0;
    ((offsets[count] = find(fields, end), end = offsets[count++] + sizeof(Fields)), ...);
    offsets[count] = sizeof(T);
    return offsets;
  }

 private:
  constexpr bool is_at(std::size_t at, const void* address) const {
    return at < sizeof(T) && static_cast<const void*>(std::addressof(place.bytes[at])) == address;
  }
};

template <class T>
constexpr auto find_field_types() {
  if constexpr (!std::is_class_v<T> || !std::is_aggregate_v<T>) {
    return NoFields();
  } else if constexpr (field_count<T> == no_field_count) {
    return NoFields();
  } else {
    using Types = decltype(look_at_fields(std::declval<T&>(), FieldTypesOf(), FieldCount<field_count<T>>()));
    if constexpr (std::is_void_v<Types>) {
      return NoFields();
    } else {
      return Types();
    }
  }
}

/// FieldTypes of T's fields. NoFields if T is not an aggregate, has bases, bit-fields, references, unnamed members, more than 64 fields or a
/// field that {} does not initialise.
template <class T>
using fields_of = decltype(find_field_types<T>());
template <class T>
concept HasFields = !std::is_same_v<fields_of<T>, NoFields>;

template <HasFields T>
consteval auto find_offsets() {
  Place<T> place;
  return look_at_fields(place.whole, FindFields<T>{place}, FieldCount<field_count<T>>());
}

/// Where T's fields begin, and sizeof(T) behind the last. sizeof(T) for a field that was not found.
template <HasFields T>
inline constexpr auto field_offsets = find_offsets<T>();

}  // namespace carry::detail
