#pragma once

#include <tuple>
#include <type_traits>

namespace carry::detail {

// What a map made of such pairs holds.
template <class Pair>
using KeyOf = std::remove_cvref_t<std::tuple_element_t<0, Pair>>;
template <class Pair>
using MappedOf = std::remove_cvref_t<std::tuple_element_t<1, Pair>>;

}  // namespace carry::detail
