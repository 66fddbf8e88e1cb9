#pragma once

// The deep copy of a value of another process, which may be anything and change meanwhile: what cannot be copied ends in an exception, within carry.

#include <carry/container/detail/any_bits.h>
#include <carry/container/detail/untrusted_memory.h>
#include <carry/memory/detail/field_layout.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

namespace carry {

/// What a compiler shows when a message cannot be copied out: T is, or is part of, the message.
template <class T>
struct cannot_be_copied_out {
  static constexpr bool is_scalar = std::is_scalar_v<T>;
  static_assert(!std::is_enum_v<T>,
                "carry: not every number is a value of this enumeration: give it an underlying type (enum E : int, enum class E)");
  static_assert(std::is_enum_v<T> || is_scalar,
                "carry: this class is copied neither by its bytes nor by its fields: make it an aggregate, of up to 64 fields");
  static_assert(!is_scalar || std::is_enum_v<T>, "carry: pointers cannot be copied out");
};

namespace detail {

// Thrown within copy_out(), which catches them.
struct MalformedMessage {};
struct MessageTooLarge {};

/// One deep copy: where it may read, and how much it may still make.
class Copying {
 public:
  Copying(UntrustedMemory memory, std::size_t maximum_bytes, std::size_t maximum_depth) noexcept
      : memory_(memory), bytes_left_(maximum_bytes), levels_left_(maximum_depth) {}

  const UntrustedMemory& memory() const noexcept { return memory_; }

  /// Before memory is taken for so many more. Everything that is copied is counted here, so that what refers to itself comes to an end.
  void take(std::size_t count, std::size_t bytes) {
    if (count > bytes_left_ / bytes) throw MessageTooLarge();
    bytes_left_ -= count * bytes;
  }

  template <class T>
  static T sound(std::optional<T>&& found) {
    if (!found) throw MalformedMessage();
    return *std::move(found);
  }
  static void require(bool is_sound) {
    if (!is_sound) throw MalformedMessage();
  }

  /// Within a container. Types may contain themselves, and containers of a hostile process lie in themselves.
  class Level {
   public:
    explicit Level(Copying& copying) : copying_(copying) {
      if (copying.levels_left_ == 0) throw MessageTooLarge();
      --copying.levels_left_;
    }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    ~Level() { ++copying_.levels_left_; }

   private:
    Copying& copying_;
  };

 private:
  UntrustedMemory memory_;
  std::size_t bytes_left_;
  std::size_t levels_left_;
};

template <class T>
std::remove_cv_t<T> copy_of(Copying& copying, const T* from);

template <class T>
void construct_copy(Copying& copying, const T* from, std::remove_cv_t<T>* to);

/// `count` objects, or none.
template <class T>
void construct_copies(Copying& copying, const T* from, T* to, std::size_t count) {
  std::size_t made = 0;
  try {
    for (; made != count; ++made) construct_copy(copying, from + made, to + made);
  } catch (...) {
    std::destroy_n(to, made);
    throw;
  }
}

/// Field by field, or none.
template <class T>
void construct_fields(Copying& copying, const T* from, T* to) {
  const auto construct = [&](const auto&... source) {
    const auto into = [&](auto&... target) {
      std::size_t made = 0;
      try {
        ((construct_copy(copying, std::addressof(source), const_cast<std::remove_cvref_t<decltype(target)>*>(std::addressof(target))), ++made), ...);
      } catch (...) {
        std::size_t number = 0;
        ((number++ < made ? std::destroy_at(std::addressof(target)) : void()), ...);
        throw;
      }
    };
    look_at_fields(*to, into, FieldCount<field_count<T>>());
  };
  look_at_fields(*from, construct, FieldCount<field_count<T>>());
}

/// Constructs at `to` what lies at `from`. If it throws, nothing is there.
template <class T>
void construct_copy(Copying& copying, const T* from, std::remove_cv_t<T>* to) {
  using Value = std::remove_cv_t<T>;
  if constexpr (any_bits<Value>) {
    std::memcpy(static_cast<void*>(to), static_cast<const void*>(from), sizeof(Value));
    std::atomic_signal_fence(std::memory_order_seq_cst);  // For the compiler, so that it does not read there again.
  } else if constexpr (ArrayOf<Value>::is_array) {
    using Element = typename ArrayOf<Value>::Element;
    construct_copies(copying, reinterpret_cast<const Element*>(from), reinterpret_cast<Element*>(to), ArrayOf<Value>::length);
  } else if constexpr (CopyOf<Value>::is_special || !HasFields<Value>) {
    ::new (static_cast<void*>(to)) Value(copy_of(copying, from));
  } else {
    construct_fields<Value>(copying, from, to);
  }
}

/// A copy of what lies at `from`.
template <class T>
std::remove_cv_t<T> copy_of(Copying& copying, const T* from) {
  using Value = std::remove_cv_t<T>;
  if constexpr (std::is_same_v<Value, bool>) {
    const auto byte = load_once<unsigned char>(from);
    Copying::require(byte <= 1);
    return byte == 1;
  } else if constexpr (CopyOf<Value>::is_special) {
    return CopyOf<Value>::make(copying, from);
  } else if constexpr (any_bits<Value> || ArrayOf<Value>::is_array || HasFields<Value>) {
    Place<Value> place;
    construct_copy(copying, from, std::addressof(place.whole));
    struct Destroy {
      Value& value;
      ~Destroy() { std::destroy_at(std::addressof(value)); }
    } const destroy{place.whole};
    return std::move(place.whole);
  } else {
    (void)sizeof(cannot_be_copied_out<Value>);
    std::unreachable();
  }
}

}  // namespace detail

}  // namespace carry
