#pragma once

#include <compare>
#include <cstddef>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>

namespace carry::detail {

/// An element of unordered_map: a pair whose key nobody changes, which can be moved nevertheless, when the table puts it elsewhere.
template <class Key, class T>
struct MapElement {
  using Pair = std::pair<const Key, T>;
  static constexpr bool moves_silently = std::is_nothrow_move_constructible_v<Key> && std::is_nothrow_move_constructible_v<T>;

  template <class... Arguments>
    requires std::constructible_from<Pair, Arguments...>
  explicit MapElement(Arguments&&... arguments) : pair(std::forward<Arguments>(arguments)...) {}
  MapElement(const MapElement&) = default;
  MapElement(MapElement&& other) noexcept(moves_silently) : pair(std::move(other.key()), std::move(other.pair.second)) {}
  MapElement& operator=(const MapElement& other)
    requires(std::is_copy_assignable_v<Key> && std::is_copy_assignable_v<T>)
  {
    key() = other.pair.first;
    pair.second = other.pair.second;
    return *this;
  }
  MapElement& operator=(MapElement&& other) noexcept(std::is_nothrow_move_assignable_v<Key> && std::is_nothrow_move_assignable_v<T>)
    requires(std::is_move_assignable_v<Key> && std::is_move_assignable_v<T>)
  {
    key() = std::move(other.key());
    pair.second = std::move(other.pair.second);
    return *this;
  }
  ~MapElement() = default;

  /// For the table alone, which moves the element, or moves another one here.
  Key& key() noexcept { return const_cast<Key&>(pair.first); }

  Pair pair;
};

struct KeyOfMapElement {
  template <class Key, class T>
  const Key& operator()(const MapElement<Key, T>& element) const noexcept {
    return element.pair.first;
  }
};

/// Goes through elements and shows their pairs. `Element` is const for a const map.
template <class Element>
class MapElementIterator {
 public:
  using value_type = typename Element::Pair;
  using reference = std::conditional_t<std::is_const_v<Element>, const value_type&, value_type&>;
  using pointer = std::remove_reference_t<reference>*;
  using difference_type = std::ptrdiff_t;
  using iterator_category = std::random_access_iterator_tag;

  MapElementIterator() noexcept = default;
  explicit MapElementIterator(Element* element) noexcept : element_(element) {}
  template <class Other>
    requires(std::is_const_v<Element> && std::is_same_v<Other, std::remove_const_t<Element>>)
  MapElementIterator(const MapElementIterator<Other>& other) noexcept : element_(other.element()) {}

  Element* element() const noexcept { return element_; }

  reference operator*() const noexcept { return element_->pair; }
  pointer operator->() const noexcept { return std::addressof(element_->pair); }
  reference operator[](difference_type distance) const noexcept { return element_[distance].pair; }

  MapElementIterator& operator+=(difference_type distance) noexcept {
    element_ += distance;
    return *this;
  }
  MapElementIterator& operator-=(difference_type distance) noexcept { return *this += -distance; }
  MapElementIterator& operator++() noexcept { return *this += 1; }
  MapElementIterator& operator--() noexcept { return *this -= 1; }
  MapElementIterator operator++(int) noexcept { return MapElementIterator(element_++); }
  MapElementIterator operator--(int) noexcept { return MapElementIterator(element_--); }
  friend MapElementIterator operator+(MapElementIterator iterator, difference_type distance) noexcept { return iterator += distance; }
  friend MapElementIterator operator+(difference_type distance, MapElementIterator iterator) noexcept { return iterator += distance; }
  friend MapElementIterator operator-(MapElementIterator iterator, difference_type distance) noexcept { return iterator -= distance; }
  friend difference_type operator-(const MapElementIterator& left, const MapElementIterator& right) noexcept {
    return left.element_ - right.element_;
  }
  friend bool operator==(const MapElementIterator&, const MapElementIterator&) noexcept = default;
  friend auto operator<=>(const MapElementIterator& left, const MapElementIterator& right) noexcept { return left.element_ <=> right.element_; }

 private:
  Element* element_ = nullptr;
};

}  // namespace carry::detail
