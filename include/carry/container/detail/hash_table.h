#pragma once

#include <carry/container/detail/hash_index.h>
#include <carry/container/detail/ranges.h>
#include <carry/container/hash.h>
#include <carry/container/vector.h>
#include <carry/memory/shm_safe.h>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace carry::detail {

/// Hashes or compares keys in other processes, too: without state, or with a state that may lie in shared memory.
template <class Function>
concept SharedFunction = std::is_object_v<Function> && shm_safe<Function>;

/// What is no key, but may be looked up, because hash and comparison are transparent.
template <class Other, class Key, class Hash, class Equal>
concept HashLookup = requires {
  typename Hash::is_transparent;
  typename Equal::is_transparent;
} && !std::is_same_v<std::remove_cvref_t<Other>, Key>;

/// What unordered_set and unordered_map are: elements one behind the other in the order of insertion, and an index that finds them.
/// KeyOf()(element) is its key.
template <class Element, class KeyOf, class Hash, class Equal>
class HashTable {
 public:
  static constexpr std::size_t none = HashIndex::none;
  static constexpr std::size_t largest = std::numeric_limits<HashIndex::Number>::max();

  HashTable() = default;
  HashTable(std::size_t bucket_count, const Hash& hash, const Equal& equal) : hash_(hash), equal_(equal) {
    if (bucket_count != 0) rehash(bucket_count);
  }

  HashTable(const HashTable&) = default;
  HashTable(HashTable&&) = default;
  /// If it throws, the table is empty: elements and index are assigned one after the other.
  HashTable& operator=(const HashTable& other) try {
    elements_ = other.elements_;
    index_ = other.index_;
    hash_ = other.hash_;
    equal_ = other.equal_;
    return *this;
  } catch (...) {
    clear();
    throw;
  }
  HashTable& operator=(HashTable&&) = default;

  const Hash& hash() const noexcept { return hash_; }
  const Equal& equal() const noexcept { return equal_; }
  const vector<Element>& elements() const noexcept { return elements_; }
  vector<Element>& elements() noexcept { return elements_; }
  std::size_t size() const noexcept { return elements_.size(); }
  std::size_t bucket_count() const noexcept { return index_.bucket_count(); }

  template <class Other>
  std::size_t find(const Other& key) const {
    return elements_.empty() ? none : find_hashed(key, hash_of(key));  // before anything is hashed
  }

  /// The number of the element with that key, which is made with `make(place of an Element)` if there is none. If it throws, nothing has changed.
  template <class Other, class... Arguments>
  std::pair<std::size_t, bool> emplace(const Other& key, Arguments&&... arguments) {
    const std::uint64_t hash = hash_of(key);
    if (const std::size_t found = find_hashed(key, hash); found != none) return {found, false};
    append_hashed(hash, std::forward<Arguments>(arguments)...);
    return {size() - 1, true};
  }

  /// Takes an element away; the last one comes to its place. If moving it throws, the table is empty.
  void erase(std::size_t number) {
    const std::uint64_t hash = hash_of(key_at(number));
    erase_hashed(number, hash, hash_of_last(number, hash));
  }

  /// As erase(), and gives the element to use(element) before. If that throws, the table is empty, too: the element may be half taken.
  template <class Use>
  auto extract(std::size_t number, const Use& use) {
    const std::uint64_t hash = hash_of(key_at(number));
    const std::uint64_t last = hash_of_last(number, hash);
    auto taken = taking([&] { return use(elements_[number]); });
    erase_hashed(number, hash, last);
    return taken;
  }
  /// Takes over what is not there yet. If making room throws, nothing has changed; if a hash or a comparison throws, each element is in one of the two;
  /// if moving one throws, the other table is empty.
  void merge(HashTable& other) {
    reserve(size() + other.size());
    for (std::size_t number = other.size(); number-- != 0;) {
      const auto& key = other.key_at(number);
      const std::uint64_t hash = hash_of(key);
      if (find_hashed(key, hash) != none) continue;
      const std::uint64_t others_hash = other.hash_of(key);
      const std::uint64_t last = other.hash_of_last(number, others_hash);
      other.taking([&] { append_hashed(hash, std::move(other.elements_[number])); });
      other.erase_hashed(number, others_hash, last);
    }
  }
  /// A range, whose order is kept behind it. If it throws, the table is empty.
  void erase(std::size_t first, std::size_t last) {
    if (last - first == 1) return erase(first);
    if (first == last) return;
    rebuilding(
        [&] { elements_.erase(elements_.begin() + static_cast<std::ptrdiff_t>(first), elements_.begin() + static_cast<std::ptrdiff_t>(last)); });
  }

  template <class Predicate>
  std::size_t erase_if(const Predicate& predicate) {
    const std::size_t before = size();
    rebuilding([&] { carry::erase_if(elements_, predicate); });
    return before - size();
  }

  void clear() noexcept {
    elements_.clear();
    index_.clear();
  }

  void rehash(std::size_t bucket_count) {
    if (bucket_count > HashIndex::most_buckets) throw std::length_error("carry: an unordered container has at most 2^33 buckets");
    grow_for(std::max(size(), bucket_count == 0 ? 0 : HashIndex::room(std::bit_ceil(std::max<std::size_t>(bucket_count, 8)))));
  }
  void reserve(std::size_t count) {
    if (count > index_.room()) grow_for(count);
    elements_.reserve(count);
  }

  void swap(HashTable& other) noexcept {
    elements_.swap(other.elements_);
    std::swap(index_, other.index_);
    std::ranges::swap(hash_, other.hash_);
    std::ranges::swap(equal_, other.equal_);
  }

 private:
  template <class Other>
  std::uint64_t hash_of(const Other& key) const {
    if constexpr (spreads_hashes<Hash>) return hash_(key);
    else return spread(hash_(key));  // the index looks at the topmost bits
  }

  const auto& key_at(std::size_t number) const { return KeyOf()(elements_[number]); }

  std::uint64_t hash_of_last(std::size_t number, std::uint64_t hash) const { return number == size() - 1 ? hash : hash_of(key_at(size() - 1)); }

  /// If it throws, nothing has changed.
  template <class... Arguments>
  void append_hashed(std::uint64_t hash, Arguments&&... arguments) {
    if (size() == index_.room()) grow_for(size() + 1);
    elements_.emplace_back(std::forward<Arguments>(arguments)...);
    index_.insert(hash, static_cast<HashIndex::Number>(size() - 1));
  }

  void erase_hashed(std::size_t number, std::uint64_t hash, std::uint64_t hash_of_last) {
    const std::size_t last = size() - 1;
    index_.erase(hash, static_cast<HashIndex::Number>(number));
    if (number != last) {
      try {
        elements_[number] = std::move(elements_[last]);
      } catch (...) {
        clear();
        throw;
      }
      index_.renumber(hash_of_last, static_cast<HashIndex::Number>(last), static_cast<HashIndex::Number>(number));
    }
    elements_.pop_back();
  }

  template <class Other>
  std::size_t find_hashed(const Other& key, std::uint64_t hash) const {
    if (elements_.empty()) return none;
    const Element* const elements = elements_.data();
    return index_.find(hash, [&](HashIndex::Number number) { return equal_(KeyOf()(elements[number]), key); });
  }

  void grow_for(std::size_t count) {
    if (count > largest) throw std::length_error("carry: an unordered container has at most 2^32 - 1 elements");
    index_ = HashIndex::make(count, size(), [this](std::size_t number) { return hash_of(key_at(number)); });
  }

  template <class Take>
  auto taking(const Take& take) try {
    return take();
  } catch (...) {
    clear();
    throw;
  }

  template <class Change>
  void rebuilding(const Change& change) try {
    change();
    index_.clear();
    for (std::size_t i = 0; i != size(); ++i) index_.insert(hash_of(key_at(i)), static_cast<HashIndex::Number>(i));
  } catch (...) {
    clear();
    throw;
  }

  vector<Element> elements_;
  HashIndex index_;
  [[no_unique_address]] Hash hash_;
  [[no_unique_address]] Equal equal_;
};

}  // namespace carry::detail
