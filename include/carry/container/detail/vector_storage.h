#pragma once

#include <carry/memory/allocator.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace carry::detail {

/// Memory from the dynamic buffer that no container owns yet.
template <class T>
class Block {
 public:
  explicit Block(std::size_t capacity) : data_(allocator<T>().allocate(capacity).get()), capacity_(capacity) {}
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block() { memory::deallocate(data_); }

  T* data() const noexcept { return data_; }
  std::size_t capacity() const noexcept { return capacity_; }
  T* release() noexcept { return std::exchange(data_, nullptr); }

 private:
  T* data_;
  std::size_t capacity_;
};

/// Destroys what was made when the rest cannot be.
template <class T>
struct Rollback {
  T* first;
  std::size_t count;
  ~Rollback() { std::destroy_n(first, count); }
  void release() noexcept { count = 0; }
};

/// The elements of a vector: where they are, how many, and room for how many. Zero-filled memory is an empty one.
///
/// The layout is the same in all processes: 24 bytes, the distance to the elements counted from this object.
template <class T>
class VectorStorage {
 public:
  VectorStorage() = default;
  VectorStorage(const VectorStorage&) = delete;
  VectorStorage& operator=(const VectorStorage&) = delete;
  ~VectorStorage() {
    if (capacity_ == 0) return;
    std::destroy_n(data(), size());
    memory::deallocate(data());
  }

  T* data() noexcept { return reinterpret_cast<T*>(address() + static_cast<std::uintptr_t>(offset_)); }
  const T* data() const noexcept { return reinterpret_cast<const T*>(address() + static_cast<std::uintptr_t>(offset_)); }
  std::size_t size() const noexcept { return static_cast<std::size_t>(size_); }
  std::size_t capacity() const noexcept { return static_cast<std::size_t>(capacity_); }

  /// Takes the other's elements; this one must have no memory.
  void take(VectorStorage& other) noexcept {
    if (other.capacity_ == 0) return;
    set_data(other.data());
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
    other.offset_ = 0;
  }

  /// Frees all. What it was is destroyed by somebody else, after this one is whole again.
  void clear_and_free() noexcept {
    VectorStorage gone;
    gone.take(*this);
  }

  /// The first `count` elements, for which there is no memory yet: as append(), also for elements that cannot be moved.
  template <class Construct>
  void start(std::size_t count, Construct construct) {
    if (count == 0) return;
    if (count > allocator<T>::max_size()) throw std::length_error("carry::vector: too many elements");
    Block<T> block(count);
    construct(block.data());
    adopt(block);
    size_ = count;
  }

  /// Moves the elements to other memory, with room for `capacity` >= size. Strong guarantee if they can be moved without throwing, or copied.
  void reallocate(std::size_t capacity) {
    if (resize_in_place(capacity)) return;
    Block<T> block(capacity);
    relocate_to(block);
  }

  /// Adds `count` elements behind the last: construct(T* first) makes them, from old ones if it likes, and when it throws leaves none.
  /// Strong guarantee as reallocate(). Amortised O(count).
  template <class Construct>
  void append(std::size_t count, Construct construct) {
    if (count <= capacity() - size()) {
      construct(data() + size());
      size_ += count;
      return;
    }
    const std::size_t more_capacity = capacity_for(count);
    if (resize_in_place(more_capacity)) return append(count, construct);
    Block<T> block(more_capacity);
    T* added = block.data() + size();
    construct(added);
    Rollback<T> rollback{added, count};
    relocate_to(block);
    rollback.release();
    size_ += count;
  }

  /// As append(), but instead of the old elements. Strong guarantee.
  template <class Construct>
  void replace(std::size_t count, Construct construct) {
    VectorStorage fresh;
    fresh.append(count, construct);
    clear_and_free();
    take(fresh);
  }

  /// Destroys all from the index on.
  void truncate(std::size_t new_size) noexcept {
    const std::size_t old_size = size();
    size_ = new_size;
    std::destroy_n(data() + new_size, old_size - new_size);
  }

  /// For a caller that constructed one element behind the last where there was room.
  void added_one() noexcept { ++size_; }

 private:
  std::uintptr_t address() const noexcept { return reinterpret_cast<std::uintptr_t>(this); }
  void set_data(T* data) noexcept { offset_ = static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(data) - address()); }

  bool resize_in_place(std::size_t capacity) noexcept {
    if (capacity_ == 0 || !memory::resize(data(), capacity * sizeof(T))) return false;
    capacity_ = capacity;
    return true;
  }

  /// Twice the capacity, or more if more is needed.
  std::size_t capacity_for(std::size_t more) const {
    constexpr std::size_t most = allocator<T>::max_size();
    if (more > most - size()) throw std::length_error("carry::vector: too many elements");
    const std::size_t doubled = capacity() > most / 2 ? most : 2 * capacity();
    return std::max(doubled, size() + more);
  }

  void relocate_to(Block<T>& block) {
    T* const from = data();
    if constexpr (std::is_nothrow_move_constructible_v<T> || !std::is_copy_constructible_v<T>) {
      std::uninitialized_move_n(from, size(), block.data());
    } else {
      std::uninitialized_copy_n(from, size(), block.data());
    }
    std::destroy_n(from, size());
    if (capacity_ != 0) memory::deallocate(from);
    adopt(block);
  }

  void adopt(Block<T>& block) noexcept {
    capacity_ = block.capacity();
    set_data(block.release());
  }

  std::int64_t offset_ = 0;
  std::uint64_t size_ = 0;
  std::uint64_t capacity_ = 0;  // 0: no memory
};

}  // namespace carry::detail
