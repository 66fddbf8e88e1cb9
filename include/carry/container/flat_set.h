#pragma once

#include <carry/container/detail/flat.h>
#include <carry/container/vector.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <ranges>
#include <type_traits>
#include <utility>

namespace carry {

/// A std::flat_set whose keys lie in the dynamic buffer, sorted, one behind the other: the set for messages that are looked at more often than changed.
///
/// Interface, complexity, iterator rules and exception guarantees are std::flat_set's (C++23). What differs:
///  - there is neither a container nor an allocator parameter: the keys are a carry::vector, which container() shows and extract() gives;
///  - iterators are raw pointers; the comparison must mean the same in every process (no function pointer);
///  - emplace() and insert() leave the set as it was if they throw, where a key's move does not throw.
///
/// Thread safety: as std::flat_set. Blocking, crash safety: as carry::vector. Complexity: lookups O(log n), of numbers without branches; insert and erase O(n).
/// Errors: std::bad_alloc when the dynamic buffer is exhausted; std::length_error.
template <class Key, class Compare = std::less<Key>>
class flat_set : public detail::FlatInterface<flat_set<Key, Compare>, Key, Compare> {
  static_assert(detail::SharedCompare<Compare>, "carry: the comparison goes to other processes, where a function lies elsewhere: use a class");

 public:
  using key_type = Key;
  using value_type = Key;
  using key_compare = Compare;
  using value_compare = Compare;
  using container_type = vector<Key>;
  using allocator_type = typename container_type::allocator_type;
  using reference = Key&;
  using const_reference = const Key&;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  using iterator = const Key*;
  using const_iterator = const Key*;
  using reverse_iterator = std::reverse_iterator<iterator>;
  using const_reverse_iterator = std::reverse_iterator<const_iterator>;

  flat_set() = default;
  explicit flat_set(const Compare& compare) : compare_(compare) {}
  explicit flat_set(container_type keys, const Compare& compare = Compare()) : keys_(std::move(keys)), compare_(compare) { sort_from(0); }
  flat_set(sorted_unique_t, container_type keys, const Compare& compare = Compare()) : keys_(std::move(keys)), compare_(compare) {}
  template <std::input_iterator Iterator>
  flat_set(Iterator first, Iterator last, const Compare& compare = Compare()) : keys_(first, last), compare_(compare) {
    sort_from(0);
  }
  template <std::input_iterator Iterator>
  flat_set(sorted_unique_t, Iterator first, Iterator last, const Compare& compare = Compare()) : keys_(first, last), compare_(compare) {}
  template <detail::ContainerCompatibleRange<Key> Range>
  flat_set(detail::from_range_t tag, Range&& range, const Compare& compare = Compare()) : keys_(tag, std::forward<Range>(range)), compare_(compare) {
    sort_from(0);
  }
  flat_set(std::initializer_list<Key> keys, const Compare& compare = Compare()) : flat_set(keys.begin(), keys.end(), compare) {}
  flat_set(sorted_unique_t tag, std::initializer_list<Key> keys, const Compare& compare = Compare())
      : flat_set(tag, keys.begin(), keys.end(), compare) {}

  flat_set(const flat_set&) = default;
  flat_set(flat_set&&) = default;
  /// If it throws, the set is empty: keys that were assigned one by one are in no order.
  flat_set& operator=(const flat_set& other) try {
    keys_ = other.keys_;
    compare_ = other.compare_;
    return *this;
  } catch (...) {
    keys_.clear();
    throw;
  }
  flat_set& operator=(flat_set&&) = default;
  flat_set& operator=(std::initializer_list<Key> keys) {
    flat_set(keys, compare_).swap(*this);
    return *this;
  }

  iterator begin() const noexcept { return keys_.data(); }
  iterator end() const noexcept { return keys_.data() + keys_.size(); }

  size_type size() const noexcept { return keys_.size(); }
  size_type max_size() const noexcept { return keys_.max_size(); }
  /// Room for so many keys without another allocation; not in the standard.
  void reserve(size_type count) { keys_.reserve(count); }
  void shrink_to_fit() { keys_.shrink_to_fit(); }

  key_compare key_comp() const { return compare_; }
  value_compare value_comp() const { return compare_; }
  /// The keys, in order.
  const container_type& container() const noexcept { return keys_; }

  template <class... Arguments>
  std::pair<iterator, bool> emplace(Arguments&&... arguments) {
    Key key(std::forward<Arguments>(arguments)...);  // Key(argument) would be a cast
    return insert(std::move(key));
  }
  template <class... Arguments>
  iterator emplace_hint(const_iterator hint, Arguments&&... arguments) {
    Key key(std::forward<Arguments>(arguments)...);
    return insert(hint, std::move(key));
  }
  std::pair<iterator, bool> insert(const Key& key) { return insert_at(this->lower_bound(key), key); }
  std::pair<iterator, bool> insert(Key&& key) { return insert_at(this->lower_bound(key), std::move(key)); }
  template <detail::Lookup<Key, Compare> Other>
    requires std::constructible_from<Key, Other>
  std::pair<iterator, bool> insert(Other&& key) {
    return insert_at(this->lower_bound(key), std::forward<Other>(key));
  }
  iterator insert(const_iterator hint, const Key& key) { return insert_at(place_near(hint, key), key).first; }
  iterator insert(const_iterator hint, Key&& key) { return insert_at(place_near(hint, key), std::move(key)).first; }
  template <detail::Lookup<Key, Compare> Other>
    requires std::constructible_from<Key, Other>
  iterator insert(const_iterator hint, Other&& key) {
    return insert_at(place_near(hint, key), std::forward<Other>(key)).first;
  }
  template <std::input_iterator Iterator>
  void insert(Iterator first, Iterator last) {
    const size_type before = size();
    keys_.insert(keys_.end(), first, last);
    sort_from(before);
  }
  template <std::input_iterator Iterator>
  void insert(sorted_unique_t, Iterator first, Iterator last) {
    insert(first, last);
  }
  void insert(std::initializer_list<Key> keys) { insert(keys.begin(), keys.end()); }
  void insert(sorted_unique_t, std::initializer_list<Key> keys) { insert(keys.begin(), keys.end()); }
  template <detail::ContainerCompatibleRange<Key> Range>
  void insert_range(Range&& range) {
    const size_type before = size();
    keys_.append_range(std::forward<Range>(range));
    sort_from(before);
  }

  iterator erase(const_iterator position) { return erase(position, position + 1); }
  iterator erase(const_iterator first, const_iterator last) {
    return changed(moves_throw, [&] { return keys_.erase(first, last); });
  }
  size_type erase(const Key& key) { return erase_found(key); }
  template <detail::Lookup<Key, Compare> Other>
    requires(!std::is_convertible_v<Other, const_iterator>)
  size_type erase(Other&& key) {
    return erase_found(key);
  }
  void clear() noexcept { keys_.clear(); }

  /// Gives the keys away; the set is empty then.
  container_type extract() && { return std::exchange(keys_, container_type()); }
  /// Takes keys that are in order, without equal ones.
  void replace(container_type&& keys) { keys_ = std::move(keys); }

  void swap(flat_set& other) noexcept {
    keys_.swap(other.keys_);
    std::ranges::swap(compare_, other.compare_);
  }
  friend void swap(flat_set& left, flat_set& right) noexcept { left.swap(right); }

  friend bool operator==(const flat_set& left, const flat_set& right) { return left.keys_ == right.keys_; }
  friend auto operator<=>(const flat_set& left, const flat_set& right)
    requires detail::Ordered<Key>
  {
    return left.keys_ <=> right.keys_;
  }

  /// Erases all keys for which the predicate holds. Returns how many. If it throws, the set is empty.
  template <class Predicate>
  friend size_type erase_if(flat_set& set, Predicate predicate) {
    return set.changed(true, [&] { return erase_if(set.keys_, [&predicate](const Key& key) -> bool { return predicate(key); }); });
  }

 private:
  static constexpr bool moves_throw = !std::is_nothrow_move_constructible_v<Key> || !std::is_nothrow_move_assignable_v<Key>;

  friend detail::FlatInterface<flat_set, Key, Compare>;
  const Key* key_data() const noexcept { return keys_.data(); }
  const Compare& compare() const noexcept { return compare_; }

  template <class Other>
  std::pair<iterator, bool> insert_at(const_iterator place, Other&& key) {
    if (place != end() && !compare_(key, *place)) return {place, false};
    return {changed(moves_throw, [&] { return keys_.emplace(place, std::forward<Other>(key)); }), true};
  }

  /// Changes the keys. If that throws half the way, the set is empty: out of order it must not be.
  template <class Change>
  auto changed(bool may_be_half_done, const Change& change) {
    try {
      return change();
    } catch (...) {
      if (may_be_half_done) keys_.clear();
      throw;
    }
  }

  /// Where the key belongs; the hint, if that is right.
  template <class Other>
  const_iterator place_near(const_iterator hint, const Other& key) const {
    const bool is_behind = hint == begin() || compare_(hint[-1], key);
    const bool is_before = hint == end() || !compare_(*hint, key);
    return is_behind && is_before ? hint : this->lower_bound(key);
  }

  template <class Other>
  size_type erase_found(const Other& key) {
    const size_type first = this->lower_index(key);
    const size_type last = this->upper_index(key);
    erase(begin() + static_cast<difference_type>(first), begin() + static_cast<difference_type>(last));
    return last - first;
  }

  /// Sorts in the keys from there on; of equal ones the first stays. If that throws, the set is empty.
  void sort_from(size_type sorted) try {
    const auto middle = keys_.begin() + static_cast<difference_type>(sorted);
    std::stable_sort(middle, keys_.end(), compare_);
    std::inplace_merge(keys_.begin(), middle, keys_.end(), compare_);
    const auto is_equal = [this](const Key& left, const Key& right) { return !compare_(left, right); };
    keys_.erase(std::unique(keys_.begin(), keys_.end(), is_equal), keys_.end());
  } catch (...) {
    keys_.clear();
    throw;
  }

  container_type keys_;
  [[no_unique_address]] Compare compare_;
};

template <class Key, class Compare = std::less<Key>>
flat_set(vector<Key>, Compare = Compare()) -> flat_set<Key, Compare>;
template <class Key, class Compare = std::less<Key>>
flat_set(sorted_unique_t, vector<Key>, Compare = Compare()) -> flat_set<Key, Compare>;
template <std::input_iterator Iterator, class Compare = std::less<std::iter_value_t<Iterator>>>
flat_set(Iterator, Iterator, Compare = Compare()) -> flat_set<std::iter_value_t<Iterator>, Compare>;
template <std::input_iterator Iterator, class Compare = std::less<std::iter_value_t<Iterator>>>
flat_set(sorted_unique_t, Iterator, Iterator, Compare = Compare()) -> flat_set<std::iter_value_t<Iterator>, Compare>;
template <std::ranges::input_range Range, class Compare = std::less<std::ranges::range_value_t<Range>>>
flat_set(detail::from_range_t, Range&&, Compare = Compare()) -> flat_set<std::ranges::range_value_t<Range>, Compare>;
template <class Key, class Compare = std::less<Key>>
flat_set(std::initializer_list<Key>, Compare = Compare()) -> flat_set<Key, Compare>;
template <class Key, class Compare = std::less<Key>>
flat_set(sorted_unique_t, std::initializer_list<Key>, Compare = Compare()) -> flat_set<Key, Compare>;

}  // namespace carry
