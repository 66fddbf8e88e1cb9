#pragma once

// What flat_set and flat_map share: the tag, and the search.

#include <carry/container/detail/text_comparison.h>
#include <carry/memory/shm_safe.h>

#include <cstddef>
#include <functional>
#include <iterator>
#include <string_view>
#include <type_traits>
#include <utility>
#include <version>

#if defined(__cpp_lib_flat_map) || defined(__cpp_lib_flat_set)
#include <flat_set>
#endif

namespace carry {

#if defined(__cpp_lib_flat_map) || defined(__cpp_lib_flat_set)
using std::sorted_unique;
using std::sorted_unique_t;
#else
/// Says that what a flat container is made of is in order already, without equal keys.
struct sorted_unique_t {
  explicit sorted_unique_t() = default;
};
inline constexpr sorted_unique_t sorted_unique{};
#endif

namespace detail {

/// A comparison that takes other types than the key.
template <class Compare>
concept Transparent = requires { typename Compare::is_transparent; };

/// What is not a key, but may be looked up, because the comparison is transparent.
template <class Other, class Key, class Compare>
concept Lookup = Transparent<Compare> && !std::is_same_v<std::remove_cvref_t<Other>, Key>;

/// The first of `count` sorted keys that is not before `key`: O(log count). Numbers are halved without a branch, so that the cost does not depend on how
/// well a processor guesses; of keys that lead to other memory it is better to guess, and to load that of the next one meanwhile.
template <class Key, class Other, class Compare>
const Key* lower_bound(const Key* first, std::size_t count, const Other& key, const Compare& before) {
  if (count == 0) return first;
  while (count > 1) {
    const std::size_t half = count / 2;
    const Key* const middle = first + half;
    if constexpr (std::is_scalar_v<Key>) {
      const bool is_before = before(middle[-1], key);
      first = is_before ? middle : first;  // a conditional move: both are known already
    } else {
      if (before(middle[-1], key)) first = middle;
    }
    count -= half;
  }
  return first + (before(*first, key) ? 1 : 0);
}

/// The first that is behind `key`.
template <class Key, class Other, class Compare>
const Key* upper_bound(const Key* first, std::size_t count, const Other& key, const Compare& before) {
  return lower_bound(first, count, key, [&before](const Key& element, const Other& k) { return !before(k, element); });
}

/// A comparison that is known to be <, of which == is what it should be.
template <class Compare, class Key>
concept Less = std::is_same_v<Compare, std::less<Key>> || std::is_same_v<Compare, std::less<>>;

/// What a comparison is asked with: text as a view, whose length and place are found once and not at every step.
template <class Key, class Compare, class Other>
decltype(auto) sought(const Other& key) {
  if constexpr (Text<Key> && Text<Other> && Less<Compare, Key>) return std::string_view(key);
  else return (key);
}

/// The comparison for what is sought.
template <class Key, class Compare, class Other>
decltype(auto) comparison_for(const Compare& compare) {
  if constexpr (Text<Key> && Text<Other> && Less<Compare, Key>) {
    return [](std::string_view left, std::string_view right) { return order_of(left, right) < 0; };
  } else {
    return (compare);
  }
}

/// Compares keys in other processes, too: without state, or with a state that may lie in shared memory.
template <class Compare>
concept SharedCompare = std::is_object_v<Compare> && shm_safe<Compare>;

/// What flat_set and flat_map have in common: lookups, by Key and with a transparent comparison by what compares with one, and the derived iterators.
/// `Flat` gives key_data(), compare(), size(), begin() and end().
template <class Flat, class Key, class Compare>
class FlatInterface {
 public:
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  auto rbegin() noexcept { return std::reverse_iterator(flat().end()); }
  auto rbegin() const noexcept { return std::reverse_iterator(flat().end()); }
  auto rend() noexcept { return std::reverse_iterator(flat().begin()); }
  auto rend() const noexcept { return std::reverse_iterator(flat().begin()); }
  auto cbegin() const noexcept { return flat().begin(); }
  auto cend() const noexcept { return flat().end(); }
  auto crbegin() const noexcept { return rbegin(); }
  auto crend() const noexcept { return rend(); }

  auto find(const Key& key) { return at(find_index(key)); }
  auto find(const Key& key) const { return at(find_index(key)); }
  auto find(const Lookup<Key, Compare> auto& key) { return at(find_index(key)); }
  auto find(const Lookup<Key, Compare> auto& key) const { return at(find_index(key)); }
  bool contains(const Key& key) const { return find_index(key) != size(); }
  bool contains(const Lookup<Key, Compare> auto& key) const { return find_index(key) != size(); }
  std::size_t count(const Key& key) const { return contains(key) ? 1 : 0; }
  std::size_t count(const Lookup<Key, Compare> auto& key) const { return upper_index(key) - lower_index(key); }
  auto lower_bound(const Key& key) { return at(lower_index(key)); }
  auto lower_bound(const Key& key) const { return at(lower_index(key)); }
  auto lower_bound(const Lookup<Key, Compare> auto& key) { return at(lower_index(key)); }
  auto lower_bound(const Lookup<Key, Compare> auto& key) const { return at(lower_index(key)); }
  auto upper_bound(const Key& key) { return at(upper_index(key)); }
  auto upper_bound(const Key& key) const { return at(upper_index(key)); }
  auto upper_bound(const Lookup<Key, Compare> auto& key) { return at(upper_index(key)); }
  auto upper_bound(const Lookup<Key, Compare> auto& key) const { return at(upper_index(key)); }
  auto equal_range(const Key& key) { return std::pair(lower_bound(key), upper_bound(key)); }
  auto equal_range(const Key& key) const { return std::pair(lower_bound(key), upper_bound(key)); }
  auto equal_range(const Lookup<Key, Compare> auto& key) { return std::pair(lower_bound(key), upper_bound(key)); }
  auto equal_range(const Lookup<Key, Compare> auto& key) const { return std::pair(lower_bound(key), upper_bound(key)); }

 protected:
  FlatInterface() = default;
  ~FlatInterface() = default;
  FlatInterface(const FlatInterface&) = default;
  FlatInterface& operator=(const FlatInterface&) = default;

  template <class Other>
  std::size_t lower_index(const Other& key) const {
    const Key* const first = flat().key_data();
    return static_cast<std::size_t>(detail::lower_bound(first, size(), sought<Key, Compare>(key), comparison<Other>()) - first);
  }
  template <class Other>
  std::size_t upper_index(const Other& key) const {
    const Key* const first = flat().key_data();
    return static_cast<std::size_t>(detail::upper_bound(first, size(), sought<Key, Compare>(key), comparison<Other>()) - first);
  }
  /// Whether the key stands at its lower_index().
  template <class Other>
  bool is_at(std::size_t index, const Other& key) const {
    if (index == size()) return false;
    const Key& here = flat().key_data()[index];
    if constexpr (Less<Compare, Key> && std::is_arithmetic_v<Key> && std::is_same_v<Other, Key>) {
      return here == key;
    } else if constexpr (Less<Compare, Key> && Text<Key> && Text<Other>) {
      return are_equal(std::string_view(here), std::string_view(key));
    } else {
      return !flat().compare()(key, here);
    }
  }
  /// size() if it is not there.
  template <class Other>
  std::size_t find_index(const Other& key) const {
    const std::size_t index = lower_index(key);
    return is_at(index, key) ? index : size();
  }

 private:
  template <class Other>
  decltype(auto) comparison() const {
    return comparison_for<Key, Compare, Other>(flat().compare());
  }
  Flat& flat() noexcept { return static_cast<Flat&>(*this); }
  const Flat& flat() const noexcept { return static_cast<const Flat&>(*this); }
  std::size_t size() const noexcept { return flat().size(); }
  auto at(std::size_t index) { return flat().begin() + static_cast<std::ptrdiff_t>(index); }
  auto at(std::size_t index) const { return flat().begin() + static_cast<std::ptrdiff_t>(index); }
};

}  // namespace detail

}  // namespace carry
