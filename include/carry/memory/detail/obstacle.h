#pragma once

// Finds what keeps a type from lying in shared memory, and where in it that is.

#include <carry/memory/detail/aggregate_fields.h>
#include <carry/memory/detail/field_layout.h>
#include <carry/memory/detail/obstacle_kinds.h>
#include <carry/memory/offset_ptr.h>

#include <array>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <expected>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace carry {

/// Says that a type may lie in shared memory although carry sees it cannot, or cannot see it: specialise to true, and answer for it.
template <class T>
inline constexpr bool assume_shm_safe = false;

// How a compiler's message leads from a message to what is in the way.
namespace place {

template <std::size_t number>
struct field;  // of an aggregate, counted from 1
template <std::size_t number>
struct part;     // of a pair, tuple, variant, ...
struct element;  // of an array or a container
struct unnamed;  // of a type that carry cannot tell

}  // namespace place

namespace detail {

/// What was found: the reason, the type that is in the way, and the steps to it.
template <Obstacle reason, class... PlaceAndCulprit>
struct Found {
  static constexpr Obstacle why = reason;
};
using Clear = Found<Obstacle::none>;

template <class Step, Obstacle why, class... PlaceAndCulprit>
constexpr auto behind(Found<why, PlaceAndCulprit...>) {
  if constexpr (why == Obstacle::none) {
    return Clear();
  } else {
    return Found<why, Step, PlaceAndCulprit...>();
  }
}

template <class... Enclosing>
struct Search;

/// Stands for a value of a field's type if that may not lie in shared memory, for this reason (none: for whatever reason).
template <Obstacle why, class... Enclosing>
struct ObstacleValue {
  ObstacleValue() = default;
  ObstacleValue(const ObstacleValue&) = delete;  // std::any takes what can be copied
  template <class U, Obstacle found = decltype(Search<Enclosing...>::template in<U>())::why>
    requires(found != Obstacle::none && (why == Obstacle::none || why == found))
  operator U() const;
};

/// A value of a type that somebody answers for. A field that takes it is of such a type, or takes everything and tells nothing.
struct AssumedValue {
  AssumedValue() = default;
  AssumedValue(const AssumedValue&) = delete;  // std::any takes what can be copied
  template <class U>
    requires assume_shm_safe<U>
  operator U() const;
};

/// Types of the standard library that are what their arguments are.
template <class T>
struct Parts {
  static constexpr bool known = false;
};
template <class... T>
struct KnownParts {
  static constexpr bool known = true;
  using types = FieldTypes<T...>;
};
template <class A, class B>
struct Parts<std::pair<A, B>> : KnownParts<A, B> {};
template <class... T>
struct Parts<std::tuple<T...>> : KnownParts<T...> {};
template <class... T>
struct Parts<std::variant<T...>> : KnownParts<T...> {};
template <class T>
struct Parts<std::optional<T>> : KnownParts<T> {};
template <class T, class E>
struct Parts<std::expected<T, E>> : KnownParts<T, E> {};
template <class T>
  requires(!is_locking_atomic<std::atomic<T>>)
struct Parts<std::atomic<T>> : KnownParts<T> {};
template <class T>
struct Parts<offset_ptr<T>> : KnownParts<> {};

/// The containers to which a class gives another face, as std::queue and std::flat_map do.
template <class T>
struct Adapted {
  using types = FieldTypes<>;
};
template <class T>
  requires requires { typename T::container_type; }
struct Adapted<T> {
  using types = FieldTypes<typename T::container_type>;
};
template <class T>
  requires requires {
    typename T::key_container_type;
    typename T::mapped_container_type;
  }
struct Adapted<T> {
  using types = FieldTypes<typename T::key_container_type, typename T::mapped_container_type>;
};

/// `Enclosing` are the types within which it looks, so that a tree of vectors of itself ends.
template <class... Enclosing>
struct Search {
  template <class T>
  static consteval auto in() {
    using Value = std::remove_cv_t<T>;
    if constexpr (assume_shm_safe<Value> || (std::same_as<Value, Enclosing> || ...)) {
      return Clear();
    } else if constexpr (std::is_reference_v<T>) {
      return Found<Obstacle::reference, T>();
    } else if constexpr (std::is_array_v<T>) {
      return behind<place::element>(in<std::remove_extent_t<T>>());
    } else if constexpr (std::is_pointer_v<Value> || std::is_member_pointer_v<Value> || std::is_null_pointer_v<Value>) {
      return Found<Obstacle::pointer, Value>();
    } else if constexpr (Parts<Value>::known) {
      return Search<Enclosing..., Value>::template in_types<place::part, 1>(typename Parts<Value>::types());
    } else if constexpr (std::is_class_v<Value> || std::is_union_v<Value>) {
      return in_class<Value>();
    } else {
      return Clear();
    }
  }

  template <template <std::size_t> class Step, std::size_t number>
  static consteval auto in_types(FieldTypes<>) {
    return Clear();
  }
  template <template <std::size_t> class Step, std::size_t number, class First, class... Rest>
  static consteval auto in_types(FieldTypes<First, Rest...>) {
    using InFirst = decltype(in<First>());
    if constexpr (InFirst::why != Obstacle::none) {
      return behind<Step<number>>(InFirst());
    } else {
      return in_types<Step, number + 1>(FieldTypes<Rest...>());
    }
  }

 private:
  template <class T>
  static consteval auto in_class() {
    constexpr Obstacle why = obstacle_of_class<T>();
    if constexpr (why != Obstacle::none) {
      return Found<why, T>();
    } else if constexpr (Container<T>) {
      return behind<place::element>(Search<Enclosing..., T>::template in<typename T::value_type>());
    } else if constexpr (ArrayOf<T>::is_array) {
      return behind<place::element>(in<typename ArrayOf<T>::Element>());
    } else if constexpr (decltype(in_adapted<T>())::why != Obstacle::none) {
      return in_adapted<T>();
    } else if constexpr (!std::is_aggregate_v<T>) {
      return Clear();
    } else if constexpr (HasFields<T>) {
      return Search<Enclosing..., T>::template in_types<place::field, 1>(fields_of<T>());
    } else {
      return in_unseen_fields<T>();
    }
  }

  template <class T>
  static consteval auto in_adapted() {
    return Search<Enclosing..., T>::template in_types<place::part, 1>(typename Adapted<T>::types());
  }

  // Fields whose types cannot be named are tried with values of types that are refused.
  template <class T>
  static consteval auto in_unseen_fields() {
    using enum Obstacle;
    if constexpr (needed_values<T> == most_needed) {
      return Found<unknown, place::unnamed>();
    } else if constexpr (field_that_takes<T, ReferenceValue, AssumedValue>() != 0) {
      return Found<reference, place::field<field_that_takes<T, ReferenceValue, AssumedValue>()>, place::unnamed>();
    } else if constexpr (field_that_takes<T, RvalueReferenceValue, AssumedValue>() != 0) {
      return Found<reference, place::field<field_that_takes<T, RvalueReferenceValue, AssumedValue>()>, place::unnamed>();
    } else if constexpr (field_that_takes<T, ObstacleValue<none, Enclosing..., T>, AssumedValue>() == 0) {
      return Clear();
    } else {
      constexpr std::size_t number = field_that_takes<T, ObstacleValue<none, Enclosing..., T>, AssumedValue>();
      constexpr Obstacle why = reason_in_unseen_fields<T, pointer, untagged_union, polymorphic, foreign_container, owning_pointer, view, iterator,
                                                       function, erased_type, process_object, synchronisation, locking_atomic, reference, unknown>();
      return Found<why, place::field<number>, place::unnamed>();
    }
  }
  template <class T, Obstacle... why>
  static consteval Obstacle reason_in_unseen_fields() {
    Obstacle found = Obstacle::none;
    ((found = found == Obstacle::none && field_that_takes<T, ObstacleValue<why, Enclosing..., T>, AssumedValue>() != 0 ? why : found), ...);
    return found;
  }
};

template <class T>
inline constexpr Obstacle obstacle = decltype(Search<>::in<T>())::why;

}  // namespace detail

}  // namespace carry
