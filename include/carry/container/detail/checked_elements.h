#pragma once

#include <carry/container/detail/any_bits.h>
#include <carry/container/detail/untrusted_elements.h>
#include <carry/error.h>
#include <carry/result.h>

#include <atomic>
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>

namespace carry {

template <class T>
class Checked;

/// The elements of a container of untrusted memory, as many and where they were when Checked::elements() looked: they lie in memory that may be read,
/// whatever the container says meanwhile. What they are is not known.
///
/// A forward range of Checked<T>; copies are cheap. It owns nothing: the sample must outlive it.
template <class T>
class CheckedElements {
 public:
  class iterator {
   public:
    using value_type = Checked<T>;
    using difference_type = std::ptrdiff_t;

    iterator() noexcept = default;
    iterator(const detail::UntrustedMemory& memory, const T* place) noexcept : memory_(memory), place_(place) {}

    Checked<T> operator*() const noexcept { return Checked<T>(memory_, place_); }
    iterator& operator++() noexcept {
      ++place_;
      return *this;
    }
    iterator operator++(int) noexcept { return iterator(memory_, place_++); }
    friend bool operator==(const iterator& left, const iterator& right) noexcept { return left.place_ == right.place_; }

   private:
    detail::UntrustedMemory memory_;
    const T* place_ = nullptr;
  };

  /// For Checked, which has looked.
  CheckedElements(const detail::UntrustedMemory& memory, detail::Elements<T> elements) noexcept : memory_(memory), elements_(elements) {}

  /// As many as the publisher likes: up to the size of its memory.
  std::size_t size() const noexcept { return elements_.count; }
  bool empty() const noexcept { return size() == 0; }
  iterator begin() const noexcept { return iterator(memory_, elements_.first); }
  iterator end() const noexcept { return iterator(memory_, elements_.first + elements_.count); }

  /// One element. Errors: Errc::malformed_message: there are not so many; the index may be the publisher's.
  Result<Checked<T>> at(std::size_t index) const noexcept {
    if (index >= size()) return failure(Errc::malformed_message);
    return Checked<T>(memory_, elements_.first + index);
  }
  /// Some of them. Errors: as at().
  Result<CheckedElements> subspan(std::size_t first, std::size_t count) const noexcept {
    if (first > size() || count > size() - first) return failure(Errc::malformed_message);
    return CheckedElements(memory_, {elements_.first + first, count});
  }

  /// Copies them into memory that is the caller's, of which it gives the part that was used. For numbers and what is made of them.
  /// Errors: Errc::message_too_large: more than there is room for; nothing was copied.
  Result<std::span<T>> copy_to(std::span<T> room) const noexcept {
    static_assert(detail::any_bits<T>, "carry: not all bytes are such an element: go through them one by one, or copy() the container");
    if (size() > room.size()) return failure(Errc::message_too_large);
    if (!empty()) std::memcpy(room.data(), elements_.first, size() * sizeof(T));
    std::atomic_signal_fence(std::memory_order_seq_cst);  // For the compiler, so that it does not read there again.
    return room.first(size());
  }

 private:
  detail::UntrustedMemory memory_;
  detail::Elements<T> elements_;
};

/// The elements of a flat_map of untrusted memory: as many values as keys, in the same order.
template <class Key, class T>
struct CheckedKeysAndValues {
  CheckedElements<Key> keys;
  CheckedElements<T> values;
};

namespace detail {

/// An array's elements are where the array is.
template <class Array>
  requires(ArrayOf<Array>::is_array)
std::optional<Elements<typename ArrayOf<Array>::Element>> elements_of(const UntrustedMemory&, const Array* whole) noexcept {
  using Element = typename ArrayOf<Array>::Element;
  return Elements<Element>{reinterpret_cast<const Element*>(whole), ArrayOf<Array>::length};
}

template <class T>
concept HasElements = requires(const UntrustedMemory& memory, const T* whole) { elements_of(memory, whole); };

template <class T>
CheckedElements<T> check_elements(const UntrustedMemory& memory, const Elements<T>& found) noexcept {
  return CheckedElements<T>(memory, found);
}
template <class Key, class T>
CheckedKeysAndValues<Key, T> check_elements(const UntrustedMemory& memory, const KeysAndValues<Key, T>& found) noexcept {
  return {CheckedElements<Key>(memory, found.keys), CheckedElements<T>(memory, found.values)};
}

/// What find() looks for, in which order, and what it finds.
template <class T>
struct SortedBy {
  static_assert(sizeof(T) == 0, "carry: find() is for flat_set and flat_map: go through the elements(), or copy()");
};
template <class K, class C>
struct SortedBy<flat_set<K, C>> {
  using Key = K;
  using Compare = C;
  using Found = K;
  static const auto& keys(const CheckedElements<K>& all) noexcept { return all; }
  static const auto& found(const CheckedElements<K>& all) noexcept { return all; }
};
template <class K, class V, class C>
struct SortedBy<flat_map<K, V, C>> {
  using Key = K;
  using Compare = C;
  using Found = V;
  static const auto& keys(const CheckedKeysAndValues<K, V>& all) noexcept { return all.keys; }
  static const auto& found(const CheckedKeysAndValues<K, V>& all) noexcept { return all.values; }
};

}  // namespace detail

}  // namespace carry
