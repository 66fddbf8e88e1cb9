#pragma once

// How containers of another process are copied, to this process's own dynamic buffer.

#include <carry/container/detail/copying.h>
#include <carry/container/detail/untrusted_elements.h>

#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace carry::detail {

/// A comparison or hash that needs nothing from the other process.
template <class Function>
concept Stateless = std::is_empty_v<Function> && std::default_initializable<Function>;

template <class T>
vector<T> copy_of_elements(Copying& copying, const Elements<T>& elements) {
  const Copying::Level level(copying);
  copying.take(elements.count, sizeof(T));
  if constexpr (any_bits<T>) {
    return vector<T>(elements.first, elements.first + elements.count);
  } else {
    vector<T> made;
    made.reserve(elements.count);
    for (std::size_t i = 0; i != elements.count; ++i) made.push_back(copy_of(copying, elements.first + i));
    return made;
  }
}

template <class T>
struct CopyOf<vector<T>> {
  static constexpr bool is_special = true;
  static vector<T> make(Copying& copying, const vector<T>* from) {
    return copy_of_elements(copying, Copying::sound(elements_of(copying.memory(), from)));
  }
};

template <class T, std::size_t most>
struct CopyOf<fixed_vector<T, most>> {
  static constexpr bool is_special = true;
  static fixed_vector<T, most> make(Copying& copying, const fixed_vector<T, most>* from) {
    const auto elements = Copying::sound(elements_of(copying.memory(), from));
    fixed_vector<T, most> made;
    for (std::size_t i = 0; i != elements.count; ++i) made.unchecked_push_back(copy_of(copying, elements.first + i));
    return made;
  }
};

template <class T>
struct CopyOf<list<T>> {
  static constexpr bool is_special = true;
  static list<T> make(Copying& copying, const list<T>* from) {
    const Copying::Level level(copying);
    list<T> made;
    Copying::require(each_of(copying.memory(), from, [&](const T* value) {
      copying.take(1, sizeof(ListNode<T>));
      made.push_back(copy_of(copying, value));
    }));
    return made;
  }
};

template <class Character, class Traits>
struct CopyOf<basic_string<Character, Traits>> {
  static constexpr bool is_special = true;
  static basic_string<Character, Traits> make(Copying& copying, const basic_string<Character, Traits>* from) {
    const auto text = Copying::sound(elements_of(copying.memory(), from));
    copying.take(text.count, sizeof(Character));
    return basic_string<Character, Traits>(text.first, text.count);
  }
};

template <class Character, std::size_t most, class Traits>
struct CopyOf<basic_fixed_string<Character, most, Traits>> {
  static constexpr bool is_special = true;
  static basic_fixed_string<Character, most, Traits> make(Copying& copying, const basic_fixed_string<Character, most, Traits>* from) {
    const auto text = Copying::sound(elements_of(copying.memory(), from));
    return basic_fixed_string<Character, most, Traits>(text.first, text.count);
  }
};

/// In order, without equal keys: whoever looks something up relies on it.
template <class Key, class Compare>
void require_order(const vector<Key>& keys) {
  for (std::size_t i = 1; i < keys.size(); ++i) Copying::require(Compare()(keys[i - 1], keys[i]));
}

template <class Key, class Compare>
struct CopyOf<flat_set<Key, Compare>> {
  static_assert(Stateless<Compare>, "carry: a comparison with a state cannot be copied out");
  static constexpr bool is_special = true;
  static flat_set<Key, Compare> make(Copying& copying, const flat_set<Key, Compare>* from) {
    auto keys = copy_of_elements(copying, Copying::sound(elements_of(copying.memory(), from)));
    require_order<Key, Compare>(keys);
    return flat_set<Key, Compare>(sorted_unique, std::move(keys));
  }
};

template <class Key, class T, class Compare>
struct CopyOf<flat_map<Key, T, Compare>> {
  static_assert(Stateless<Compare>, "carry: a comparison with a state cannot be copied out");
  static constexpr bool is_special = true;
  static flat_map<Key, T, Compare> make(Copying& copying, const flat_map<Key, T, Compare>* from) {
    const auto found = Copying::sound(elements_of(copying.memory(), from));
    auto keys = copy_of_elements(copying, found.keys);
    require_order<Key, Compare>(keys);
    return flat_map<Key, T, Compare>(sorted_unique, std::move(keys), copy_of_elements(copying, found.values));
  }
};

inline constexpr std::size_t index_bytes = 20;  // of a hash table, per element, at most

template <class Key, class Hash, class Equal>
struct CopyOf<unordered_set<Key, Hash, Equal>> {
  static_assert(Stateless<Hash> && Stateless<Equal>, "carry: a hash or a comparison with a state cannot be copied out");
  static constexpr bool is_special = true;
  static unordered_set<Key, Hash, Equal> make(Copying& copying, const unordered_set<Key, Hash, Equal>* from) {
    const auto keys = Copying::sound(elements_of(copying.memory(), from));
    const Copying::Level level(copying);
    copying.take(keys.count, sizeof(Key) + index_bytes);
    unordered_set<Key, Hash, Equal> made;
    made.reserve(keys.count);
    for (std::size_t i = 0; i != keys.count; ++i) Copying::require(made.insert(copy_of(copying, keys.first + i)).second);
    return made;
  }
};

template <class Key, class T, class Hash, class Equal>
struct CopyOf<unordered_map<Key, T, Hash, Equal>> {
  static_assert(Stateless<Hash> && Stateless<Equal>, "carry: a hash or a comparison with a state cannot be copied out");
  static constexpr bool is_special = true;
  static unordered_map<Key, T, Hash, Equal> make(Copying& copying, const unordered_map<Key, T, Hash, Equal>* from) {
    const auto pairs = Copying::sound(elements_of(copying.memory(), from));
    const Copying::Level level(copying);
    copying.take(pairs.count, sizeof(std::pair<const Key, T>) + index_bytes);
    unordered_map<Key, T, Hash, Equal> made;
    made.reserve(pairs.count);
    for (std::size_t i = 0; i != pairs.count; ++i) {
      Key key = copy_of(copying, std::addressof(pairs.first[i].first));
      Copying::require(made.try_emplace(std::move(key), copy_of(copying, std::addressof(pairs.first[i].second))).second);
    }
    return made;
  }
};

}  // namespace carry::detail
