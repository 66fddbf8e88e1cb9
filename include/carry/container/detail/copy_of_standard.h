#pragma once

// How pair, tuple, optional and variant of another process are copied.

#include <carry/container/detail/copying.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>

namespace carry::detail {

template <class A, class B>
struct CopyOf<std::pair<A, B>> {
  static constexpr bool is_special = true;
  static std::pair<A, B> make(Copying& copying, const std::pair<A, B>* from) {
    return std::pair<A, B>{copy_of(copying, std::addressof(from->first)), copy_of(copying, std::addressof(from->second))};
  }
};

template <class... T>
struct CopyOf<std::tuple<T...>> {
  static constexpr bool is_special = true;
  static std::tuple<T...> make(Copying& copying, const std::tuple<T...>* from) {
    return std::apply([&](const T&... part) { return std::tuple<T...>{copy_of(copying, std::addressof(part))...}; }, *from);
  }
};

/// A value, and behind it a byte that says whether it is one: so in all standard libraries that carry knows.
template <class T>
struct CopyOf<std::optional<T>> {
  static constexpr bool is_special = true;
  static constexpr std::size_t flag_offset = sizeof(T);
  static_assert(sizeof(std::optional<T>) == (sizeof(T) / alignof(T) + 1) * alignof(T));

  static const T* value_at(const std::optional<T>* from) noexcept { return reinterpret_cast<const T*>(from); }
  static std::optional<T> make(Copying& copying, const std::optional<T>* from) {
    const auto flag = load_once<unsigned char>(from, flag_offset);
    Copying::require(flag <= 1);
    return flag == 0 ? std::optional<T>() : std::optional<T>(copy_of(copying, value_at(from)));
  }
};

template <class... T>
struct CopyOf<std::variant<T...>> {
  static constexpr bool is_special = true;
  using Value = std::variant<T...>;

  static Value make(Copying& copying, const Value* from) {
    const std::size_t index = settled(from->index());
    std::optional<Value> made;
    [&]<std::size_t... i>(std::index_sequence<i...>) {
      ((index == i ? void(made.emplace(std::in_place_index<i>, copy_of(copying, alternative<i>(from)))) : void()), ...);
    }(std::index_sequence_for<T...>());
    Copying::require(made.has_value());  // else there is no such alternative, or none at all
    return *std::move(made);
  }

 private:
  template <std::size_t i>
  static const std::variant_alternative_t<i, Value>* alternative(const Value* from) {
    const auto* const found = settled(std::get_if<i>(from));
    Copying::require(found != nullptr);  // else it has just become another one
    return found;
  }
};

}  // namespace carry::detail
