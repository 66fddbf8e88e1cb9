#pragma once

// What belongs to carry's vectors beside their members: comparison, erasure. Included by them.

#include <carry/container/detail/ranges.h>
#include <carry/container/detail/vector_interface.h>

#include <algorithm>
#include <compare>
#include <cstddef>
#include <utility>

namespace carry {

/// Not constrained, so that a class may hold vectors of itself and default its ==. O(n), O(1) for different sizes.
template <class T, class Storage>
bool operator==(const detail::VectorInterface<T, Storage>& left, const detail::VectorInterface<T, Storage>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end());
}

/// Lexicographical, by the elements' <=>, or their < where they have no <=>. O(n).
template <class T, class Storage>
auto operator<=>(const detail::VectorInterface<T, Storage>& left, const detail::VectorInterface<T, Storage>& right) -> detail::ThreeWayResult<T> {
  return std::lexicographical_compare_three_way(left.begin(), left.end(), right.begin(), right.end(), detail::SynthesizedThreeWay());
}

/// Erases all elements for which the predicate holds. Returns how many.
template <class T, class Storage, class Predicate>
std::size_t erase_if(detail::VectorInterface<T, Storage>& values, Predicate predicate) {
  const auto kept = std::remove_if(values.begin(), values.end(), std::move(predicate));
  const auto count = static_cast<std::size_t>(values.end() - kept);
  values.erase(kept, values.end());
  return count;
}

/// Erases all elements equal to `value`. Returns how many.
template <class T, class Storage, class U = T>
std::size_t erase(detail::VectorInterface<T, Storage>& values, const U& value) {
  return erase_if(values, [&value](const T& element) { return element == value; });
}

}  // namespace carry
