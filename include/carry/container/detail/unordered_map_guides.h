#pragma once

// How the arguments of carry::unordered_map's constructors are deduced. Included by it.

#include <carry/container/detail/pair_types.h>
#include <carry/container/unordered_map.h>

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <ranges>
#include <utility>

namespace carry {

template <std::input_iterator Iterator, class Key = detail::KeyOf<std::iter_value_t<Iterator>>, class Hash = hash<Key>,
          class Equal = std::equal_to<Key>>
unordered_map(Iterator, Iterator, std::size_t = 0, Hash = Hash(), Equal = Equal())
    -> unordered_map<Key, detail::MappedOf<std::iter_value_t<Iterator>>, Hash, Equal>;
template <std::ranges::input_range Range, class Key = detail::KeyOf<std::ranges::range_value_t<Range>>, class Hash = hash<Key>,
          class Equal = std::equal_to<Key>>
unordered_map(detail::from_range_t, Range&&, std::size_t = 0, Hash = Hash(), Equal = Equal())
    -> unordered_map<Key, detail::MappedOf<std::ranges::range_value_t<Range>>, Hash, Equal>;
template <class Key, class T, class Hash = hash<Key>, class Equal = std::equal_to<Key>>
unordered_map(std::initializer_list<std::pair<Key, T>>, std::size_t = 0, Hash = Hash(), Equal = Equal()) -> unordered_map<Key, T, Hash, Equal>;

}  // namespace carry
