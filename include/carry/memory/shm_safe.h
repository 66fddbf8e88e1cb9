#pragma once

#include <carry/memory/detail/aggregate_fields.h>
#include <carry/memory/detail/type_name.h>
#include <carry/memory/offset_ptr.h>

#include <array>
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace carry {

/// Says that a type may lie in shared memory although carry sees it cannot, or cannot see it: specialise to true, and answer for it.
template <class T>
inline constexpr bool assume_shm_safe = false;

namespace detail {

/// Why a type may not lie in shared memory.
enum class Obstacle { none, reference, pointer, polymorphic, foreign_container, owning_pointer, view, function, unknown };

template <class... Enclosing>
struct ObstacleOf;

/// Stands for a value of a field's type if that may not lie in shared memory, for this reason (none: for whatever reason).
template <Obstacle why, class... Enclosing>
struct ObstacleValue {
  template <class U, Obstacle found = ObstacleOf<Enclosing...>::template of<U>()>
    requires(found != Obstacle::none && (why == Obstacle::none || why == found))
  operator U() const;
};

/// A value of a type that somebody answers for. A field that takes it is of such a type, or takes everything and tells nothing.
struct AssumedValue {
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
  template <class Look>
  static consteval Obstacle first_obstacle() {
    Obstacle found = Obstacle::none;
    ((found = found == Obstacle::none ? Look::template of<T>() : found), ...);
    return found;
  }
};
template <class T, std::size_t count>
struct Parts<std::array<T, count>> : KnownParts<T> {};
template <class A, class B>
struct Parts<std::pair<A, B>> : KnownParts<A, B> {};
template <class... T>
struct Parts<std::tuple<T...>> : KnownParts<T...> {};
template <class... T>
struct Parts<std::variant<T...>> : KnownParts<T...> {};
template <class T>
struct Parts<std::optional<T>> : KnownParts<T> {};
template <class T>
struct Parts<offset_ptr<T>> : KnownParts<> {};

template <class T>
inline constexpr bool is_function_wrapper = false;
template <template <class...> class Wrapper, class Result, class... Arguments>
inline constexpr bool is_function_wrapper<Wrapper<Result(Arguments...)>> = true;

template <class T>
concept Container = requires {
  typename T::allocator_type;
  typename T::value_type;
};

/// Whether a container of the standard library keeps what its allocator calls a pointer: vector and deque do. Lists, maps and vector<bool> hold ordinary
/// pointers in g++'s library, whatever the allocator, and some of them compile nevertheless. The standard does not say which class is whose, so the
/// compiler's spelling has to.
template <class T>
consteval bool keeps_fancy_pointers() {
  std::string_view name = type_name<T>();
  if (!name.starts_with("std::")) return true;
  name.remove_prefix(5);
  if (name.starts_with("__")) name.remove_prefix(name.find("::") + 2);  // std::__1::vector, std::__cxx11::list
  return (name.starts_with("vector<") && !std::same_as<typename T::value_type, bool>) || name.starts_with("deque<");
}

template <class T>
concept UsesRawPointers = std::is_pointer_v<typename std::allocator_traits<typename T::allocator_type>::pointer> || !keeps_fancy_pointers<T>();
template <class T>
concept OwningPointer = requires(const T& t) {
  typename T::element_type;
  requires requires { t.get(); } || requires { t.lock(); };
};
template <class T>
concept NonOwningView = requires(const T& t) {
  requires std::is_pointer_v<decltype(t.data())>;
  requires requires { typename T::element_type; } || requires { typename T::traits_type; };
};
template <class T>
concept ReferenceWrapper = requires(const T& t) {
  typename T::type;
  { t.get() } -> std::same_as<typename T::type&>;
};

/// Finds why a type may not lie in shared memory. `Enclosing` are the types within which it was met, so that a tree of vectors of itself ends.
template <class... Enclosing>
struct ObstacleOf {
  template <class T>
  static consteval Obstacle of() {
    using Value = std::remove_cv_t<T>;
    if constexpr (assume_shm_safe<Value> || (std::same_as<Value, Enclosing> || ...)) {
      return Obstacle::none;
    } else if constexpr (std::is_reference_v<T>) {
      return Obstacle::reference;
    } else if constexpr (std::is_array_v<T>) {
      return of<std::remove_all_extents_t<T>>();
    } else if constexpr (std::is_pointer_v<Value> || std::is_member_pointer_v<Value> || std::is_null_pointer_v<Value>) {
      return Obstacle::pointer;
    } else if constexpr (Parts<Value>::known) {
      return Parts<Value>::template first_obstacle<ObstacleOf<Enclosing..., Value>>();
    } else if constexpr (std::is_class_v<Value> || std::is_union_v<Value>) {
      return of_class<Value>();
    } else {
      return Obstacle::none;
    }
  }

 private:
  template <class T>
  static consteval Obstacle of_class() {
    if constexpr (std::is_polymorphic_v<T>) {
      return Obstacle::polymorphic;
    } else if constexpr (is_function_wrapper<T>) {
      return Obstacle::function;
    } else if constexpr (Container<T>) {
      if constexpr (UsesRawPointers<T>) return Obstacle::foreign_container;
      return ObstacleOf<Enclosing..., T>::template of<typename T::value_type>();
    } else if constexpr (OwningPointer<T>) {
      return Obstacle::owning_pointer;
    } else if constexpr (NonOwningView<T>) {
      return Obstacle::view;
    } else if constexpr (ReferenceWrapper<T>) {
      return Obstacle::reference;
    } else if constexpr (std::is_aggregate_v<T>) {
      return of_fields<T>();
    } else {
      return Obstacle::none;
    }
  }

  template <class T>
  static consteval Obstacle of_fields() {
    if constexpr (needed_values<T> == most_needed) {
      return Obstacle::unknown;
    } else if constexpr (some_field_takes<T, ReferenceValue, AssumedValue>()) {
      return Obstacle::reference;
    } else if constexpr (!some_field_takes<T, ObstacleValue<Obstacle::none, Enclosing..., T>, AssumedValue>()) {
      return Obstacle::none;
    } else {
      using enum Obstacle;
      return of_fields<T, pointer, polymorphic, foreign_container, owning_pointer, view, function, reference, unknown>();
    }
  }
  template <class T, Obstacle... why>
    requires(sizeof...(why) != 0)
  static consteval Obstacle of_fields() {
    Obstacle found = Obstacle::none;
    ((found = found == Obstacle::none && some_field_takes<T, ObstacleValue<why, Enclosing..., T>, AssumedValue>() ? why : found), ...);
    return found;
  }
};

template <class T>
inline constexpr Obstacle obstacle = ObstacleOf<>::of<T>();

}  // namespace detail

/// Whether a T may lie in shared memory, as far as carry can see: no pointer, reference, virtual function, std container or string, smart
/// pointer, view or std::function, neither itself nor, where it is an aggregate, in its fields, bases and arrays, however deep (up to 1024
/// values in one aggregate). It does not look into classes with constructors or private members.
template <class T>
concept shm_safe = detail::obstacle<T> == detail::Obstacle::none;

/// Compiles only if T may lie in shared memory, and says what is in the way otherwise.
template <class T>
consteval void require_shm_safe() {
  using enum detail::Obstacle;
  constexpr detail::Obstacle why = detail::obstacle<T>;
  static_assert(why != pointer, "carry: T is or has a pointer, which means nothing in another process: use carry::offset_ptr, an index, or a value");
  static_assert(why != reference, "carry: T is or has a reference, which means nothing in another process: hold the value itself");
  static_assert(why != polymorphic, "carry: T is or has a class with virtual functions, which lie elsewhere in another process: use std::variant");
  static_assert(why != foreign_container,
                "carry: T is or has a container outside shared memory: use carry::vector, carry::string, or carry::allocator");
  static_assert(why != owning_pointer,
                "carry: T is or has a smart pointer, which means nothing in another process: hold the value, or std::optional");
  static_assert(why != view,
                "carry: T is or has a view (std::string_view, std::span), whose memory others do not see: use carry::string, carry::vector");
  static_assert(why != function, "carry: T is or has a function object, whose code lies elsewhere in another process: send data, std::variant");
  static_assert(why != unknown, "carry: T has a field that nothing initialises, most likely a reference: hold the value itself");
}

}  // namespace carry
