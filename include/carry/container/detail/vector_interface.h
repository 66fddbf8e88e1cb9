#pragma once

#include <carry/container/detail/ranges.h>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <ranges>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace carry::detail {

/// What vector and fixed_vector have in common: all but how they are made, copied and swapped.
///
/// `Storage` has the elements, and knows what to do when there is no room for more: append(), replace(), reallocate().
template <class T, class Storage>
class VectorInterface {
  static_assert(std::is_object_v<T> && !std::is_const_v<T> && !std::is_volatile_v<T>, "carry's vectors hold plain object types");

 public:
  using value_type = T;
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

  void assign(size_type count, const T& value) {
    const auto fill = [count, &value](T* place) { std::uninitialized_fill_n(place, count, value); };
    if (count > capacity()) return storage_.replace(count, fill);
    const T copy(value);  // it may be one of these
    clear();
    append_copies(count, copy);
  }
  template <std::input_iterator Iterator>
  void assign(Iterator first, Iterator last) {
    assign_sequence(std::move(first), last);
  }
  void assign(std::initializer_list<T> values) { assign_sequence(values.begin(), values.end()); }
  template <ContainerCompatibleRange<T> Range>
  void assign_range(Range&& range) {
    with_iterators(range, [this](auto first, auto last) { this->assign_sequence(std::move(first), last); });
  }

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
  size_type capacity() const noexcept { return storage_.capacity(); }

  void clear() noexcept { storage_.truncate(0); }
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
  template <ContainerCompatibleRange<T> Range>
  void append_range(Range&& range) {
    with_iterators(range, [this](auto first, auto last) { this->append_sequence(std::move(first), last); });
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
  iterator emplace(Position<T> auto position, Arguments&&... arguments) {
    const difference_type index = position - begin();
    emplace_back(std::forward<Arguments>(arguments)...);
    return move_tail_to(index, 1);
  }
  iterator insert(Position<T> auto position, const T& value) { return emplace(position, value); }
  iterator insert(Position<T> auto position, T&& value) { return emplace(position, std::move(value)); }
  iterator insert(Position<T> auto position, size_type count, const T& value) {
    const difference_type index = position - begin();
    append_copies(count, value);
    return move_tail_to(index, count);
  }
  template <std::input_iterator Iterator>
  iterator insert(Position<T> auto position, Iterator first, Iterator last) {
    const difference_type index = position - begin();
    const size_type before = size();
    append_sequence(std::move(first), last);
    return move_tail_to(index, size() - before);
  }
  iterator insert(Position<T> auto position, std::initializer_list<T> values) { return insert(position, values.begin(), values.end()); }
  template <ContainerCompatibleRange<T> Range>
  iterator insert_range(Position<T> auto position, Range&& range) {
    const difference_type index = position - begin();
    const size_type before = size();
    append_range(std::forward<Range>(range));
    return move_tail_to(index, size() - before);
  }

  iterator erase(Position<T> auto position) { return erase(position, position + 1); }
  iterator erase(Position<T> auto first, Position<T> auto last) {
    iterator to = begin() + (first - begin());
    if (first != last) {
      const iterator new_end = std::move(begin() + (last - begin()), end(), to);
      storage_.truncate(static_cast<size_type>(new_end - begin()));
    }
    return to;
  }

 protected:
  void append_copies(size_type count, const T& value) {
    storage_.append(count, [count, &value](T* place) { std::uninitialized_fill_n(place, count, value); });
  }

  /// All or none of them: what cannot be counted is taken back when the rest cannot be had.
  template <class Iterator, class Sentinel>
  void append_sequence(Iterator first, Sentinel last) {
    if constexpr (countable<Iterator, Sentinel>) {
      const auto count = static_cast<size_type>(std::ranges::distance(first, last));
      storage_.append(count, copying(first, last, count));
    } else {
      const size_type before = size();
      try {
        for (; first != last; ++first) emplace_back(*first);
      } catch (...) {
        storage_.truncate(before);
        throw;
      }
    }
  }

  /// Makes all anew if there is no room (strong guarantee), else assigns to the elements that are there, so that they keep memory of their own.
  template <class Iterator, class Sentinel>
  void assign_sequence(Iterator first, Sentinel last) {
    if constexpr (countable<Iterator, Sentinel>) {
      const auto count = static_cast<size_type>(std::ranges::distance(first, last));
      if (count > capacity()) return storage_.replace(count, copying(first, last, count));
    }
    if constexpr (std::is_assignable_v<T&, std::iter_reference_t<Iterator>>) {
      iterator to = begin();
      for (; to != end() && first != last; ++to, ++first) *to = *first;
      storage_.truncate(static_cast<size_type>(to - begin()));
    } else {
      clear();
    }
    append_sequence(std::move(first), last);
  }

  Storage storage_;

 private:
  size_type checked(size_type index) const {
    if (index >= size()) throw std::out_of_range("carry: a vector has no such element");
    return index;
  }

  /// What can be counted before it is read; move_iterator too, which is not everywhere a forward iterator.
  template <class Iterator, class Sentinel>
  static constexpr bool countable = std::forward_iterator<Iterator> || std::sized_sentinel_for<Sentinel, Iterator>;

  /// Makes the elements of a countable sequence at a place.
  template <class Iterator, class Sentinel>
  static auto copying(Iterator& first, Sentinel& last, size_type count) {
    return [=, &first, &last](T* place) {
      if constexpr (sizeof(std::iter_difference_t<Iterator>) <= sizeof(difference_type)) {
        std::ranges::uninitialized_copy(std::move(first), last, place, place + count);
      } else {  // as views::iota of 64 bits has it; libstdc++ cannot compare the two distances
        std::ranges::uninitialized_copy(std::move(first), last, place, std::unreachable_sentinel);
      }
    };
  }

  /// The last `count` elements come to stand at the index. (Compared are numbers, whose ranges g++ knows: of pointers into a fixed_vector it
  /// believes that they could be moved beyond its end, and warns.)
  iterator move_tail_to(difference_type index, size_type count) {
    const iterator position = begin() + index;
    const auto tail = static_cast<difference_type>(size() - count);
    if (count == 1 && index < tail) {
      T value(std::move(back()));
      std::move_backward(position, begin() + tail, end());
      *position = std::move(value);
    } else if (count != 0 && index < tail) {
      std::rotate(position, begin() + tail, end());
    }
    return position;
  }
};

}  // namespace carry::detail
