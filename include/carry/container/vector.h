#pragma once

#include <carry/container/detail/ranges.h>
#include <carry/container/detail/vector_interface.h>
#include <carry/container/detail/vector_operators.h>
#include <carry/container/detail/vector_storage.h>
#include <carry/utils/founding_names.h>
#include <carry/utils/timestamp.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <ranges>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace carry {

/// A std::vector whose elements lie in the dynamic buffer, for messages: every process that gets the message reads it in place.
///
/// Interface, complexity, iterator rules and exception guarantees are std::vector's. What differs:
///  - there is no allocator parameter: the memory always comes from carry::allocator, in the process that makes or changes the vector;
///  - iterators are raw pointers; pairs of iterators that it takes must be std::input_iterator; vector<bool> holds bools;
///  - data() of an empty vector is not null; T may be neither const nor volatile; nothing is constexpr;
///  - erase() and erase_if() for all elements are carry's, found without naming a namespace;
///  - a vector may be assigned from one that an element of it holds as a member: `nodes = nodes[0].children`, copied or moved.
///
/// Thread safety: as std::vector. Blocking: as carry::allocator. Crash safety: written by its owner alone, before others see it.
/// Errors: std::bad_alloc when the dynamic buffer is exhausted; std::length_error; std::out_of_range.
template <class T>
class vector : public detail::VectorInterface<T, detail::VectorStorage<T>> {
  using Interface = detail::VectorInterface<T, detail::VectorStorage<T>>;

 public:
  using allocator_type = allocator<T>;
  using Interface::capacity, Interface::data, Interface::empty, Interface::size;
  using typename Interface::reference;
  using size_type = std::size_t;

  vector() noexcept = default;
  explicit vector(const allocator_type&) noexcept {}
  explicit vector(size_type count, const allocator_type& = {}) {
    storage_.start(count, [count](T* place) { std::uninitialized_value_construct_n(place, count); });
  }
  vector(size_type count, const T& value, const allocator_type& = {}) { append_copies(count, value); }
  template <std::input_iterator Iterator>
  vector(Iterator first, Iterator last, const allocator_type& = {}) {
    append_sequence(first, last);
  }
  template <detail::ContainerCompatibleRange<T> Range>
  vector(detail::from_range_t, Range&& range, const allocator_type& = {}) {
    this->append_range(std::forward<Range>(range));
  }
  vector(std::initializer_list<T> values, const allocator_type& = {}) { append_sequence(values.begin(), values.end()); }
  vector(const vector& other) : Interface() { append_sequence(other.begin(), other.end()); }
  vector(const vector& other, const allocator_type&) : vector(other) {}
  vector(vector&& other) noexcept : Interface() { storage_.take(other.storage_); }
  vector(vector&& other, const allocator_type&) noexcept : vector(std::move(other)) {}
  ~vector() = default;

  vector& operator=(const vector& other) {
    if (lies_in_an_element(other)) return *this = vector(other);
    if (this != &other) assign_sequence(other.begin(), other.end());
    return *this;
  }
  vector& operator=(vector&& other) noexcept {
    if (this == &other) return *this;
    const vector before(std::move(*this));  // destroyed last: `other` may lie in one of its elements
    storage_.take(other.storage_);
    return *this;
  }
  vector& operator=(std::initializer_list<T> values) {
    this->assign(values);
    return *this;
  }
  allocator_type get_allocator() const noexcept { return {}; }

  size_type max_size() const noexcept { return allocator_type::max_size(); }
  void reserve(size_type count) {
    if (count > max_size()) throw std::length_error("carry::vector::reserve: too many elements");
    if (count > capacity()) storage_.reallocate(count);
  }
  void shrink_to_fit() {
    if (empty()) {
      storage_.clear_and_free();
    } else if (size() != capacity()) {
      storage_.reallocate(size());
    }
  }

  void push_back(const T& value) { this->emplace_back(value); }
  void push_back(T&& value) { this->emplace_back(std::move(value)); }

  void swap(vector& other) noexcept {
    vector mine(std::move(*this));
    storage_.take(other.storage_);
    other.storage_.take(mine.storage_);
  }
  friend void swap(vector& left, vector& right) noexcept { left.swap(right); }

 private:
  using Interface::append_copies, Interface::append_sequence, Interface::assign_sequence, Interface::storage_;

  /// Whether the other is a part of an element, which overwriting the elements would change.
  bool lies_in_an_element(const vector& other) const noexcept {
    if constexpr (std::is_trivially_destructible_v<T>) return false;
    else return reinterpret_cast<std::uintptr_t>(&other) - reinterpret_cast<std::uintptr_t>(data()) < size() * sizeof(T);
  }
};

}  // namespace carry

#include <carry/container/detail/vector_guides.h>
