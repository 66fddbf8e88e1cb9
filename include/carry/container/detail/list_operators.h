#pragma once

// What belongs to carry::list beside its members: deduction, comparison, erasure. Included by it.

#include <carry/container/detail/ranges.h>
#include <carry/container/list.h>

#include <algorithm>
#include <compare>
#include <cstddef>
#include <iterator>
#include <ranges>
#include <utility>

namespace carry {

template <std::input_iterator Iterator>
list(Iterator, Iterator, allocator<std::iter_value_t<Iterator>> = {}) -> list<std::iter_value_t<Iterator>>;
template <std::ranges::input_range Range>
list(detail::from_range_t, Range&&, allocator<std::ranges::range_value_t<Range>> = {}) -> list<std::ranges::range_value_t<Range>>;

/// Not constrained, so that a class may hold lists of itself and default its ==. O(n), O(1) for different sizes.
template <class T>
bool operator==(const list<T>& left, const list<T>& right) {
  return left.size() == right.size() && std::equal(left.begin(), left.end(), right.begin());
}

/// Lexicographical, by the elements' <=>, or their < where they have no <=>. O(n).
template <class T>
auto operator<=>(const list<T>& left, const list<T>& right) -> detail::ThreeWayResult<T> {
  return std::lexicographical_compare_three_way(left.begin(), left.end(), right.begin(), right.end(), detail::SynthesizedThreeWay());
}

/// Erases all elements for which the predicate holds. Returns how many.
template <class T, class Predicate>
std::size_t erase_if(list<T>& values, Predicate predicate) {
  return values.remove_if(std::move(predicate));
}

/// Erases all elements equal to `value`. Returns how many.
template <class T, class U = T>
std::size_t erase(list<T>& values, const U& value) {
  return values.remove_if([&value](const T& element) { return element == value; });
}

}  // namespace carry
