#pragma once

#include <carry/container/detail/hash_interface.h>
#include <carry/container/detail/map_element.h>

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <ranges>
#include <stdexcept>
#include <utility>

namespace carry {

/// A std::unordered_map whose elements lie in the dynamic buffer: one behind the other, in the order of insertion until one is erased, with an index beside
/// them (open addressing).
///
/// Interface, complexity and exception guarantees are std::unordered_map's. What differs:
///  - no allocator parameter; the hash is carry::hash, which is the same in every process; hash and comparison may not be function pointers;
///  - iterators are random access; inserting may invalidate all of them and all references; erasing puts the last element into the gap, and invalidates
///    iterators and references to both. erase(position) returns the position, where the next one to look at is;
///  - no nodes, no local iterators: extract(position) gives a pair of key and value; max_load_factor() is 0.8;
///  - at most 2^32 - 1 elements; if a hash or a move throws while erasing, the map is empty.
///
/// Thread safety: as std::unordered_map. Blocking, crash safety: as carry::vector. Complexity: lookups and insert O(1) on average.
/// Errors: std::bad_alloc when the dynamic buffer is exhausted; std::length_error; std::out_of_range.
template <class Key, class T, class Hash = carry::hash<Key>, class Equal = std::equal_to<Key>>
class unordered_map : public detail::HashInterface<unordered_map<Key, T, Hash, Equal>, Key, Hash, Equal> {
  using Interface = detail::HashInterface<unordered_map, Key, Hash, Equal>;
  using Element = detail::MapElement<Key, T>;
  static_assert(detail::SharedFunction<Hash> && detail::SharedFunction<Equal>,
                "carry: hash and comparison go to other processes, where functions lie elsewhere: use classes");
  template <class Other>
  static constexpr bool is_lookup =
      detail::HashLookup<Other, Key, Hash, Equal> && !std::is_convertible_v<Other, detail::MapElementIterator<const Element>>;

 public:
  using mapped_type = T;
  using value_type = std::pair<const Key, T>;
  using reference = value_type&;
  using const_reference = const value_type&;
  using allocator_type = allocator<value_type>;
  using iterator = detail::MapElementIterator<Element>;
  using const_iterator = detail::MapElementIterator<const Element>;

  unordered_map() = default;
  explicit unordered_map(std::size_t bucket_count, const Hash& hash = Hash(), const Equal& equal = Equal()) : table_(bucket_count, hash, equal) {}
  template <std::input_iterator Iterator>
  unordered_map(Iterator first, Iterator last, std::size_t bucket_count = 0, const Hash& hash = Hash(), const Equal& equal = Equal())
      : table_(bucket_count, hash, equal) {
    insert(first, last);
  }
  template <detail::ContainerCompatibleRange<value_type> Range>
  unordered_map(detail::from_range_t, Range&& range, std::size_t bucket_count = 0, const Hash& hash = Hash(), const Equal& equal = Equal())
      : table_(bucket_count, hash, equal) {
    insert_range(std::forward<Range>(range));
  }
  unordered_map(std::initializer_list<value_type> elements, std::size_t bucket_count = 0, const Hash& hash = Hash(), const Equal& equal = Equal())
      : unordered_map(elements.begin(), elements.end(), bucket_count, hash, equal) {}

  unordered_map& operator=(std::initializer_list<value_type> elements) {
    this->clear();
    insert(elements);
    return *this;
  }

  iterator begin() noexcept { return iterator(table_.elements().data()); }
  const_iterator begin() const noexcept { return const_iterator(table_.elements().data()); }

  T& operator[](const Key& key) { return try_emplace(key).first->second; }
  T& operator[](Key&& key) { return try_emplace(std::move(key)).first->second; }
  template <class Other>
    requires is_lookup<Other>
  T& operator[](Other&& key) {
    return try_emplace(std::forward<Other>(key)).first->second;
  }
  T& at(const Key& key) { return begin()[position_of(key)].second; }
  const T& at(const Key& key) const { return begin()[position_of(key)].second; }
  template <class Other>
    requires is_lookup<Other>
  T& at(const Other& key) {
    return begin()[position_of(key)].second;
  }
  template <class Other>
    requires is_lookup<Other>
  const T& at(const Other& key) const {
    return begin()[position_of(key)].second;
  }

  template <class... Arguments>
  std::pair<iterator, bool> emplace(Arguments&&... arguments) {
    std::pair<Key, T> element(std::forward<Arguments>(arguments)...);
    return try_emplace(std::move(element.first), std::move(element.second));
  }
  template <class... Arguments>
  iterator emplace_hint(const_iterator, Arguments&&... arguments) {
    return emplace(std::forward<Arguments>(arguments)...).first;
  }
  std::pair<iterator, bool> insert(const value_type& element) { return try_emplace(element.first, element.second); }
  std::pair<iterator, bool> insert(value_type&& element) { return try_emplace(element.first, std::move(element.second)); }
  template <class Pair>
    requires std::constructible_from<std::pair<Key, T>, Pair>
  std::pair<iterator, bool> insert(Pair&& element) {
    return emplace(std::forward<Pair>(element));
  }
  iterator insert(const_iterator, const value_type& element) { return insert(element).first; }
  template <class Pair>
    requires std::constructible_from<std::pair<Key, T>, Pair>
  iterator insert(const_iterator, Pair&& element) {
    return emplace(std::forward<Pair>(element)).first;
  }
  template <std::input_iterator Iterator>
  void insert(Iterator first, Iterator last) {
    for (; first != last; ++first) emplace(*first);
  }
  void insert(std::initializer_list<value_type> elements) { insert(elements.begin(), elements.end()); }
  template <detail::ContainerCompatibleRange<value_type> Range>
  void insert_range(Range&& range) {
    for (auto&& element : range) emplace(std::forward<decltype(element)>(element));
  }

  /// Constructs the value only if there is no such key.
  template <class... Arguments>
  std::pair<iterator, bool> try_emplace(const Key& key, Arguments&&... arguments) {
    return emplace_key(key, std::forward<Arguments>(arguments)...);
  }
  template <class... Arguments>
  std::pair<iterator, bool> try_emplace(Key&& key, Arguments&&... arguments) {
    return emplace_key(std::move(key), std::forward<Arguments>(arguments)...);
  }
  template <class Other, class... Arguments>
    requires(is_lookup<Other> && std::constructible_from<Key, Other>)
  std::pair<iterator, bool> try_emplace(Other&& key, Arguments&&... arguments) {
    return emplace_key(std::forward<Other>(key), std::forward<Arguments>(arguments)...);
  }
  template <class K, class M>
    requires(std::constructible_from<Key, K> && std::assignable_from<T&, M> && (is_lookup<K> || std::is_same_v<std::remove_cvref_t<K>, Key>))
  std::pair<iterator, bool> insert_or_assign(K&& key, M&& value) {
    const auto result = emplace_key(std::forward<K>(key), std::forward<M>(value));
    if (!result.second) result.first->second = std::forward<M>(value);
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

  using Interface::erase;
  iterator erase(iterator position) { return erase(const_iterator(position)); }
  iterator erase(const_iterator position) { return erase(position, position + 1); }
  iterator erase(const_iterator first, const_iterator last) {
    const auto number = first - this->cbegin();
    table_.erase(static_cast<std::size_t>(number), static_cast<std::size_t>(last - this->cbegin()));
    return begin() + number;
  }
  /// Takes the element out.
  std::pair<Key, T> extract(const_iterator position) {
    return table_.extract(static_cast<std::size_t>(position - this->cbegin()),
                          [](Element& element) { return std::pair<Key, T>(std::move(element.key()), std::move(element.pair.second)); });
  }
  /// Takes over what is not there yet. If making room throws, nothing has changed; if a hash or a comparison throws, each element is in one of the two.
  void merge(unordered_map& other) { table_.merge(other.table_); }
  void merge(unordered_map&& other) { merge(other); }

  void swap(unordered_map& other) noexcept { table_.swap(other.table_); }
  friend void swap(unordered_map& left, unordered_map& right) noexcept { left.swap(right); }

  friend bool operator==(const unordered_map& left, const unordered_map& right) {
    return left.size() == right.size() && std::ranges::all_of(left, [&right](const value_type& element) {
             const auto found = right.find(element.first);
             return found != right.end() && *found == element;  // Keys by ==, as in the standard.
           });
  }
  /// Erases all elements for which the predicate holds. Returns how many. If it throws, the map is empty.
  template <class Predicate>
  friend std::size_t erase_if(unordered_map& map, Predicate predicate) {
    return map.table_.erase_if([&predicate](const Element& element) -> bool { return predicate(element.pair); });
  }

 private:
  friend Interface;
  using Table = detail::HashTable<Element, detail::KeyOfMapElement, Hash, Equal>;
  Table& table() noexcept { return table_; }
  const Table& table() const noexcept { return table_; }

  template <class Other>
  std::ptrdiff_t position_of(const Other& key) const {
    const std::size_t number = table_.find(key);
    if (number == Table::none) throw std::out_of_range("carry::unordered_map::at: no such key");
    return static_cast<std::ptrdiff_t>(number);
  }

  template <class K, class... Arguments>
  std::pair<iterator, bool> emplace_key(K&& key, Arguments&&... arguments) {
    const auto [number, is_new] = table_.emplace(key, std::piecewise_construct, std::forward_as_tuple(std::forward<K>(key)),
                                                 std::forward_as_tuple(std::forward<Arguments>(arguments)...));
    return {begin() + static_cast<std::ptrdiff_t>(number), is_new};
  }

  Table table_;
};

}  // namespace carry

#include <carry/container/detail/unordered_map_guides.h>
