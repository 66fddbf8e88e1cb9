#pragma once

// What may be in the way of a type that is to lie in shared memory, and how such types of the standard library are told.

#include <carry/memory/detail/type_name.h>

#include <array>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <memory>
#include <string_view>
#include <type_traits>

namespace carry::detail {

/// Why a type may not lie in shared memory.
enum class Obstacle {
  none,
  reference,
  pointer,
  polymorphic,
  foreign_container,
  owning_pointer,
  view,
  function,
  synchronisation,
  locking_atomic,
  unknown
};

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

/// What threads of one process wait for each other with. By name, so that none of their headers is needed. Without find(), which UBSan of g++ 12 makes
/// no constant.
template <class T>
consteval bool synchronises() {
  constexpr std::array<std::string_view, 22> names = {"mutex",
                                                      "recursive_mutex",
                                                      "timed_mutex",
                                                      "recursive_timed_mutex",
                                                      "shared_mutex",
                                                      "shared_timed_mutex",
                                                      "condition_variable",
                                                      "thread",
                                                      "jthread",
                                                      "counting_semaphore",
                                                      "latch",
                                                      "barrier",
                                                      "once_flag",
                                                      "future",
                                                      "shared_future",
                                                      "promise",
                                                      "packaged_task",
                                                      "unique_lock",
                                                      "shared_lock",
                                                      "stop_source",
                                                      "stop_token",
                                                      "condition_variable_any"};
  std::string_view name = type_name<T>();
  if (!name.starts_with("std::")) return false;
  name.remove_prefix(std::string_view("std::").size());
  for (const std::string_view known : names) {
    if (name.starts_with(known) && (name.size() == known.size() || name[known.size()] == '<')) return true;
  }
  return false;
}

/// What is wrong with the class T itself, whatever it holds.
template <class T>
consteval Obstacle obstacle_of_class() {
  if constexpr (std::is_polymorphic_v<T>) {
    return Obstacle::polymorphic;
  } else if constexpr (is_function_wrapper<T>) {
    return Obstacle::function;
  } else if constexpr (is_locking_atomic<T>) {
    return Obstacle::locking_atomic;
  } else if constexpr (synchronises<T>()) {
    return Obstacle::synchronisation;
  } else if constexpr (Container<T>) {
    return UsesRawPointers<T> ? Obstacle::foreign_container : Obstacle::none;
  } else if constexpr (OwningPointer<T>) {
    return Obstacle::owning_pointer;
  } else if constexpr (NonOwningView<T>) {
    return Obstacle::view;
  } else if constexpr (ReferenceWrapper<T>) {
    return Obstacle::reference;
  } else {
    return Obstacle::none;
  }
}

}  // namespace carry::detail
