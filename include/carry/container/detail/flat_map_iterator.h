#pragma once

#include <compare>
#include <cstddef>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>
#include <version>

#if !defined(__cpp_lib_ranges_zip)
// C++23 gives pairs of references a common reference with pairs of values, without which no algorithm of std::ranges takes iterators as those below.
// Standard libraries that do not have it yet (g++ 12) get the part of it that is needed: pairs of references.
template <class Key, class Value, class K, class V, template <class> class LeftQualified, template <class> class RightQualified>
struct std::basic_common_reference<std::pair<const Key&, Value&>, std::pair<K, V>, LeftQualified, RightQualified> {
  using type = std::pair<const Key&, const Value&>;
};
template <class Key, class Value, class K, class V, template <class> class LeftQualified, template <class> class RightQualified>
  requires(!std::is_reference_v<K>)
struct std::basic_common_reference<std::pair<K, V>, std::pair<const Key&, Value&>, LeftQualified, RightQualified> {
  using type = std::pair<const Key&, const Value&>;
};
#endif

namespace carry::detail {

/// Goes through keys and values side by side: two raw pointers, and a pair of references to what they point to. `Value` is const for a const map.
template <class Key, class Value>
class FlatMapIterator {
 public:
  using value_type = std::pair<Key, std::remove_const_t<Value>>;
  using reference = std::pair<const Key&, Value&>;
  using difference_type = std::ptrdiff_t;
  using iterator_concept = std::random_access_iterator_tag;
  using iterator_category = std::input_iterator_tag;  // as the standard says of references that are objects

  /// What -> leads to.
  class pointer {
   public:
    explicit pointer(reference pair) : pair_(pair) {}
    const reference* operator->() const noexcept { return std::addressof(pair_); }

   private:
    reference pair_;
  };

  FlatMapIterator() noexcept = default;
  FlatMapIterator(const Key* key, Value* value) noexcept : key_(key), value_(value) {}
  /// One that changes values becomes one that does not.
  template <class Other>
    requires(std::is_const_v<Value> && std::is_same_v<Other, std::remove_const_t<Value>>)
  FlatMapIterator(const FlatMapIterator<Key, Other>& other) noexcept : key_(other.key()), value_(other.value()) {}

  const Key* key() const noexcept { return key_; }
  Value* value() const noexcept { return value_; }

  reference operator*() const noexcept { return {*key_, *value_}; }
  pointer operator->() const noexcept { return pointer(**this); }
  reference operator[](difference_type distance) const noexcept { return *(*this + distance); }

  FlatMapIterator& operator+=(difference_type distance) noexcept {
    key_ += distance;
    value_ += distance;
    return *this;
  }
  FlatMapIterator& operator-=(difference_type distance) noexcept { return *this += -distance; }
  FlatMapIterator& operator++() noexcept { return *this += 1; }
  FlatMapIterator& operator--() noexcept { return *this -= 1; }
  FlatMapIterator operator++(int) noexcept {
    const FlatMapIterator before = *this;
    ++*this;
    return before;
  }
  FlatMapIterator operator--(int) noexcept {
    const FlatMapIterator before = *this;
    --*this;
    return before;
  }
  friend FlatMapIterator operator+(FlatMapIterator iterator, difference_type distance) noexcept { return iterator += distance; }
  friend FlatMapIterator operator+(difference_type distance, FlatMapIterator iterator) noexcept { return iterator += distance; }
  friend FlatMapIterator operator-(FlatMapIterator iterator, difference_type distance) noexcept { return iterator -= distance; }
  friend difference_type operator-(const FlatMapIterator& left, const FlatMapIterator& right) noexcept { return left.key_ - right.key_; }
  friend bool operator==(const FlatMapIterator& left, const FlatMapIterator& right) noexcept { return left.key_ == right.key_; }
  friend auto operator<=>(const FlatMapIterator& left, const FlatMapIterator& right) noexcept { return left.key_ <=> right.key_; }

 private:
  const Key* key_ = nullptr;
  Value* value_ = nullptr;
};

}  // namespace carry::detail
