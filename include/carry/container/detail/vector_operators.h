#pragma once

// What belongs to carry::vector beside its members: deduction, comparison, erasure. Included by it.

#include <carry/container/vector.h>

#include <algorithm>
#include <compare>
#include <cstddef>
#include <iterator>
#include <ranges>
#include <utility>

namespace carry {

template <std::input_iterator Iterator>
vector(Iterator, Iterator, allocator<std::iter_value_t<Iterator>> = {}) -> vector<std::iter_value_t<Iterator>>;
template <std::ranges::input_range Range>
vector(detail::from_range_t, Range&&, allocator<std::ranges::range_value_t<Range>> = {}) -> vector<std::ranges::range_value_t<Range>>;

/// Not constrained, so that a class may hold vectors of itself and default its ==. O(n), O(1) for different sizes.
template <class T>
bool operator==(const vector<T>& left, const vector<T>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end());
}

/// Lexicographical, by the elements' <=>, or their < where they have no <=>. O(n).
template <class T>
auto operator<=>(const vector<T>& left, const vector<T>& right) -> detail::ThreeWayResult<T> {
  return std::lexicographical_compare_three_way(left.begin(), left.end(), right.begin(), right.end(), detail::SynthesizedThreeWay());
}

/// Erases all elements for which the predicate holds. Returns how many.
template <class T, class Predicate>
std::size_t erase_if(vector<T>& values, Predicate predicate) {
  const auto kept = std::remove_if(values.begin(), values.end(), std::move(predicate));
  const auto count = static_cast<std::size_t>(values.end() - kept);
  values.erase(kept, values.end());
  return count;
}

/// Erases all elements equal to `value`. Returns how many.
template <class T, class U = T>
std::size_t erase(vector<T>& values, const U& value) {
  return erase_if(values, [&value](const T& element) { return element == value; });
}

}  // namespace carry
