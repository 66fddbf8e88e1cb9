#pragma once

// What containers are made of. Declares them all, so that who describes a message needs none of their headers.

#include <carry/memory/detail/structure.h>

#include <cstddef>
#include <functional>
#include <string>

namespace carry {

template <class T>
struct hash;
template <class T>
class vector;
template <class T>
class list;
template <class T, std::size_t most>
class fixed_vector;
template <class Character, class Traits>
class basic_string;
template <class Character, std::size_t most, class Traits>
class basic_fixed_string;
template <class Key, class Compare>
class flat_set;
template <class Key, class T, class Compare>
class flat_map;
template <class Key, class Hash, class Equal>
class unordered_set;
template <class Key, class T, class Hash, class Equal>
class unordered_map;

namespace detail {

template <class T>
inline constexpr auto structure_of<vector<T>> = MadeOf<T>{"vector"};
template <class T>
inline constexpr auto structure_of<list<T>> = MadeOf<T>{"list"};
template <class T, std::size_t most>
inline constexpr auto structure_of<fixed_vector<T, most>> = MadeOf<T, Number<most>>{"fixed_vector"};
template <>
inline constexpr auto structure_of<basic_string<char, std::char_traits<char>>> = MadeOf<>{"string"};
template <class Character, class Traits>
inline constexpr auto structure_of<basic_string<Character, Traits>> =
    MadeOf<Character, Behaviour<Traits, std::char_traits<Character>>>{"basic_string"};
template <std::size_t most>
inline constexpr auto structure_of<basic_fixed_string<char, most, std::char_traits<char>>> = MadeOf<Number<most>>{"fixed_string"};
template <class Character, std::size_t most, class Traits>
inline constexpr auto structure_of<basic_fixed_string<Character, most, Traits>> =
    MadeOf<Character, Number<most>, Behaviour<Traits, std::char_traits<Character>>>{"basic_fixed_string"};
template <class Key, class Compare>
inline constexpr auto structure_of<flat_set<Key, Compare>> = MadeOf<Key, Behaviour<Compare, std::less<Key>>>{"flat_set"};
template <class Key, class T, class Compare>
inline constexpr auto structure_of<flat_map<Key, T, Compare>> = MadeOf<Key, T, Behaviour<Compare, std::less<Key>>>{"flat_map"};
template <class Key, class Hash, class Equal>
inline constexpr auto structure_of<unordered_set<Key, Hash, Equal>> =
    MadeOf<Key, Behaviour<Hash, hash<Key>>, Behaviour<Equal, std::equal_to<Key>>>{"unordered_set"};
template <class Key, class T, class Hash, class Equal>
inline constexpr auto structure_of<unordered_map<Key, T, Hash, Equal>> =
    MadeOf<Key, T, Behaviour<Hash, hash<Key>>, Behaviour<Equal, std::equal_to<Key>>>{"unordered_map"};

}  // namespace detail

}  // namespace carry
