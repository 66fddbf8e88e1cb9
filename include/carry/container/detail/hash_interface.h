#pragma once

#include <carry/container/detail/hash_table.h>

#include <cstddef>
#include <iterator>
#include <utility>

namespace carry::detail {

/// What unordered_set and unordered_map have in common. `Container` gives table() and its iterators, begin().
template <class Container, class Key, class Hash, class Equal>
class HashInterface {
  template <class Other>
  static constexpr bool is_lookup = HashLookup<Other, Key, Hash, Equal>;

 public:
  using key_type = Key;
  using hasher = Hash;
  using key_equal = Equal;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;

  auto end() noexcept { return at(size()); }
  auto end() const noexcept { return at(size()); }
  auto cbegin() const noexcept { return own().begin(); }
  auto cend() const noexcept { return end(); }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  size_type size() const noexcept { return own().table().size(); }
  size_type max_size() const noexcept { return own().table().largest; }

  auto find(const Key& key) { return found(own().table().find(key)); }
  auto find(const Key& key) const { return found(own().table().find(key)); }
  template <class Other>
    requires is_lookup<Other>
  auto find(const Other& key) {
    return found(own().table().find(key));
  }
  template <class Other>
    requires is_lookup<Other>
  auto find(const Other& key) const {
    return found(own().table().find(key));
  }
  bool contains(const Key& key) const { return find(key) != end(); }
  template <class Other>
    requires is_lookup<Other>
  bool contains(const Other& key) const {
    return find(key) != end();
  }
  size_type count(const Key& key) const { return contains(key) ? 1 : 0; }
  template <class Other>
    requires is_lookup<Other>
  size_type count(const Other& key) const {
    return contains(key) ? 1 : 0;
  }
  auto equal_range(const Key& key) { return range_at(find(key), end()); }
  auto equal_range(const Key& key) const { return range_at(find(key), end()); }
  template <class Other>
    requires is_lookup<Other>
  auto equal_range(const Other& key) {
    return range_at(find(key), end());
  }
  template <class Other>
    requires is_lookup<Other>
  auto equal_range(const Other& key) const {
    return range_at(find(key), end());
  }

  size_type erase(const Key& key) { return erase_found(own().table().find(key)); }
  template <class Other>
    requires(is_lookup<Other> && !std::is_convertible_v<Other, decltype(std::declval<const Container&>().cbegin())>)
  size_type erase(Other&& key) {
    return erase_found(own().table().find(key));
  }
  void clear() noexcept { own().table().clear(); }

  hasher hash_function() const { return own().table().hash(); }
  key_equal key_eq() const { return own().table().equal(); }
  size_type bucket_count() const noexcept { return own().table().bucket_count(); }
  size_type max_bucket_count() const noexcept { return std::size_t(1) << 32; }
  float load_factor() const noexcept { return bucket_count() == 0 ? 0.0F : static_cast<float>(size()) / static_cast<float>(bucket_count()); }
  float max_load_factor() const noexcept { return 0.8F; }
  /// Ignored, as is allowed for a hint.
  void max_load_factor(float) noexcept {}
  void rehash(size_type bucket_count) { own().table().rehash(bucket_count); }
  void reserve(size_type count) { own().table().reserve(count); }

 protected:
  HashInterface() = default;
  ~HashInterface() = default;
  HashInterface(const HashInterface&) = default;
  HashInterface& operator=(const HashInterface&) = default;

  auto at(size_type number) noexcept { return own().begin() + static_cast<difference_type>(number); }
  auto at(size_type number) const noexcept { return own().begin() + static_cast<difference_type>(number); }

 private:
  Container& own() noexcept { return static_cast<Container&>(*this); }
  const Container& own() const noexcept { return static_cast<const Container&>(*this); }
  auto found(size_type number) { return at(number == HashIndex::none ? size() : number); }
  auto found(size_type number) const { return at(number == HashIndex::none ? size() : number); }
  template <class Iterator>
  static auto range_at(Iterator first, Iterator end) {
    return std::pair(first, first == end ? end : first + 1);
  }
  size_type erase_found(size_type number) {
    if (number == HashIndex::none) return 0;
    own().table().erase(number);
    return 1;
  }
};

}  // namespace carry::detail
