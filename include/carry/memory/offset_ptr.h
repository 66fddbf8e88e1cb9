#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <type_traits>

namespace carry {

/// A pointer that stores how far its target is from itself, so that it means the same in every process that maps the segment.
///
namespace detail {
/// What a pointer to void refers to: a name for it, as Boost.Container wants to have one.
struct NoObject;
}  // namespace detail

/// Points within the process's dynamic buffer, or from an object anywhere in this process (a stack, say) into it. Copying it recomputes
/// the distance; copying its bytes does not. A random access iterator, and a fancy pointer in the sense of std::pointer_traits.
/// Zero-filled memory is not a null pointer but one to itself: lists may point to themselves.
///
/// Thread safety: as a pointer. Crash safety: none needed, it is written by its owner alone. The idea is Boost.Interprocess's.
template <class T>
class offset_ptr {
 public:
  using element_type = T;
  using value_type = std::remove_cv_t<T>;
  using difference_type = std::ptrdiff_t;
  using pointer = offset_ptr;
  using reference = std::conditional_t<std::is_void_v<T>, detail::NoObject, T>&;
  using iterator_category = std::random_access_iterator_tag;
  template <class U>
  using rebind = offset_ptr<U>;

  offset_ptr() noexcept = default;
  template <std::same_as<std::nullptr_t> Null>
  offset_ptr(Null) noexcept {}
  offset_ptr(T* target) noexcept : offset_(distance_to(target)) {}
  offset_ptr(const offset_ptr& other) noexcept : offset_(distance_to(other.get())) {}
  template <class U>
    requires(!std::same_as<U, T> && std::convertible_to<U*, T*>)
  offset_ptr(const offset_ptr<U>& other) noexcept : offset_(distance_to(other.get())) {}
  template <class U>
    requires(!std::convertible_to<U*, T*> && requires(U* other) { static_cast<T*>(other); })
  explicit offset_ptr(const offset_ptr<U>& other) noexcept : offset_(distance_to(static_cast<T*>(other.get()))) {}

  offset_ptr& operator=(const offset_ptr& other) noexcept { return *this = other.get(); }
  offset_ptr& operator=(T* target) noexcept {
    offset_ = distance_to(target);
    return *this;
  }

  template <class U = T>
    requires(!std::is_void_v<U>)
  static offset_ptr pointer_to(U& target) noexcept {
    return offset_ptr(std::addressof(target));
  }

  T* get() const noexcept { return offset_ == null_offset ? nullptr : reinterpret_cast<T*>(address() + static_cast<std::uintptr_t>(offset_)); }
  T* operator->() const noexcept { return get(); }
  reference operator*() const noexcept
    requires(!std::is_void_v<T>)
  {
    return *get();
  }
  reference operator[](difference_type index) const noexcept
    requires(!std::is_void_v<T>)
  {
    return get()[index];
  }
  explicit operator bool() const noexcept { return offset_ != null_offset; }

  offset_ptr& operator+=(difference_type count) noexcept { return *this = get() + count; }
  offset_ptr& operator-=(difference_type count) noexcept { return *this = get() - count; }
  offset_ptr& operator++() noexcept { return *this += 1; }
  offset_ptr& operator--() noexcept { return *this -= 1; }
  offset_ptr operator++(int) noexcept {
    const offset_ptr before = *this;
    ++*this;
    return before;
  }
  offset_ptr operator--(int) noexcept {
    const offset_ptr before = *this;
    --*this;
    return before;
  }
  friend offset_ptr operator+(const offset_ptr& left, difference_type count) noexcept { return left.get() + count; }
  friend offset_ptr operator+(difference_type count, const offset_ptr& right) noexcept { return right.get() + count; }
  friend offset_ptr operator-(const offset_ptr& left, difference_type count) noexcept { return left.get() - count; }
  friend difference_type operator-(const offset_ptr& left, const offset_ptr& right) noexcept { return left.get() - right.get(); }

  friend bool operator==(const offset_ptr& left, const offset_ptr& right) noexcept { return left.get() == right.get(); }
  friend auto operator<=>(const offset_ptr& left, const offset_ptr& right) noexcept { return std::compare_three_way()(left.get(), right.get()); }
  friend bool operator==(const offset_ptr& left, std::nullptr_t) noexcept { return !left; }

 private:
  static constexpr std::int64_t null_offset = 1;  // no object begins inside the pointer itself

  // Through integers: what a pointer to this object may reach ends, for the compiler, with the object.
  std::uintptr_t address() const noexcept { return reinterpret_cast<std::uintptr_t>(this); }
  std::int64_t distance_to(const volatile void* target) const noexcept {
    return target == nullptr ? null_offset : static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(target) - address());
  }

  std::int64_t offset_ = null_offset;
};

}  // namespace carry
