#pragma once

#include <carry/container/detail/ranges.h>
#include <carry/container/detail/vector_storage.h>
#include <carry/utils/founding_names.h>
#include <carry/utils/timestamp.h>

#include <algorithm>
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
class vector {
  static_assert(std::is_object_v<T> && !std::is_const_v<T> && !std::is_volatile_v<T>, "carry::vector holds plain object types");

 public:
  using value_type = T;
  using allocator_type = allocator<T>;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  using reference = T&;
  using const_reference = const T&;
  using pointer = T*;
  using const_pointer = const T*;
  using iterator = T*;
  using const_iterator = const T*;
  using reverse_iterator = std::reverse_iterator<iterator>;
  using const_reverse_iterator = std::reverse_iterator<const_iterator>;

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
    append_range(std::forward<Range>(range));
  }
  vector(std::initializer_list<T> values, const allocator_type& = {}) { append_sequence(values.begin(), values.end()); }
  vector(const vector& other) { append_sequence(other.begin(), other.end()); }
  vector(const vector& other, const allocator_type&) : vector(other) {}
  vector(vector&& other) noexcept { storage_.take(other.storage_); }
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
    assign(values);
    return *this;
  }

  void assign(size_type count, const T& value) {
    if (count > capacity()) return vector(count, value).swap(*this);
    const T copy(value);  // it may be one of these
    clear();
    append_copies(count, copy);
  }
  template <std::input_iterator Iterator>
  void assign(Iterator first, Iterator last) {
    assign_sequence(first, last);
  }
  void assign(std::initializer_list<T> values) { assign_sequence(values.begin(), values.end()); }
  template <detail::ContainerCompatibleRange<T> Range>
  void assign_range(Range&& range) {
    detail::with_iterators(range, [this](auto first, auto last) { this->assign_sequence(first, last); });
  }
  allocator_type get_allocator() const noexcept { return {}; }

  reference operator[](size_type index) noexcept { return data()[index]; }
  const_reference operator[](size_type index) const noexcept { return data()[index]; }
  reference at(size_type index) { return data()[checked(index)]; }
  const_reference at(size_type index) const { return data()[checked(index)]; }
  reference front() noexcept { return *data(); }
  const_reference front() const noexcept { return *data(); }
  reference back() noexcept { return data()[size() - 1]; }
  const_reference back() const noexcept { return data()[size() - 1]; }
  T* data() noexcept { return storage_.data(); }
  const T* data() const noexcept { return storage_.data(); }

  iterator begin() noexcept { return data(); }
  const_iterator begin() const noexcept { return data(); }
  iterator end() noexcept { return data() + size(); }
  const_iterator end() const noexcept { return data() + size(); }
  reverse_iterator rbegin() noexcept { return reverse_iterator(end()); }
  const_reverse_iterator rbegin() const noexcept { return const_reverse_iterator(end()); }
  reverse_iterator rend() noexcept { return reverse_iterator(begin()); }
  const_reverse_iterator rend() const noexcept { return const_reverse_iterator(begin()); }
  const_iterator cbegin() const noexcept { return begin(); }
  const_iterator cend() const noexcept { return end(); }
  const_reverse_iterator crbegin() const noexcept { return rbegin(); }
  const_reverse_iterator crend() const noexcept { return rend(); }

  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  size_type size() const noexcept { return storage_.size(); }
  size_type max_size() const noexcept { return allocator_type::max_size(); }
  size_type capacity() const noexcept { return storage_.capacity(); }
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

  void clear() noexcept { storage_.truncate(0); }
  void push_back(const T& value) { emplace_back(value); }
  void push_back(T&& value) { emplace_back(std::move(value)); }
  template <class... Arguments>
  reference emplace_back(Arguments&&... arguments) {
    const auto construct = [&](T* place) { std::construct_at(place, std::forward<Arguments>(arguments)...); };
    if (size() != capacity()) [[likely]] {
      construct(data() + size());
      storage_.added_one();
    } else {
      storage_.append(1, construct);
    }
    return back();
  }
  template <detail::ContainerCompatibleRange<T> Range>
  void append_range(Range&& range) {
    detail::with_iterators(range, [this](auto first, auto last) { this->append_sequence(first, last); });
  }
  void pop_back() noexcept { storage_.truncate(size() - 1); }

  void resize(size_type count) {
    if (count <= size()) return storage_.truncate(count);
    const size_type more = count - size();
    storage_.append(more, [more](T* place) { std::uninitialized_value_construct_n(place, more); });
  }
  void resize(size_type count, const T& value) {
    if (count <= size()) return storage_.truncate(count);
    append_copies(count - size(), value);
  }

  template <class... Arguments>
  iterator emplace(detail::Position<T> auto position, Arguments&&... arguments) {
    const difference_type index = position - begin();
    emplace_back(std::forward<Arguments>(arguments)...);
    return move_tail_to(index, 1);
  }
  iterator insert(detail::Position<T> auto position, const T& value) { return emplace(position, value); }
  iterator insert(detail::Position<T> auto position, T&& value) { return emplace(position, std::move(value)); }
  iterator insert(detail::Position<T> auto position, size_type count, const T& value) {
    const difference_type index = position - begin();
    append_copies(count, value);
    return move_tail_to(index, count);
  }
  template <std::input_iterator Iterator>
  iterator insert(detail::Position<T> auto position, Iterator first, Iterator last) {
    const difference_type index = position - begin();
    const size_type before = size();
    append_sequence(first, last);
    return move_tail_to(index, size() - before);
  }
  iterator insert(detail::Position<T> auto position, std::initializer_list<T> values) { return insert(position, values.begin(), values.end()); }
  template <detail::ContainerCompatibleRange<T> Range>
  iterator insert_range(detail::Position<T> auto position, Range&& range) {
    const difference_type index = position - begin();
    const size_type before = size();
    append_range(std::forward<Range>(range));
    return move_tail_to(index, size() - before);
  }

  iterator erase(detail::Position<T> auto position) { return erase(position, position + 1); }
  iterator erase(detail::Position<T> auto first, detail::Position<T> auto last) {
    iterator to = begin() + (first - begin());
    if (first != last) {
      const iterator new_end = std::move(begin() + (last - begin()), end(), to);
      storage_.truncate(static_cast<size_type>(new_end - begin()));
    }
    return to;
  }

  void swap(vector& other) noexcept {
    vector mine(std::move(*this));
    storage_.take(other.storage_);
    other.storage_.take(mine.storage_);
  }
  friend void swap(vector& left, vector& right) noexcept { left.swap(right); }

 private:
  size_type checked(size_type index) const {
    if (index >= size()) throw std::out_of_range("carry::vector::at: no such element");
    return index;
  }

  /// Whether the other is a part of an element, which overwriting the elements would change.
  bool lies_in_an_element(const vector& other) const noexcept {
    if constexpr (std::is_trivially_destructible_v<T>) return false;
    else return reinterpret_cast<std::uintptr_t>(&other) - reinterpret_cast<std::uintptr_t>(data()) < size() * sizeof(T);
  }

  void append_copies(size_type count, const T& value) {
    storage_.append(count, [count, &value](T* place) { std::uninitialized_fill_n(place, count, value); });
  }

  /// What can be counted before it is read; move_iterator too, which is not everywhere a forward iterator.
  template <class Iterator, class Sentinel>
  static constexpr bool countable = std::forward_iterator<Iterator> || std::sized_sentinel_for<Sentinel, Iterator>;

  template <class Iterator, class Sentinel>
  void append_sequence(Iterator first, Sentinel last) {
    if constexpr (countable<Iterator, Sentinel>) {
      const auto count = static_cast<size_type>(std::ranges::distance(first, last));
      storage_.append(count, [&](T* place) {
        if constexpr (sizeof(std::iter_difference_t<Iterator>) <= sizeof(difference_type)) {
          std::ranges::uninitialized_copy(first, last, place, place + count);
        } else {  // as views::iota of 64 bits has it; libstdc++ cannot compare the two distances
          std::ranges::uninitialized_copy(first, last, place, std::unreachable_sentinel);
        }
      });
    } else {
      for (; first != last; ++first) emplace_back(*first);
    }
  }

  /// Makes all anew if there is no room (strong guarantee), else assigns to the elements that are there, so that they keep memory of their own.
  template <class Iterator, class Sentinel>
  void assign_sequence(Iterator first, Sentinel last) {
    if constexpr (countable<Iterator, Sentinel>) {
      if (static_cast<size_type>(std::ranges::distance(first, last)) > capacity()) {
        vector fresh;
        fresh.append_sequence(first, last);
        return swap(fresh);
      }
    }
    if constexpr (std::is_assignable_v<T&, std::iter_reference_t<Iterator>>) {
      iterator to = begin();
      for (; to != end() && first != last; ++to, ++first) *to = *first;
      storage_.truncate(static_cast<size_type>(to - begin()));
    } else {
      clear();
    }
    append_sequence(first, last);
  }

  /// The last `count` elements come to stand at the index.
  iterator move_tail_to(difference_type index, size_type count) {
    const iterator position = begin() + index;
    const iterator tail = end() - static_cast<difference_type>(count);
    if (count == 1 && position != tail) {
      T value(std::move(back()));
      std::move_backward(position, tail, end());
      *position = std::move(value);
    } else if (count != 0 && position != tail) {
      std::rotate(position, tail, end());
    }
    return position;
  }

  detail::VectorStorage<T> storage_;
};

}  // namespace carry

#include <carry/container/detail/vector_operators.h>
