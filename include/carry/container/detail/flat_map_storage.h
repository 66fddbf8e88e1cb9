#pragma once

#include <carry/container/vector.h>

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace carry::detail {

/// Compares elements of a flat_map by their keys.
template <class Element, class Compare>
class FlatMapValueCompare {
 public:
  explicit FlatMapValueCompare(const Compare& before) : before_(before) {}
  bool operator()(const Element& left, const Element& right) const { return before_(left.first, right.first); }

 private:
  [[no_unique_address]] Compare before_;
};

/// The keys and values of a flat_map, and what changes both of them: as many of the ones as of the others, whatever throws.
template <class Key, class T, class Compare>
struct FlatMapStorage {
  using Element = std::pair<Key, T>;
  static constexpr bool moves_throw = !std::is_nothrow_move_constructible_v<Key> || !std::is_nothrow_move_assignable_v<Key> ||
                                      !std::is_nothrow_move_constructible_v<T> || !std::is_nothrow_move_assignable_v<T>;

  vector<Key> keys;
  vector<T> values;
  [[no_unique_address]] Compare before;

  std::size_t size() const noexcept { return keys.size(); }
  void clear() noexcept {
    keys.clear();
    values.clear();
  }

  /// Puts an element there. If it throws, all is as it was where moves do not throw, and else nothing is left.
  template <class K, class... Arguments>
  void emplace_at(std::size_t index, K&& key, Arguments&&... arguments) {
    const auto place = static_cast<std::ptrdiff_t>(index);
    T value(std::forward<Arguments>(arguments)...);  // First: it may be made of a key of this map, which moves then.
    bool has_key = false;
    try {
      keys.emplace(keys.begin() + place, std::forward<K>(key));
      has_key = true;
      values.emplace(values.begin() + place, std::move(value));
    } catch (...) {
      if (moves_throw) clear();
      else if (has_key) keys.erase(keys.begin() + place);
      throw;
    }
  }

  void erase(std::ptrdiff_t first, std::ptrdiff_t last) {
    try {
      keys.erase(keys.begin() + first, keys.begin() + last);
      values.erase(values.begin() + first, values.begin() + last);
    } catch (...) {
      clear();  // Only moves throw here.
      throw;
    }
  }

  template <class Predicate>
  std::size_t erase_where(Predicate& predicate) try {
    std::size_t kept = 0;
    for (std::size_t i = 0; i != size(); ++i) {
      if (predicate(std::pair<const Key&, const T&>(keys[i], values[i]))) continue;
      if (kept != i) {
        keys[kept] = std::move(keys[i]);
        values[kept] = std::move(values[i]);
      }
      ++kept;
    }
    const std::size_t count = size() - kept;
    erase(static_cast<std::ptrdiff_t>(kept), static_cast<std::ptrdiff_t>(size()));
    return count;
  } catch (...) {
    clear();
    throw;
  }

  /// Adds elements in any order; of equal keys the first stays. Sorted in ordinary memory. If it throws, the map is empty.
  template <class Range>
  void add(Range&& range) try {
    std::vector<Element> all;
    all.reserve(size());
    for (std::size_t i = 0; i != size(); ++i) all.emplace_back(std::move(keys[i]), std::move(values[i]));
    const auto sorted = static_cast<std::ptrdiff_t>(size());
    clear();
    for (auto&& element : range) all.emplace_back(std::forward<decltype(element)>(element));
    const auto is_before = [this](const Element& left, const Element& right) { return before(left.first, right.first); };
    std::stable_sort(all.begin() + sorted, all.end(), is_before);
    std::inplace_merge(all.begin(), all.begin() + sorted, all.end(), is_before);
    const auto is_equal = [this](const Element& left, const Element& right) { return !before(left.first, right.first); };
    all.erase(std::unique(all.begin(), all.end(), is_equal), all.end());
    keys.reserve(all.size());
    values.reserve(all.size());
    for (Element& element : all) {
      keys.push_back(std::move(element.first));
      values.push_back(std::move(element.second));
    }
  } catch (...) {
    clear();
    throw;
  }
};

}  // namespace carry::detail
