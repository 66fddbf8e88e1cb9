#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <utility>

namespace carry::detail {

/// The characters of a fixed_string: how many, and they themselves, in the object. Zero-filled memory is an empty one.
///
/// The layout is the same in all processes: 4 bytes for the number, `most` characters and the terminator, padding up to a multiple of 4 bytes.
/// What is behind the terminator is what it is.
template <class Character, std::size_t most>
class FixedStringStorage {
  static_assert(most < std::numeric_limits<std::uint32_t>::max(), "carry::fixed_string counts in 32 bits");

 public:
  FixedStringStorage() noexcept { data()[0] = Character(); }

  std::size_t size() const noexcept {
    if (size_ > most) std::unreachable();  // as in FixedVectorStorage
    return size_;
  }
  static constexpr std::size_t capacity() noexcept { return most; }
  Character* data() noexcept { return reinterpret_cast<Character*>(places_); }
  const Character* data() const noexcept { return reinterpret_cast<const Character*>(places_); }

  /// The characters before `count` stay; those behind are what they are. `count` <= capacity().
  void set_size(std::size_t count) noexcept {
    size_ = static_cast<std::uint32_t>(count);
    data()[count] = Character();
  }

  /// One more character. False: there is no room.
  bool add(Character character) noexcept {
    if (size() == most) return false;
    data()[size()] = character;
    set_size(size() + 1);
    return true;
  }

  /// Replaces `old_count` characters at the position by `new_count` that the caller writes: returns where. The rest stays.
  /// Strong guarantee. Errors: std::length_error.
  Character* splice(std::size_t position, std::size_t old_count, std::size_t new_count) {
    const std::size_t kept = size() - old_count;
    if (new_count > most - kept) throw std::length_error("carry::fixed_string: too many characters");
    Character* const place = data() + position;
    std::memmove(place + new_count, place + old_count, (kept - position) * sizeof(Character));
    set_size(kept + new_count);
    return place;
  }

  /// There is room for `count` characters then, or it throws std::length_error.
  static void reserve(std::size_t count) {
    if (count > most) throw std::length_error("carry::fixed_string: too many characters");
  }

 private:
  std::uint32_t size_ = 0;
  alignas(Character) unsigned char places_[(most + 1) * sizeof(Character)];
};

static_assert(sizeof(FixedStringStorage<char, 27>) == 32 && sizeof(FixedStringStorage<char16_t, 5>) == 16, "other processes read it");

}  // namespace carry::detail
