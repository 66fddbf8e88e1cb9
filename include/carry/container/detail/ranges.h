#pragma once

#include <compare>
#include <concepts>
#include <iterator>
#include <ranges>
#include <utility>
#include <version>

namespace carry::detail {

#if defined(__cpp_lib_containers_ranges)
using std::from_range_t;
#else
/// What the standard's from_range is where the standard library has none yet: carry::from_range.
struct from_range_t {
  explicit from_range_t() = default;
};
#endif

/// A range whose elements a container of T can be made of.
template <class Range, class T>
concept ContainerCompatibleRange = std::ranges::input_range<Range> && std::convertible_to<std::ranges::range_reference_t<Range>, T>;

/// Elements that are such T one behind the other.
template <class Range, class T>
concept ContiguousRangeOf =
    std::ranges::contiguous_range<Range> && std::ranges::sized_range<Range> && std::same_as<std::ranges::range_value_t<Range>, T>;

/// An iterator of a container of T, and never a literal 0, which would be a pointer too.
template <class P, class T>
concept Position = std::same_as<P, T*> || std::same_as<P, const T*>;

/// Calls use(first, last) with what std::ranges::begin() and end() give.
template <class Range, class Use>
void with_iterators(Range& range, Use use) {
  use(std::ranges::begin(range), std::ranges::end(range));
}

template <class T>
concept LessComparable = requires(const T& left, const T& right) {
  { left < right } -> std::convertible_to<bool>;
};

template <class T>
concept Ordered = std::three_way_comparable<T> || LessComparable<T>;

/// The standard's synth-three-way: <=> where the type has it, else two comparisons by <.
struct SynthesizedThreeWay {
  template <class T>
    requires Ordered<T>
  constexpr auto operator()(const T& left, const T& right) const {
    if constexpr (std::three_way_comparable<T>) {
      return left <=> right;
    } else {
      if (left < right) return std::weak_ordering::less;
      return right < left ? std::weak_ordering::greater : std::weak_ordering::equivalent;
    }
  }
};

template <class T>
using ThreeWayResult = decltype(SynthesizedThreeWay()(std::declval<const T&>(), std::declval<const T&>()));

}  // namespace carry::detail

namespace carry {

/// Says that a container is to be made of a range: `vector<int>(carry::from_range, range)`.
inline constexpr detail::from_range_t from_range{};

}  // namespace carry
