#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <type_traits>

namespace carry::detail {

/// A place in a circle: how far away the places before and behind are, counted from this one. Zero-filled memory is a circle of one.
///
/// The layout is the same in all processes: two words of 64 bits. Has no copy and no move, for its neighbours know where it is.
class ListLink {
 public:
  ListLink() = default;
  ListLink(const ListLink&) = delete;
  ListLink& operator=(const ListLink&) = delete;

  ListLink* previous() const noexcept { return at(previous_); }
  ListLink* next() const noexcept { return at(next_); }

  /// Takes [first, last) out of the circle it is in, and puts it in before this one, which is not a part of it.
  void take_range(ListLink* first, ListLink* last) noexcept {
    if (first == last) return;
    ListLink* const back = last->previous();
    join(first->previous(), last);
    ListLink* const before = previous();
    join(before, first);
    join(back, this);
  }

  /// Puts a place that is in no circle before this one.
  void add(ListLink* added) noexcept {
    join(previous(), added);
    join(added, this);
  }

  /// Takes this one out of its circle, which leaves it alone.
  void leave() noexcept {
    join(previous(), next());
    join(this, this);
  }

  /// Takes the other's place in its circle, and leaves it alone. This one must be alone.
  void take_place_of(ListLink& other) noexcept {
    if (other.next() == &other) return;
    other.add(this);
    other.leave();
  }

  void reverse() noexcept {
    ListLink* place = this;
    do {
      ListLink* const behind = place->next();
      const std::int64_t next = place->next_;
      place->next_ = place->previous_;
      place->previous_ = next;
      place = behind;
    } while (place != this);
  }

 private:
  std::uintptr_t address() const noexcept { return reinterpret_cast<std::uintptr_t>(this); }
  ListLink* at(std::int64_t distance) const noexcept { return reinterpret_cast<ListLink*>(address() + static_cast<std::uintptr_t>(distance)); }

  static void join(ListLink* left, ListLink* right) noexcept {
    left->next_ = static_cast<std::int64_t>(right->address() - left->address());
    right->previous_ = -left->next_;
  }

  std::int64_t previous_ = 0;
  std::int64_t next_ = 0;
};

static_assert(sizeof(ListLink) == 16, "other processes read it");

template <class T>
struct ListNode : ListLink {
  template <class... Arguments>
  explicit ListNode(Arguments&&... arguments) : value(static_cast<Arguments&&>(arguments)...) {}

  T value;
};

/// Sorts `count` places from this one on, and returns the first of them. Stable; needs no memory; each is linked at any time, also when before() throws.
/// Merge sort: O(count log count).
template <class Before>
ListLink* sort_links(ListLink* first, std::size_t count, const Before& before) {
  if (count < 2) return first;
  ListLink* const before_first = first->previous();
  std::size_t left_count = count / 2;
  std::size_t right_count = count - left_count;
  ListLink* right = first;
  for (std::size_t i = 0; i != left_count; ++i) right = right->next();
  right = sort_links(right, right_count, before);
  ListLink* left = sort_links(first, left_count, before);
  while (left_count != 0 && right_count != 0) {
    if (before(right, left)) {
      ListLink* const behind = right->next();
      left->take_range(right, behind);
      right = behind;
      --right_count;
    } else {
      left = left->next();
      --left_count;
    }
  }
  return before_first->next();
}

/// A position in a list of T (const T: of its const_iterator).
template <class T>
class ListIterator {
  using Node = ListNode<std::remove_const_t<T>>;

 public:
  using value_type = std::remove_const_t<T>;
  using reference = T&;
  using pointer = T*;
  using difference_type = std::ptrdiff_t;
  using iterator_category = std::bidirectional_iterator_tag;

  ListIterator() noexcept = default;
  explicit ListIterator(ListLink* link) noexcept : link_(link) {}
  template <class Other>
    requires(std::is_const_v<T> && std::is_same_v<Other, value_type>)
  ListIterator(const ListIterator<Other>& other) noexcept : link_(other.link()) {}

  ListLink* link() const noexcept { return link_; }

  reference operator*() const noexcept { return static_cast<Node*>(link_)->value; }
  pointer operator->() const noexcept { return std::addressof(static_cast<Node*>(link_)->value); }
  ListIterator& operator++() noexcept {
    link_ = link_->next();
    return *this;
  }
  ListIterator& operator--() noexcept {
    link_ = link_->previous();
    return *this;
  }
  ListIterator operator++(int) noexcept {
    const ListIterator before = *this;
    ++*this;
    return before;
  }
  ListIterator operator--(int) noexcept {
    const ListIterator before = *this;
    --*this;
    return before;
  }
  friend bool operator==(const ListIterator&, const ListIterator&) noexcept = default;

 private:
  ListLink* link_ = nullptr;
};

}  // namespace carry::detail
