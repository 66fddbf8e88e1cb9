#pragma once

#include <carry/container/detail/hash_interface.h>

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <ranges>
#include <utility>

namespace carry {

/// A std::unordered_set whose keys lie in the dynamic buffer: one behind the other, in the order of insertion until one is erased, with an index beside
/// them (open addressing).
///
/// Interface, complexity and exception guarantees are std::unordered_set's. What differs:
///  - no allocator parameter; the hash is carry::hash, which is the same in every process; hash and comparison may not be function pointers;
///  - iterators are raw pointers; inserting may invalidate all of them and all references; erasing puts the last key into the gap, and invalidates
///    iterators and references to both. erase(position) returns the position, where the next one to look at is;
///  - no nodes, no local iterators: extract(position) gives the key itself; max_load_factor() is 0.8;
///  - at most 2^32 - 1 keys; if a hash or a move throws while erasing, the set is empty.
///
/// Thread safety: as std::unordered_set. Blocking, crash safety: as carry::vector. Complexity: lookups and insert O(1) on average.
/// Errors: std::bad_alloc when the dynamic buffer is exhausted; std::length_error.
template <class Key, class Hash = carry::hash<Key>, class Equal = std::equal_to<Key>>
class unordered_set : public detail::HashInterface<unordered_set<Key, Hash, Equal>, Key, Hash, Equal> {
  using Interface = detail::HashInterface<unordered_set, Key, Hash, Equal>;
  static_assert(detail::SharedFunction<Hash> && detail::SharedFunction<Equal>,
                "carry: hash and comparison go to other processes, where functions lie elsewhere: use classes");

 public:
  using value_type = Key;
  using reference = Key&;
  using const_reference = const Key&;
  using allocator_type = allocator<Key>;
  using iterator = const Key*;
  using const_iterator = const Key*;

  unordered_set() = default;
  explicit unordered_set(std::size_t bucket_count, const Hash& hash = Hash(), const Equal& equal = Equal()) : table_(bucket_count, hash, equal) {}
  template <std::input_iterator Iterator>
  unordered_set(Iterator first, Iterator last, std::size_t bucket_count = 0, const Hash& hash = Hash(), const Equal& equal = Equal())
      : table_(bucket_count, hash, equal) {
    insert(first, last);
  }
  template <detail::ContainerCompatibleRange<Key> Range>
  unordered_set(detail::from_range_t, Range&& range, std::size_t bucket_count = 0, const Hash& hash = Hash(), const Equal& equal = Equal())
      : table_(bucket_count, hash, equal) {
    insert_range(std::forward<Range>(range));
  }
  unordered_set(std::initializer_list<Key> keys, std::size_t bucket_count = 0, const Hash& hash = Hash(), const Equal& equal = Equal())
      : unordered_set(keys.begin(), keys.end(), bucket_count, hash, equal) {}

  unordered_set& operator=(std::initializer_list<Key> keys) {
    this->clear();
    insert(keys);
    return *this;
  }

  iterator begin() const noexcept { return table_.elements().data(); }

  template <class... Arguments>
  std::pair<iterator, bool> emplace(Arguments&&... arguments) {
    Key key(std::forward<Arguments>(arguments)...);  // Key(argument) would be a cast
    return insert(std::move(key));
  }
  template <class... Arguments>
  iterator emplace_hint(const_iterator, Arguments&&... arguments) {
    return emplace(std::forward<Arguments>(arguments)...).first;
  }
  std::pair<iterator, bool> insert(const Key& key) { return insert_key(key); }
  std::pair<iterator, bool> insert(Key&& key) { return insert_key(std::move(key)); }
  template <class Other>
    requires(detail::HashLookup<Other, Key, Hash, Equal> && std::constructible_from<Key, Other>)
  std::pair<iterator, bool> insert(Other&& key) {
    return insert_key(std::forward<Other>(key));
  }
  iterator insert(const_iterator, const Key& key) { return insert(key).first; }
  iterator insert(const_iterator, Key&& key) { return insert(std::move(key)).first; }
  template <std::input_iterator Iterator>
  void insert(Iterator first, Iterator last) {
    for (; first != last; ++first) emplace(*first);
  }
  void insert(std::initializer_list<Key> keys) { insert(keys.begin(), keys.end()); }
  template <detail::ContainerCompatibleRange<Key> Range>
  void insert_range(Range&& range) {
    for (auto&& key : range) emplace(std::forward<decltype(key)>(key));
  }

  using Interface::erase;
  iterator erase(const_iterator position) { return erase(position, position + 1); }
  iterator erase(const_iterator first, const_iterator last) {
    const auto number = first - begin();
    table_.erase(static_cast<std::size_t>(number), static_cast<std::size_t>(last - begin()));
    return begin() + number;
  }
  /// Takes the key out.
  Key extract(const_iterator position) {
    return table_.extract(static_cast<std::size_t>(position - begin()), [](Key& key) { return Key(std::move(key)); });
  }
  /// Takes over what is not there yet. If making room throws, nothing has changed; if a hash or a comparison throws, each element is in one of the two.
  void merge(unordered_set& other) { table_.merge(other.table_); }
  void merge(unordered_set&& other) { merge(other); }

  void swap(unordered_set& other) noexcept { table_.swap(other.table_); }
  friend void swap(unordered_set& left, unordered_set& right) noexcept { left.swap(right); }

  friend bool operator==(const unordered_set& left, const unordered_set& right) {
    // By ==, as in the standard: the set's own comparison may take keys for equal that are not.
    return left.size() == right.size() && std::ranges::all_of(left, [&right](const Key& key) {
             const auto found = right.find(key);
             return found != right.end() && *found == key;
           });
  }
  /// Erases all keys for which the predicate holds. Returns how many. If it throws, the set is empty.
  template <class Predicate>
  friend std::size_t erase_if(unordered_set& set, Predicate predicate) {
    return set.table_.erase_if([&predicate](const Key& key) -> bool { return predicate(key); });
  }

 private:
  friend Interface;
  using Table = detail::HashTable<Key, std::identity, Hash, Equal>;
  Table& table() noexcept { return table_; }
  const Table& table() const noexcept { return table_; }

  template <class Other>
  std::pair<iterator, bool> insert_key(Other&& key) {
    const auto [number, is_new] = table_.emplace(key, std::forward<Other>(key));
    return {begin() + number, is_new};
  }

  Table table_;
};

template <std::input_iterator Iterator, class Hash = hash<std::iter_value_t<Iterator>>, class Equal = std::equal_to<std::iter_value_t<Iterator>>>
unordered_set(Iterator, Iterator, std::size_t = 0, Hash = Hash(), Equal = Equal()) -> unordered_set<std::iter_value_t<Iterator>, Hash, Equal>;
template <std::ranges::input_range Range, class Hash = hash<std::ranges::range_value_t<Range>>,
          class Equal = std::equal_to<std::ranges::range_value_t<Range>>>
unordered_set(detail::from_range_t, Range&&, std::size_t = 0, Hash = Hash(), Equal = Equal())
    -> unordered_set<std::ranges::range_value_t<Range>, Hash, Equal>;
template <class Key, class Hash = hash<Key>, class Equal = std::equal_to<Key>>
unordered_set(std::initializer_list<Key>, std::size_t = 0, Hash = Hash(), Equal = Equal()) -> unordered_set<Key, Hash, Equal>;

}  // namespace carry
