#pragma once

#include <carry/container/detail/flat.h>
#include <carry/container/detail/flat_map_iterator.h>
#include <carry/container/detail/flat_map_storage.h>
#include <carry/container/vector.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <ranges>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace carry {

/// A std::flat_map whose keys and values lie in the dynamic buffer, each sorted by the keys and one behind the other: the map for messages that are
/// looked at more often than changed.
///
/// Interface, complexity, iterator rules and exception guarantees are std::flat_map's (C++23). What differs:
///  - there are neither container nor allocator parameters: keys() and values() show a carry::vector each, extract() gives both;
///  - the comparison must mean the same in every process (no function pointer);
///  - inserting one element leaves the map as it was if it throws, where moves of keys and values do not throw.
///
/// Thread safety: as std::flat_map. Blocking, crash safety: as carry::vector. Complexity: lookups O(log n), of numbers without branches; insert and erase O(n).
/// Errors: std::bad_alloc when the dynamic buffer is exhausted; std::length_error; std::out_of_range.
template <class Key, class T, class Compare = std::less<Key>>
class flat_map : public detail::FlatInterface<flat_map<Key, T, Compare>, Key, Compare> {
  static_assert(detail::SharedCompare<Compare>, "carry: the comparison goes to other processes, where a function lies elsewhere: use a class");
  template <class Other>
  static constexpr bool is_lookup = detail::Lookup<Other, Key, Compare> && !std::is_convertible_v<Other, detail::FlatMapIterator<Key, const T>>;

 public:
  using key_type = Key;
  using mapped_type = T;
  using value_type = std::pair<Key, T>;
  using key_compare = Compare;
  using key_container_type = vector<Key>;
  using mapped_container_type = vector<T>;
  using allocator_type = typename key_container_type::allocator_type;
  using reference = std::pair<const Key&, T&>;
  using const_reference = std::pair<const Key&, const T&>;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  using iterator = detail::FlatMapIterator<Key, T>;
  using const_iterator = detail::FlatMapIterator<Key, const T>;
  using reverse_iterator = std::reverse_iterator<iterator>;
  using const_reverse_iterator = std::reverse_iterator<const_iterator>;

  using value_compare = detail::FlatMapValueCompare<const_reference, Compare>;
  /// What extract() gives.
  struct containers {
    key_container_type keys;
    mapped_container_type values;
  };

  flat_map() = default;
  explicit flat_map(const Compare& compare) : storage_{.keys = {}, .values = {}, .before = compare} {}
  flat_map(key_container_type keys, mapped_container_type values, const Compare& compare = Compare()) : flat_map(compare) {
    storage_.add(std::views::iota(size_type(0), std::min(keys.size(), values.size())) |
                 std::views::transform([&](size_type i) { return value_type(std::move(keys[i]), std::move(values[i])); }));
  }
  flat_map(sorted_unique_t, key_container_type keys, mapped_container_type values, const Compare& compare = Compare())
      : storage_{.keys = std::move(keys), .values = std::move(values), .before = compare} {}
  template <std::input_iterator Iterator>
  flat_map(Iterator first, Iterator last, const Compare& compare = Compare()) : flat_map(compare) {
    storage_.add(std::ranges::subrange(first, last));
  }
  template <std::input_iterator Iterator>
  flat_map(sorted_unique_t, Iterator first, Iterator last, const Compare& compare = Compare()) : flat_map(first, last, compare) {}
  template <detail::ContainerCompatibleRange<value_type> Range>
  flat_map(detail::from_range_t, Range&& range, const Compare& compare = Compare()) : flat_map(compare) {
    storage_.add(std::forward<Range>(range));
  }
  flat_map(std::initializer_list<value_type> elements, const Compare& compare = Compare()) : flat_map(elements.begin(), elements.end(), compare) {}
  flat_map(sorted_unique_t, std::initializer_list<value_type> elements, const Compare& compare = Compare()) : flat_map(elements, compare) {}

  flat_map(const flat_map&) = default;
  flat_map(flat_map&&) = default;
  /// If it throws, the map is empty: keys and values are assigned one after the other.
  flat_map& operator=(const flat_map& other) try {
    storage_ = other.storage_;
    return *this;
  } catch (...) {
    storage_.clear();
    throw;
  }
  flat_map& operator=(flat_map&&) = default;
  flat_map& operator=(std::initializer_list<value_type> elements) {
    clear();
    storage_.add(elements);
    return *this;
  }

  iterator begin() noexcept { return {storage_.keys.data(), storage_.values.data()}; }
  const_iterator begin() const noexcept { return {storage_.keys.data(), storage_.values.data()}; }
  iterator end() noexcept { return begin() + static_cast<difference_type>(size()); }
  const_iterator end() const noexcept { return begin() + static_cast<difference_type>(size()); }

  size_type size() const noexcept { return storage_.keys.size(); }
  size_type max_size() const noexcept { return std::min(storage_.keys.max_size(), storage_.values.max_size()); }
  /// Room for so many elements without another allocation; not in the standard.
  void reserve(size_type count) {
    storage_.keys.reserve(count);
    storage_.values.reserve(count);
  }
  void shrink_to_fit() {
    storage_.keys.shrink_to_fit();
    storage_.values.shrink_to_fit();
  }

  key_compare key_comp() const { return storage_.before; }
  value_compare value_comp() const { return value_compare(storage_.before); }
  const key_container_type& keys() const noexcept { return storage_.keys; }
  const mapped_container_type& values() const noexcept { return storage_.values; }

  T& operator[](const Key& key) { return *try_emplace(key).first.value(); }
  T& operator[](Key&& key) { return *try_emplace(std::move(key)).first.value(); }
  template <class Other>
    requires is_lookup<Other>
  T& operator[](Other&& key) {
    return *try_emplace(std::forward<Other>(key)).first.value();
  }
  T& at(const Key& key) { return storage_.values[index_of(key)]; }
  const T& at(const Key& key) const { return storage_.values[index_of(key)]; }
  template <class Other>
    requires is_lookup<Other>
  T& at(const Other& key) {
    return storage_.values[index_of(key)];
  }
  template <class Other>
    requires is_lookup<Other>
  const T& at(const Other& key) const {
    return storage_.values[index_of(key)];
  }

  template <class... Arguments>
  std::pair<iterator, bool> emplace(Arguments&&... arguments) {
    value_type element(std::forward<Arguments>(arguments)...);
    return try_emplace(std::move(element.first), std::move(element.second));
  }
  template <class... Arguments>
  iterator emplace_hint(const_iterator, Arguments&&... arguments) {
    return emplace(std::forward<Arguments>(arguments)...).first;
  }
  std::pair<iterator, bool> insert(const value_type& element) { return try_emplace(element.first, element.second); }
  std::pair<iterator, bool> insert(value_type&& element) { return try_emplace(std::move(element.first), std::move(element.second)); }
  template <class Pair>
    requires std::constructible_from<value_type, Pair>
  std::pair<iterator, bool> insert(Pair&& element) {
    return emplace(std::forward<Pair>(element));
  }
  iterator insert(const_iterator, const value_type& element) { return insert(element).first; }
  iterator insert(const_iterator, value_type&& element) { return insert(std::move(element)).first; }
  template <std::input_iterator Iterator>
  void insert(Iterator first, Iterator last) {
    storage_.add(std::ranges::subrange(first, last));
  }
  template <std::input_iterator Iterator>
  void insert(sorted_unique_t, Iterator first, Iterator last) {
    storage_.add(std::ranges::subrange(first, last));
  }
  void insert(std::initializer_list<value_type> elements) { storage_.add(elements); }
  void insert(sorted_unique_t, std::initializer_list<value_type> elements) { storage_.add(elements); }
  template <detail::ContainerCompatibleRange<value_type> Range>
  void insert_range(Range&& range) {
    storage_.add(std::forward<Range>(range));
  }

  /// Constructs the value only if there is no such key.
  template <class... Arguments>
  std::pair<iterator, bool> try_emplace(const Key& key, Arguments&&... arguments) {
    return try_emplace_at(this->lower_index(key), key, std::forward<Arguments>(arguments)...);
  }
  template <class... Arguments>
  std::pair<iterator, bool> try_emplace(Key&& key, Arguments&&... arguments) {
    return try_emplace_at(this->lower_index(key), std::move(key), std::forward<Arguments>(arguments)...);
  }
  template <class Other, class... Arguments>
    requires(is_lookup<Other> && std::constructible_from<Key, Other>)
  std::pair<iterator, bool> try_emplace(Other&& key, Arguments&&... arguments) {
    return try_emplace_at(this->lower_index(key), std::forward<Other>(key), std::forward<Arguments>(arguments)...);
  }
  template <class K, class M>
    requires(std::constructible_from<Key, K> && std::assignable_from<T&, M> && (is_lookup<K> || std::is_same_v<std::remove_cvref_t<K>, Key>))
  std::pair<iterator, bool> insert_or_assign(K&& key, M&& value) {
    const auto result = try_emplace(std::forward<K>(key), std::forward<M>(value));
    if (!result.second) *result.first.value() = std::forward<M>(value);
    return result;
  }
  template <class... Arguments>
  iterator try_emplace(const_iterator, const Key& key, Arguments&&... arguments) {
    return try_emplace(key, std::forward<Arguments>(arguments)...).first;
  }
  template <class... Arguments>
  iterator try_emplace(const_iterator, Key&& key, Arguments&&... arguments) {
    return try_emplace(std::move(key), std::forward<Arguments>(arguments)...).first;
  }
  template <class Other, class... Arguments>
    requires(is_lookup<Other> && std::constructible_from<Key, Other>)
  iterator try_emplace(const_iterator, Other&& key, Arguments&&... arguments) {
    return try_emplace(std::forward<Other>(key), std::forward<Arguments>(arguments)...).first;
  }
  template <class K, class M>
  iterator insert_or_assign(const_iterator, K&& key, M&& value) {
    return insert_or_assign(std::forward<K>(key), std::forward<M>(value)).first;
  }

  iterator erase(const_iterator position) { return erase(position, position + 1); }
  iterator erase(iterator position) { return erase(const_iterator(position)); }
  iterator erase(const_iterator first, const_iterator last) {
    const difference_type index = first - this->cbegin();
    storage_.erase(index, index + (last - first));
    return begin() + index;
  }
  size_type erase(const Key& key) { return erase_found(key); }
  template <class Other>
    requires is_lookup<Other>
  size_type erase(Other&& key) {
    return erase_found(key);
  }
  void clear() noexcept { storage_.clear(); }

  /// Gives both containers away; the map is empty then.
  containers extract() && { return {.keys = std::exchange(storage_.keys, {}), .values = std::exchange(storage_.values, {})}; }
  /// Takes keys that are in order, without equal ones, and as many values.
  void replace(key_container_type&& keys, mapped_container_type&& values) {
    storage_.keys = std::move(keys);
    storage_.values = std::move(values);
  }

  void swap(flat_map& other) noexcept {
    storage_.keys.swap(other.storage_.keys);
    storage_.values.swap(other.storage_.values);
    std::ranges::swap(storage_.before, other.storage_.before);
  }
  friend void swap(flat_map& left, flat_map& right) noexcept { left.swap(right); }

  friend bool operator==(const flat_map& left, const flat_map& right) {
    return left.storage_.keys == right.storage_.keys && left.storage_.values == right.storage_.values;
  }
  friend auto operator<=>(const flat_map& left, const flat_map& right)
    requires(detail::Ordered<Key> && detail::Ordered<T>)
  {
    constexpr detail::SynthesizedThreeWay compare;
    using Result = std::common_comparison_category_t<detail::ThreeWayResult<Key>, detail::ThreeWayResult<T>>;
    for (size_type i = 0; i != std::min(left.size(), right.size()); ++i) {
      if (const auto keys = compare(left.keys()[i], right.keys()[i]); keys != 0) return Result(keys);
      if (const auto values = compare(left.values()[i], right.values()[i]); values != 0) return Result(values);
    }
    return Result(left.size() <=> right.size());
  }

  /// Erases all elements for which the predicate, called with a const_reference, holds. Returns how many. If it throws, the map is empty.
  template <class Predicate>
  friend size_type erase_if(flat_map& map, Predicate predicate) {
    return map.storage_.erase_where(predicate);
  }

 private:
  friend detail::FlatInterface<flat_map, Key, Compare>;
  const Key* key_data() const noexcept { return storage_.keys.data(); }
  const Compare& compare() const noexcept { return storage_.before; }

  template <class Other>
  size_type index_of(const Other& key) const {
    const size_type index = this->find_index(key);
    if (index == size()) throw std::out_of_range("carry::flat_map::at: no such key");
    return index;
  }

  template <class Other>
  size_type erase_found(const Other& key) {
    const size_type first = this->lower_index(key);
    const size_type last = this->upper_index(key);
    erase(this->cbegin() + static_cast<difference_type>(first), this->cbegin() + static_cast<difference_type>(last));
    return last - first;
  }

  template <class K, class... Arguments>
  std::pair<iterator, bool> try_emplace_at(size_type index, K&& key, Arguments&&... arguments) {
    const bool is_new = !this->is_at(index, key);
    if (is_new) storage_.emplace_at(index, std::forward<K>(key), std::forward<Arguments>(arguments)...);
    return {begin() + static_cast<difference_type>(index), is_new};
  }

  detail::FlatMapStorage<Key, T, Compare> storage_;
};

}  // namespace carry

#include <carry/container/detail/flat_map_guides.h>
