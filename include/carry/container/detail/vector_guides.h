#pragma once

// What belongs to carry::vector beside its members: deduction. Included by it.

#include <carry/container/vector.h>

#include <iterator>
#include <ranges>

namespace carry {

template <std::input_iterator Iterator>
vector(Iterator, Iterator, allocator<std::iter_value_t<Iterator>> = {}) -> vector<std::iter_value_t<Iterator>>;
template <std::ranges::input_range Range>
vector(detail::from_range_t, Range&&, allocator<std::ranges::range_value_t<Range>> = {}) -> vector<std::ranges::range_value_t<Range>>;

}  // namespace carry
