#pragma once

#include <carry/container/detail/list_links.h>
#include <carry/container/detail/ranges.h>
#include <carry/memory/allocator.h>

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <ranges>
#include <type_traits>
#include <utility>

namespace carry {

/// A std::list whose elements lie in the dynamic buffer, for messages: every process that gets the message reads it in place.
///
/// Interface, complexity, iterator rules and exception guarantees are std::list's. What differs:
///  - there is no allocator parameter: the memory always comes from carry::allocator, in the process that makes or changes the list;
///  - a list that is moved or swapped takes its elements along, but end() stays with the object;
///  - pairs of iterators that it takes must be std::input_iterator; T may be neither const nor volatile; nothing is constexpr;
///  - sort() and merge() keep all elements when the comparison throws; erase() and erase_if() for all elements are found without naming a namespace.
///
/// Thread safety: as std::list. Blocking: as carry::allocator. Crash safety: written by its owner alone, before others see it.
/// Errors: std::bad_alloc when the dynamic buffer is exhausted.
template <class T>
class list {
  static_assert(std::is_object_v<T> && !std::is_const_v<T> && !std::is_volatile_v<T>, "carry::list holds plain object types");
  using Link = detail::ListLink;
  using Node = detail::ListNode<T>;

 public:
  using value_type = T;
  using allocator_type = allocator<T>;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  using reference = T&;
  using const_reference = const T&;
  using pointer = T*;
  using const_pointer = const T*;
  using iterator = detail::ListIterator<T>;
  using const_iterator = detail::ListIterator<const T>;
  using reverse_iterator = std::reverse_iterator<iterator>;
  using const_reverse_iterator = std::reverse_iterator<const_iterator>;

  list() noexcept = default;
  explicit list(const allocator_type&) noexcept {}
  explicit list(size_type count, const allocator_type& = {}) : list() { resize(count); }
  list(size_type count, const T& value, const allocator_type& = {}) : list() { insert(end(), count, value); }
  template <std::input_iterator Iterator>
  list(Iterator first, Iterator last, const allocator_type& = {}) : list() {
    insert(end(), std::move(first), last);
  }
  template <detail::ContainerCompatibleRange<T> Range>
  list(detail::from_range_t, Range&& range, const allocator_type& = {}) : list() {
    append_range(std::forward<Range>(range));
  }
  list(std::initializer_list<T> values, const allocator_type& = {}) : list() { insert(end(), values.begin(), values.end()); }
  list(const list& other) : list() { insert(end(), other.begin(), other.end()); }
  list(const list& other, const allocator_type&) : list(other) {}
  list(list&& other) noexcept { take(other); }
  list(list&& other, const allocator_type&) noexcept : list(std::move(other)) {}
  ~list() { clear(); }

  list& operator=(const list& other) {
    if (this != &other) assign_sequence(other.begin(), other.end());
    return *this;
  }
  list& operator=(list&& other) noexcept {
    if (this == &other) return *this;
    const list before(std::move(*this));  // destroyed last: `other` may lie in one of its elements
    take(other);
    return *this;
  }
  list& operator=(std::initializer_list<T> values) {
    assign(values);
    return *this;
  }
  void assign(size_type count, const T& value) { list(count, value).swap(*this); }
  template <std::input_iterator Iterator>
  void assign(Iterator first, Iterator last) {
    assign_sequence(std::move(first), last);
  }
  void assign(std::initializer_list<T> values) { assign_sequence(values.begin(), values.end()); }
  template <detail::ContainerCompatibleRange<T> Range>
  void assign_range(Range&& range) {
    detail::with_iterators(range, [this](auto first, auto last) { this->assign_sequence(std::move(first), last); });
  }
  allocator_type get_allocator() const noexcept { return {}; }

  reference front() noexcept { return *begin(); }
  const_reference front() const noexcept { return *begin(); }
  reference back() noexcept { return *std::prev(end()); }
  const_reference back() const noexcept { return *std::prev(end()); }

  iterator begin() noexcept { return iterator(root_.next()); }
  const_iterator begin() const noexcept { return const_iterator(root_.next()); }
  iterator end() noexcept { return iterator(&root_); }
  const_iterator end() const noexcept { return const_iterator(const_cast<Link*>(&root_)); }
  reverse_iterator rbegin() noexcept { return reverse_iterator(end()); }
  const_reverse_iterator rbegin() const noexcept { return const_reverse_iterator(end()); }
  reverse_iterator rend() noexcept { return reverse_iterator(begin()); }
  const_reverse_iterator rend() const noexcept { return const_reverse_iterator(begin()); }
  const_iterator cbegin() const noexcept { return begin(); }
  const_iterator cend() const noexcept { return end(); }
  const_reverse_iterator crbegin() const noexcept { return rbegin(); }
  const_reverse_iterator crend() const noexcept { return rend(); }

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  size_type size() const noexcept { return static_cast<size_type>(size_); }
  size_type max_size() const noexcept { return allocator<Node>::max_size(); }

  void clear() noexcept { erase(begin(), end()); }
  void push_front(const T& value) { emplace(begin(), value); }
  void push_front(T&& value) { emplace(begin(), std::move(value)); }
  void push_back(const T& value) { emplace(end(), value); }
  void push_back(T&& value) { emplace(end(), std::move(value)); }
  template <class... Arguments>
  reference emplace_front(Arguments&&... arguments) {
    return *emplace(begin(), std::forward<Arguments>(arguments)...);
  }
  template <class... Arguments>
  reference emplace_back(Arguments&&... arguments) {
    return *emplace(end(), std::forward<Arguments>(arguments)...);
  }
  void pop_front() noexcept { erase(begin()); }
  void pop_back() noexcept { erase(std::prev(end())); }
  template <detail::ContainerCompatibleRange<T> Range>
  void prepend_range(Range&& range) {
    insert_range(begin(), std::forward<Range>(range));
  }
  template <detail::ContainerCompatibleRange<T> Range>
  void append_range(Range&& range) {
    insert_range(end(), std::forward<Range>(range));
  }
  void resize(size_type count) {
    list added;
    while (size() + added.size() < count) added.emplace_back();
    splice(end(), added);
    while (size() > count) pop_back();
  }
  void resize(size_type count, const T& value) {
    if (count > size()) insert(end(), count - size(), value);
    while (size() > count) pop_back();
  }

  template <class... Arguments>
  iterator emplace(const_iterator position, Arguments&&... arguments) {
    const auto free = [](Node* node) { memory::deallocate(node); };
    std::unique_ptr<Node, decltype(free)> memory(allocator<Node>().allocate(1).get(), free);
    Link* const node = std::construct_at(memory.get(), std::forward<Arguments>(arguments)...);
    (void)memory.release();
    position.link()->add(node);
    ++size_;
    return iterator(node);
  }
  iterator insert(const_iterator position, const T& value) { return emplace(position, value); }
  iterator insert(const_iterator position, T&& value) { return emplace(position, std::move(value)); }
  iterator insert(const_iterator position, size_type count, const T& value) {
    list added;
    for (; count != 0; --count) added.push_back(value);
    return insert_list(position, added);
  }
  template <std::input_iterator Iterator>
  iterator insert(const_iterator position, Iterator first, Iterator last) {
    return insert_range(position, std::ranges::subrange(std::move(first), last));
  }
  iterator insert(const_iterator position, std::initializer_list<T> values) { return insert_range(position, values); }
  template <detail::ContainerCompatibleRange<T> Range>
  iterator insert_range(const_iterator position, Range&& range) {
    list added;
    detail::with_iterators(range, [&added](auto first, auto last) {
      for (; first != last; ++first) added.emplace_back(*first);
    });
    return insert_list(position, added);
  }

  iterator erase(const_iterator position) noexcept {
    Link* const link = position.link();
    Link* const behind = link->next();
    link->leave();
    --size_;
    Node* const node = static_cast<Node*>(link);
    std::destroy_at(node);
    memory::deallocate(node);
    return iterator(behind);
  }
  iterator erase(const_iterator first, const_iterator last) noexcept {
    while (first != last) first = erase(first);
    return iterator(last.link());
  }

  void swap(list& other) noexcept {
    list mine(std::move(*this));
    take(other);
    other.take(mine);
  }
  friend void swap(list& left, list& right) noexcept { left.swap(right); }

  void splice(const_iterator position, list& other) noexcept {
    if (this != &other) splice(position, other, other.begin(), other.end());
  }
  void splice(const_iterator position, list&& other) noexcept { splice(position, other); }
  void splice(const_iterator position, list& other, const_iterator element) noexcept {
    const const_iterator behind = std::next(element);
    if (position != element && position != behind) move_links(position, other, element, behind, 1);
  }
  void splice(const_iterator position, list&& other, const_iterator element) noexcept { splice(position, other, element); }
  void splice(const_iterator position, list& other, const_iterator first, const_iterator last) noexcept {
    if (position == last) return;  // they are there already
    const bool is_whole = first == other.begin() && last == other.end();
    const auto count = this == &other ? 0 : is_whole ? other.size() : static_cast<size_type>(std::distance(first, last));
    move_links(position, other, first, last, count);
  }
  void splice(const_iterator position, list&& other, const_iterator first, const_iterator last) noexcept { splice(position, other, first, last); }

  template <class Before = std::less<>>
  void merge(list& other, Before before = {}) {
    if (this == &other) return;
    for (const_iterator place = begin(); !other.empty(); ++place) {
      while (place != end() && !before(other.front(), *place)) ++place;
      if (place == end()) return splice(place, other);
      splice(place, other, other.begin());
      --place;
    }
  }
  template <class Before = std::less<>>
  void merge(list&& other, Before before = {}) {
    merge(other, std::move(before));
  }
  size_type remove(const T& value) {
    return remove_if([&value](const T& element) { return element == value; });
  }
  template <class Predicate>
  size_type remove_if(Predicate predicate) {
    list removed;  // destroyed last: the predicate may know one of them
    for (const_iterator place = begin(); place != end();) {
      const const_iterator here = place++;
      if (predicate(*iterator(here.link()))) removed.splice(removed.end(), *this, here);
    }
    return removed.size();
  }
  template <class Equal = std::equal_to<>>
  size_type unique(Equal equal = {}) {
    list removed;
    for (const_iterator place = begin(); place != end();) {
      const const_iterator behind = std::next(place);
      if (behind != end() && equal(*place, *behind)) removed.splice(removed.end(), *this, behind);
      else place = behind;
    }
    return removed.size();
  }
  void reverse() noexcept { root_.reverse(); }

  /// Stable, needs no memory. O(n log n).
  template <class Before = std::less<>>
  void sort(Before before = {}) {
    const auto links_before = [&before](Link* left, Link* right) -> bool {
      return before(static_cast<Node*>(left)->value, static_cast<Node*>(right)->value);
    };
    detail::sort_links(root_.next(), size(), links_before);
  }

 private:
  /// Takes the other's elements; this one must be empty.
  void take(list& other) noexcept {
    root_.take_place_of(other.root_);
    size_ = std::exchange(other.size_, 0);
  }
  void move_links(const_iterator position, list& other, const_iterator first, const_iterator last, size_type count) noexcept {
    position.link()->take_range(first.link(), last.link());
    other.size_ -= count;
    size_ += count;
  }
  iterator insert_list(const_iterator position, list& added) noexcept {
    Link* const first = added.empty() ? position.link() : added.root_.next();
    splice(position, added);
    return iterator(first);
  }

  template <class Iterator, class Sentinel>
  void assign_sequence(Iterator first, Sentinel last) {
    iterator to = begin();
    if constexpr (std::is_assignable_v<T&, std::iter_reference_t<Iterator>>) {
      for (; to != end() && first != last; ++to, ++first) *to = *first;
    }
    erase(to, end());
    insert_range(end(), std::ranges::subrange(std::move(first), last));
  }

  Link root_;  // before the first and behind the last
  std::uint64_t size_ = 0;
};

}  // namespace carry

#include <carry/container/detail/list_operators.h>
