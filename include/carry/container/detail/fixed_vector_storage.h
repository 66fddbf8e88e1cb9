#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace carry::detail {

struct Copyable {};

struct OnlyMovable {
  OnlyMovable() = default;
  OnlyMovable(OnlyMovable&&) = default;
  OnlyMovable& operator=(OnlyMovable&&) = default;
};

/// The elements of a fixed_vector: how many, and they themselves, in the object. Zero-filled memory is an empty one.
///
/// The layout is the same in all processes: 4 bytes for the number, padding up to T's alignment, then `most` places for a T, of which those
/// behind the last element are what they are. Copies its bytes and destroys nothing: its owner knows what T needs.
/// It cannot be copied if T cannot, so that its owner's copy operations are deleted: if no constraint of theirs held instead, g++ 12 would not
/// see that the owner is trivially copyable.
template <class T, std::size_t most>
class FixedVectorStorage : std::conditional_t<std::is_copy_constructible_v<T>, Copyable, OnlyMovable> {
  static_assert(most <= std::numeric_limits<std::uint32_t>::max(), "carry::fixed_vector counts in 32 bits");

 public:
  FixedVectorStorage() noexcept {}  // leaves the places as they are, also in `fixed_vector<T, most>()`

  T* data() noexcept { return reinterpret_cast<T*>(places_); }
  const T* data() const noexcept { return reinterpret_cast<const T*>(places_); }
  std::size_t size() const noexcept {
    if (size_ > most) std::unreachable();  // so that the compiler neither expects more elements than there are places, nor warns of them
    return size_;
  }
  static constexpr std::size_t capacity() noexcept { return most; }

  /// Adds `count` elements behind the last: construct(T* first) makes them, and when it throws leaves none. Strong guarantee.
  /// Errors: std::bad_alloc when there is no room.
  template <class Construct>
  void append(std::size_t count, Construct construct) {
    if (count > most - size()) throw std::bad_alloc();
    construct(data() + size());
    size_ += static_cast<std::uint32_t>(count);
  }

  /// What a vector does when it needs more memory: here there is none.
  template <class Construct>
  [[noreturn]] void replace(std::size_t, Construct) {
    throw std::bad_alloc();
  }

  /// Destroys all from the index on.
  void truncate(std::size_t new_size) noexcept {
    const std::size_t old_size = size();
    size_ = static_cast<std::uint32_t>(new_size);
    std::destroy_n(data() + new_size, old_size - new_size);
  }

  /// For a caller that constructed one element behind the last where there was room.
  void added_one() noexcept { ++size_; }

 private:
  std::uint32_t size_ = 0;
  alignas(T) std::byte places_[most == 0 ? 1 : most * sizeof(T)];  // no array has 0 elements
};

static_assert(sizeof(FixedVectorStorage<char, 12>) == 16 && sizeof(FixedVectorStorage<std::uint64_t, 3>) == 32, "other processes read it");

}  // namespace carry::detail
