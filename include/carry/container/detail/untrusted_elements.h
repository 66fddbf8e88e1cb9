#pragma once

// Where the elements of another process's containers are, if they are where they may be. Nothing: no carry writes such a container.
//
// The layouts are said, and held by static assertions, where the containers' storages are.

#include <carry/container/detail/structures.h>
#include <carry/container/detail/untrusted_memory.h>
#include <carry/container/fixed_string.h>
#include <carry/container/fixed_vector.h>
#include <carry/container/flat_map.h>
#include <carry/container/flat_set.h>
#include <carry/container/list.h>
#include <carry/container/string.h>
#include <carry/container/unordered_map.h>
#include <carry/container/unordered_set.h>
#include <carry/container/vector.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace carry::detail {

/// Elements that can be read, one behind the other.
template <class T>
struct Elements {
  const T* first = nullptr;
  std::size_t count = 0;
};

template <class T>
std::optional<Elements<T>> elements_of(const UntrustedMemory& memory, const vector<T>* whole) noexcept {
  static_assert(sizeof(vector<T>) == 24);
  const auto offset = load_once<std::uint64_t>(whole, 0);
  const auto count = load_once<std::uint64_t>(whole, 8);
  if (count == 0) return Elements<T>();
  const T* const first = memory.find<T>(address_of(whole) + static_cast<std::uintptr_t>(offset), count);
  if (first == nullptr) return std::nullopt;
  return Elements<T>{first, static_cast<std::size_t>(count)};
}

template <class T, std::size_t most>
std::optional<Elements<T>> elements_of(const UntrustedMemory&, const fixed_vector<T, most>* whole) noexcept {
  const auto count = load_once<std::uint32_t>(whole);
  if (count > most) return std::nullopt;
  return Elements<T>{whole->data(), count};
}

template <class Character, class Traits>
std::optional<Elements<Character>> elements_of(const UntrustedMemory& memory, const basic_string<Character, Traits>* whole) noexcept {
  static_assert(sizeof(basic_string<Character, Traits>) == 24);
  const auto last = load_once<std::uint64_t>(whole, 16);
  const bool is_long = last >> 63 != 0;
  const auto offset = is_long ? load_once<std::uint64_t>(whole, 0) : 0;
  const auto count = is_long ? load_once<std::uint64_t>(whole, 8) : last >> (64 - 8 * sizeof(Character));
  if (!is_long && count > StringStorage<Character>::short_capacity) return std::nullopt;
  const auto* const first = memory.find<Character>(address_of(whole) + static_cast<std::uintptr_t>(offset), count);
  if (first == nullptr) return std::nullopt;
  return Elements<Character>{first, static_cast<std::size_t>(count)};
}

template <class Character, std::size_t most, class Traits>
std::optional<Elements<Character>> elements_of(const UntrustedMemory&, const basic_fixed_string<Character, most, Traits>* whole) noexcept {
  const auto count = load_once<std::uint32_t>(whole);
  if (count > most) return std::nullopt;
  return Elements<Character>{whole->data(), count};
}

/// The keys of a flat_set, and the elements of an unordered container, are a vector at the beginning.
template <class T, class Container>
std::optional<Elements<T>> elements_at_the_beginning(const UntrustedMemory& memory, const Container* whole) noexcept {
  static_assert(sizeof(Container) >= sizeof(vector<T>) && alignof(Container) == alignof(vector<T>));
  return elements_of(memory, reinterpret_cast<const vector<T>*>(whole));
}

template <class Key, class Compare>
auto elements_of(const UntrustedMemory& memory, const flat_set<Key, Compare>* whole) noexcept {
  return elements_at_the_beginning<Key>(memory, whole);
}
template <class Key, class Hash, class Equal>
auto elements_of(const UntrustedMemory& memory, const unordered_set<Key, Hash, Equal>* whole) noexcept {
  return elements_at_the_beginning<Key>(memory, whole);
}
template <class Key, class T, class Hash, class Equal>
auto elements_of(const UntrustedMemory& memory, const unordered_map<Key, T, Hash, Equal>* whole) noexcept {
  static_assert(sizeof(MapElement<Key, T>) == sizeof(std::pair<const Key, T>));
  return elements_at_the_beginning<std::pair<const Key, T>>(memory, whole);
}

/// As many values as keys.
template <class Key, class T>
struct KeysAndValues {
  Elements<Key> keys;
  Elements<T> values;
};
template <class Key, class T, class Compare>
std::optional<KeysAndValues<Key, T>> elements_of(const UntrustedMemory& memory, const flat_map<Key, T, Compare>* whole) noexcept {
  static_assert(sizeof(flat_map<Key, T, Compare>) >= 48 && alignof(flat_map<Key, T, Compare>) == 8);
  const auto* const both = reinterpret_cast<const vector<Key>*>(whole);
  const auto keys = elements_of(memory, both);
  const auto values = elements_of(memory, reinterpret_cast<const vector<T>*>(both + 1));
  if (!keys || !values || keys->count != values->count) return std::nullopt;
  return KeysAndValues<Key, T>{*keys, *values};
}

/// Goes through a list as long as it is sound: each(value) for as many elements as it says it has, which have to lead back to it. False if they do not.
template <class T, class Each>
bool each_of(const UntrustedMemory& memory, const list<T>* whole, Each&& each) {
  static_assert(sizeof(list<T>) == 24 && sizeof(ListLink) == 16);
  const auto link_behind = [](std::uintptr_t link) {
    return link + static_cast<std::uintptr_t>(load_once<std::uint64_t>(reinterpret_cast<const void*>(link), 8));
  };
  const auto count = load_once<std::uint64_t>(whole, 16);
  const std::uintptr_t root = address_of(whole);
  std::uintptr_t link = link_behind(root);
  for (std::uint64_t i = 0; i != count; ++i) {
    const auto* const node = memory.find<ListNode<T>>(link, 1);
    if (node == nullptr || link == root) return false;
    each(&node->value);
    link = link_behind(link);
  }
  return link == root;
}

}  // namespace carry::detail
