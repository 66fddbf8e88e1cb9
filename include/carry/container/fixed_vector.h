#pragma once

#include <carry/container/detail/fixed_vector_storage.h>
#include <carry/container/detail/ranges.h>
#include <carry/container/detail/vector_interface.h>
#include <carry/container/detail/vector_operators.h>
#include <carry/memory/shm_safe.h>

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <new>
#include <ranges>
#include <type_traits>
#include <utility>

namespace carry {

/// A vector of at most `most` elements, which lie in the object: a message of them needs no dynamic buffer, and no operation looks for memory.
///
/// Interface, complexity, iterator rules and exception guarantees are std::inplace_vector's (C++26). What differs:
///  - iterators are raw pointers; pairs of iterators that it takes must be std::input_iterator; T is neither const nor volatile; nothing is constexpr;
///  - data() is not null and the object not empty if `most` is 0;
///  - append_range() takes back what it appended when it throws;
///  - erase() and erase_if() for all elements are carry's, found without naming a namespace.
/// It is trivially copyable if T is: then a copy copies all of its bytes. What was moved from keeps its elements, each of them moved from.
///
/// Thread safety: as std::vector. Blocking: never. Crash safety: written by its owner alone, before others see it.
/// Errors: std::bad_alloc when there is no room; std::out_of_range.
template <class T, std::size_t most>
class fixed_vector : public detail::VectorInterface<T, detail::FixedVectorStorage<T, most>> {
  using Interface = detail::VectorInterface<T, detail::FixedVectorStorage<T, most>>;
  static constexpr bool copies = std::is_copy_constructible_v<T>;
  static constexpr bool copies_bytes = std::is_trivially_copy_constructible_v<T> && std::is_trivially_destructible_v<T>;
  static constexpr bool moves_bytes = std::is_trivially_move_constructible_v<T> && std::is_trivially_destructible_v<T>;
  static constexpr bool copy_assigns_bytes = copies_bytes && std::is_trivially_copy_assignable_v<T>;
  static constexpr bool move_assigns_bytes = moves_bytes && std::is_trivially_move_assignable_v<T>;
  static constexpr bool moves_without_error = std::is_nothrow_move_constructible_v<T>;

 public:
  using Interface::begin, Interface::data, Interface::end, Interface::size;
  using typename Interface::iterator;
  using typename Interface::reference;
  using size_type = std::size_t;

  fixed_vector() noexcept {}
  explicit fixed_vector(size_type count) : fixed_vector() { this->resize(count); }
  fixed_vector(size_type count, const T& value) : fixed_vector() { append_copies(count, value); }
  template <std::input_iterator Iterator>
  fixed_vector(Iterator first, Iterator last) : fixed_vector() {
    append_sequence(first, last);
  }
  template <detail::ContainerCompatibleRange<T> Range>
  fixed_vector(detail::from_range_t, Range&& range) : fixed_vector() {
    this->append_range(std::forward<Range>(range));
  }
  fixed_vector(std::initializer_list<T> values) : fixed_vector() { append_sequence(values.begin(), values.end()); }

  fixed_vector(const fixed_vector&)
    requires(copies_bytes || !copies)  // deleted by the storage if T cannot be copied
  = default;
  fixed_vector(const fixed_vector& other)
    requires(!copies_bytes && copies)
      : fixed_vector() {
    append_sequence(other.begin(), other.end());
  }
  fixed_vector(fixed_vector&&)
    requires moves_bytes
  = default;
  fixed_vector(fixed_vector&& other) noexcept(moves_without_error)
    requires(!moves_bytes && std::is_move_constructible_v<T>)
      : fixed_vector() {
    append_sequence(std::move_iterator(other.begin()), std::move_iterator(other.end()));
  }
  ~fixed_vector()
    requires std::is_trivially_destructible_v<T>
  = default;
  ~fixed_vector() { this->clear(); }

  fixed_vector& operator=(const fixed_vector&)
    requires(copy_assigns_bytes || !copies)
  = default;
  fixed_vector& operator=(const fixed_vector& other)
    requires(!copy_assigns_bytes && copies)
  {
    if (this != &other) assign_sequence(other.begin(), other.end());
    return *this;
  }
  fixed_vector& operator=(fixed_vector&&)
    requires move_assigns_bytes
  = default;
  fixed_vector& operator=(fixed_vector&& other) noexcept(moves_without_error && std::is_nothrow_move_assignable_v<T>)
    requires(!move_assigns_bytes && std::is_move_constructible_v<T>)
  {
    if (this != &other) assign_sequence(std::move_iterator(other.begin()), std::move_iterator(other.end()));
    return *this;
  }
  fixed_vector& operator=(std::initializer_list<T> values) {
    this->assign(values);
    return *this;
  }

  static constexpr size_type capacity() noexcept { return most; }
  static constexpr size_type max_size() noexcept { return most; }
  static constexpr void reserve(size_type count) {
    if (count > most) throw std::bad_alloc();
  }
  static constexpr void shrink_to_fit() noexcept {}

  reference push_back(const T& value) { return this->emplace_back(value); }
  reference push_back(T&& value) { return this->emplace_back(std::move(value)); }

  /// As push_back() and emplace_back(), but null if there is no room: then the arguments are untouched.
  template <class... Arguments>
  [[nodiscard]] T* try_emplace_back(Arguments&&... arguments) {
    return size() == most ? nullptr : std::addressof(unchecked_emplace_back(std::forward<Arguments>(arguments)...));
  }
  [[nodiscard]] T* try_push_back(const T& value) { return try_emplace_back(value); }
  [[nodiscard]] T* try_push_back(T&& value) { return try_emplace_back(std::move(value)); }

  /// Appends as many as there is room for. Returns where the rest begins.
  template <detail::ContainerCompatibleRange<T> Range>
  std::ranges::borrowed_iterator_t<Range> try_append_range(Range&& range) {
    auto first = std::ranges::begin(range);
    const auto last = std::ranges::end(range);
    for (; size() != most && first != last; ++first) unchecked_emplace_back(*first);
    return std::ranges::borrowed_iterator_t<Range>(std::move(first));
  }

  /// The same for a caller who knows that there is room.
  template <class... Arguments>
  reference unchecked_emplace_back(Arguments&&... arguments) {
    T* const added = std::construct_at(data() + size(), std::forward<Arguments>(arguments)...);
    storage_.added_one();
    return *added;
  }
  reference unchecked_push_back(const T& value) { return unchecked_emplace_back(value); }
  reference unchecked_push_back(T&& value) { return unchecked_emplace_back(std::move(value)); }

  /// Swaps element by element: O(elements of both), and iterators stay at their positions, not with their elements.
  void swap(fixed_vector& other) noexcept(most == 0 || (moves_without_error && std::is_nothrow_swappable_v<T>)) {
    if (this == &other) return;
    if (size() < other.size()) return other.swap(*this);
    const size_type both = other.size();
    for (size_type i = 0; i != both; ++i) std::ranges::swap((*this)[i], other[i]);
    other.append_sequence(std::move_iterator(begin() + both), std::move_iterator(end()));
    storage_.truncate(both);
  }
  friend void swap(fixed_vector& left, fixed_vector& right) noexcept(noexcept(left.swap(right))) { left.swap(right); }

 private:
  using Interface::append_copies, Interface::append_sequence, Interface::assign_sequence, Interface::storage_;
};

/// It may lie in shared memory if its elements may.
template <class T, std::size_t most>
struct detail::Parts<fixed_vector<T, most>> : detail::KnownParts<T> {};

}  // namespace carry
