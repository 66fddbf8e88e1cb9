#pragma once

#include <carry/memory/detail/obstacle.h>

namespace carry {

/// Whether a T may lie in shared memory, as far as carry can see: no pointer, reference, union, virtual function, std container, adaptor of one, or
/// string, smart pointer, view, iterator, std::function, std::any, error code or other name for an object of one process, mutex or other synchronisation
/// object, nor atomic that needs a lock, neither itself nor, where it is an aggregate, in its fields, bases and arrays, however deep (up to 1024 values
/// in one aggregate). It does not look into classes with constructors or private members.
template <class T>
concept shm_safe = detail::obstacle<T> == detail::Obstacle::none;

/// What a compiler shows when a T is refused: T, the way to what is in the way, its type, and what to use instead.
/// `cannot_lie_in_shared_memory<Message, place::field<2>, place::field<2>, const char*>`.
template <class T, class... PlaceAndCulprit>
struct cannot_lie_in_shared_memory {
  using enum detail::Obstacle;
  static constexpr detail::Obstacle why = detail::obstacle<T>;
  static_assert(why != pointer, "carry: a pointer means nothing in another process: use carry::offset_ptr, an index, or a value");
  static_assert(why != reference, "carry: a reference means nothing in another process: hold the value itself");
  static_assert(why != untagged_union, "carry: nobody sees which member a union has, nor whether it is a pointer: use std::variant");
  static_assert(why != polymorphic, "carry: the virtual functions of a class lie elsewhere in another process: use std::variant");
  static_assert(why != foreign_container,
                "carry: the elements of this container lie outside shared memory: use carry::vector, carry::string, or another container of carry");
  static_assert(why != owning_pointer, "carry: a smart pointer means nothing in another process: hold the value, or std::optional");
  static_assert(why != view, "carry: others do not see the memory of a view (std::string_view, std::span): use carry::string, carry::vector");
  static_assert(why != iterator, "carry: an iterator means nothing in another process: send an index, or a value");
  static_assert(why != function, "carry: the code of a function object lies elsewhere in another process: send data, or std::variant");
  static_assert(why != erased_type, "carry: what a std::any holds lies elsewhere in another process: use std::variant");
  static_assert(
      why != process_object,
      "carry: what this stands for (an error category, a type, an exception, a locale, a thread) is of one process: send its number or its text");
  static_assert(why != synchronisation,
                "carry: a synchronisation object works within one process, and readers cannot write it: leave it out, publishing synchronises");
  static_assert(why != locking_atomic, "carry: an atomic that is not lock-free has its lock in one process: use one of at most 8 bytes, or a value");
  static_assert(why != unknown, "carry: nothing initialises one of the fields, most likely a reference: hold the value itself");
};

namespace detail {

template <class T, Obstacle why, class... PlaceAndCulprit>
consteval void refuse(Found<why, PlaceAndCulprit...>) {
  if constexpr (why != Obstacle::none) (void)sizeof(cannot_lie_in_shared_memory<T, PlaceAndCulprit...>);
}

}  // namespace detail

/// Compiles only if T may lie in shared memory, and otherwise says what is in the way, where, and what to use instead.
template <class T>
consteval void require_shm_safe() {
  detail::refuse<T>(detail::Search<>::in<T>());
}

}  // namespace carry
