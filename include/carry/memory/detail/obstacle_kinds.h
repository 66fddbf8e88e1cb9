#pragma once

// How types that cannot lie in shared memory are told, whatever they hold.

#include <carry/memory/detail/obstacle_reason.h>
#include <carry/memory/detail/standard_names.h>
#include <carry/memory/detail/type_name.h>

#include <atomic>
#include <concepts>
#include <cstddef>
#include <memory>
#include <string_view>
#include <type_traits>

namespace carry::detail {

template <class T>
inline constexpr bool is_function_wrapper = false;
template <template <class...> class Wrapper, class Result, class... Arguments>
inline constexpr bool is_function_wrapper<Wrapper<Result(Arguments...)>> = true;

template <class T>
inline constexpr bool is_locking_atomic = false;
template <class T>
inline constexpr bool is_locking_atomic<std::atomic<T>> = !std::atomic<T>::is_always_lock_free;

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
  const std::string_view name = type_name<T>();
  if (!name.starts_with("std::")) return true;
  return (name.starts_with("std::vector<") && !std::same_as<typename T::value_type, bool>) || name.starts_with("std::deque<");
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

/// Also those to elements of carry's containers: they hold pointers, or outlive what they point to.
template <class T>
concept Iterator = requires { typename T::iterator_category; } || requires { typename T::iterator_concept; };

/// What is wrong with the class T itself, whatever it holds.
template <class T>
consteval Obstacle obstacle_of_class() {
  if constexpr (std::is_union_v<T>) {
    return Obstacle::untagged_union;
  } else if constexpr (std::is_polymorphic_v<T>) {
    return Obstacle::polymorphic;
  } else if constexpr (is_function_wrapper<T>) {
    return Obstacle::function;
  } else if constexpr (is_locking_atomic<T>) {
    return Obstacle::locking_atomic;
  } else if constexpr (obstacle_of_name<T>() != Obstacle::none) {
    return obstacle_of_name<T>();
  } else if constexpr (Container<T>) {
    return UsesRawPointers<T> ? Obstacle::foreign_container : Obstacle::none;
  } else if constexpr (OwningPointer<T>) {
    return Obstacle::owning_pointer;
  } else if constexpr (NonOwningView<T>) {
    return Obstacle::view;
  } else if constexpr (Iterator<T>) {
    return Obstacle::iterator;
  } else if constexpr (ReferenceWrapper<T>) {
    return Obstacle::reference;
  } else {
    return Obstacle::none;
  }
}

}  // namespace carry::detail
