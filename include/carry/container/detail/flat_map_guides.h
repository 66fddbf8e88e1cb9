#pragma once

// How the arguments of carry::flat_map's constructors are deduced. Included by it.

#include <carry/container/detail/pair_types.h>
#include <carry/container/flat_map.h>

#include <functional>
#include <initializer_list>
#include <iterator>
#include <ranges>
#include <utility>

namespace carry {

template <class Key, class T, class Compare = std::less<Key>>
flat_map(vector<Key>, vector<T>, Compare = Compare()) -> flat_map<Key, T, Compare>;
template <class Key, class T, class Compare = std::less<Key>>
flat_map(sorted_unique_t, vector<Key>, vector<T>, Compare = Compare()) -> flat_map<Key, T, Compare>;
template <std::input_iterator Iterator, class Compare = std::less<detail::KeyOf<std::iter_value_t<Iterator>>>>
flat_map(Iterator, Iterator, Compare = Compare())
    -> flat_map<detail::KeyOf<std::iter_value_t<Iterator>>, detail::MappedOf<std::iter_value_t<Iterator>>, Compare>;
template <std::input_iterator Iterator, class Compare = std::less<detail::KeyOf<std::iter_value_t<Iterator>>>>
flat_map(sorted_unique_t, Iterator, Iterator, Compare = Compare())
    -> flat_map<detail::KeyOf<std::iter_value_t<Iterator>>, detail::MappedOf<std::iter_value_t<Iterator>>, Compare>;
template <std::ranges::input_range Range, class Compare = std::less<detail::KeyOf<std::ranges::range_value_t<Range>>>>
flat_map(detail::from_range_t, Range&&, Compare = Compare())
    -> flat_map<detail::KeyOf<std::ranges::range_value_t<Range>>, detail::MappedOf<std::ranges::range_value_t<Range>>, Compare>;
template <class Key, class T, class Compare = std::less<Key>>
flat_map(std::initializer_list<std::pair<Key, T>>, Compare = Compare()) -> flat_map<Key, T, Compare>;
template <class Key, class T, class Compare = std::less<Key>>
flat_map(sorted_unique_t, std::initializer_list<std::pair<Key, T>>, Compare = Compare()) -> flat_map<Key, T, Compare>;

}  // namespace carry
