#pragma once

#include <carry/memory/allocator.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <utility>

namespace carry::detail {

/// The characters of a string, in the object itself or in the dynamic buffer. Zero-filled memory is an empty one.
///
/// The layout is the same in all processes, 24 bytes:
///   short   up to 22 bytes of characters and their terminator; in the last character's place their number
///   long    distance to the characters counted from this object, their number, capacity; the topmost bit of all is 1
/// Short strings cost no allocation and no second cache line; telling them apart is a look at one bit.
template <class Character>
class StringStorage {
  static_assert(std::endian::native == std::endian::little, "the topmost bit is found in the last byte");

 public:
  /// What fits into the object itself.
  static constexpr std::size_t short_capacity = 24 / sizeof(Character) - 2;
  static constexpr std::size_t max_size = static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max()) / sizeof(Character) - 1;

  StringStorage() noexcept = default;
  StringStorage(const StringStorage&) = delete;
  StringStorage& operator=(const StringStorage&) = delete;
  ~StringStorage() { free(); }

  // Looks at one byte, and not at the word: a processor would wait for the word while a part of it is still being written (set_size(), add()).
  bool is_long() const noexcept { return (bytes_[23] & 0x80) != 0; }
  std::size_t size() const noexcept { return is_long() ? static_cast<std::size_t>(word(1)) : short_size(); }
  std::size_t capacity() const noexcept { return is_long() ? static_cast<std::size_t>(word(2) & ~long_bit) : short_capacity; }
  Character* data() noexcept { return reinterpret_cast<Character*>(address() + distance()); }
  const Character* data() const noexcept { return reinterpret_cast<const Character*>(address() + distance()); }

  /// The characters before `count` stay; those behind are what they are. `count` <= capacity().
  void set_size(std::size_t count) noexcept {
    if (is_long()) {
      set_word(1, count);
    } else {
      reinterpret_cast<Character*>(bytes_)[short_capacity + 1] = static_cast<Character>(count);
    }
    data()[count] = Character();
  }

  /// One more character. False: there is no room. Looks once whether the string is long, where the pieces would look four times.
  bool add(Character character) noexcept {
    const std::size_t count = size();
    if (is_long()) {
      if (count == (word(2) & ~long_bit)) return false;
      Character* const place = reinterpret_cast<Character*>(address() + static_cast<std::uintptr_t>(word(0))) + count;
      set_word(1, count + 1);
      place[0] = character;
      place[1] = Character();
    } else {
      if (count == short_capacity) return false;
      reinterpret_cast<Character*>(bytes_)[count] = character;
      set_size(count + 1);
    }
    return true;
  }

  /// Takes the other's characters and leaves it empty; this one must have no memory.
  void take(StringStorage& other) noexcept {
    if (other.is_long()) {
      set_long(other.data(), other.size(), other.capacity());
    } else {
      std::memcpy(bytes_, other.bytes_, sizeof bytes_);
    }
    std::memset(other.bytes_, 0, sizeof bytes_);
  }

  /// The same for one that may have memory.
  void replace_by(StringStorage& other) noexcept {
    free();
    take(other);
  }

  void swap(StringStorage& other) noexcept {
    StringStorage mine;
    mine.take(*this);
    take(other);
    other.take(mine);
  }

  /// Of an empty one without memory: it has `count` characters then, which the caller writes: returns where. Strong guarantee.
  /// Errors: std::bad_alloc, std::length_error.
  Character* start(std::size_t count) {
    if (count <= short_capacity) {
      set_size(count);
      return reinterpret_cast<Character*>(bytes_);
    }
    if (count > max_size) throw std::length_error("carry::string: too many characters");
    Character* const fresh = allocate(rounded(count));
    set_long(fresh, count, rounded(count));
    fresh[count] = Character();
    return fresh;
  }

  /// Replaces `old_count` characters at the position by `new_count` that the caller writes: returns where. The rest stays.
  /// Strong guarantee. Errors: std::bad_alloc, std::length_error.
  Character* splice(std::size_t position, std::size_t old_count, std::size_t new_count) {
    const std::size_t kept = size() - old_count;
    if (new_count > max_size - kept) throw std::length_error("carry::string: too many characters");
    const std::size_t new_size = kept + new_count;
    const std::size_t behind = kept - position;
    if (new_size <= capacity()) {
      Character* const place = data() + position;
      std::memmove(place + new_count, place + old_count, behind * sizeof(Character));
      set_size(new_size);
      return place;
    }
    const std::size_t new_capacity = capacity_for(new_size);
    Character* const fresh = allocate(new_capacity);
    std::memcpy(fresh, data(), position * sizeof(Character));
    std::memcpy(fresh + position + new_count, data() + position + old_count, behind * sizeof(Character));
    free();
    set_long(fresh, new_size, new_capacity);
    fresh[new_size] = Character();
    return fresh + position;
  }

  /// Moves the characters to where there is room for `count` >= size(), in the object if they fit there. Strong guarantee.
  void reallocate(std::size_t count) {
    if (count > max_size) throw std::length_error("carry::string: too many characters");
    StringStorage other;
    if (count > short_capacity) other.set_long(allocate(rounded(count)), 0, rounded(count));
    other.set_size(size());
    std::memcpy(other.data(), data(), size() * sizeof(Character));
    replace_by(other);
  }

  /// There is room for `count` characters then. Strong guarantee.
  void reserve(std::size_t count) {
    if (count > capacity()) reallocate(count);
  }

  /// Moves the characters to less memory, if that gains anything. Strong guarantee.
  void shrink() {
    const std::size_t least = size() > short_capacity ? rounded(size()) : short_capacity;
    if (least < capacity()) reallocate(size());
  }

 private:
  static constexpr std::uint64_t long_bit = std::uint64_t{1} << 63;

  std::uintptr_t address() const noexcept { return reinterpret_cast<std::uintptr_t>(this); }
  std::uintptr_t distance() const noexcept { return is_long() ? static_cast<std::uintptr_t>(word(0)) : 0; }

  std::size_t short_size() const noexcept {
    Character count = {};
    std::memcpy(&count, bytes_ + sizeof bytes_ - sizeof count, sizeof count);
    return static_cast<std::size_t>(count);
  }

  std::uint64_t word(std::size_t index) const noexcept {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes_ + 8 * index, sizeof value);
    return value;
  }
  void set_word(std::size_t index, std::uint64_t value) noexcept { std::memcpy(bytes_ + 8 * index, &value, sizeof value); }

  void set_long(const Character* characters, std::size_t size, std::size_t capacity) noexcept {
    set_word(0, static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(characters) - address()));
    set_word(1, size);
    set_word(2, capacity | long_bit);
  }

  /// Leaves the words as they are: the caller overwrites them.
  void free() noexcept {
    if (is_long()) memory::deallocate(data());
  }

  static Character* allocate(std::size_t capacity) { return carry::allocator<Character>().allocate(capacity + 1).get(); }

  /// With the terminator a whole number of the heap's granules.
  static constexpr std::size_t rounded(std::size_t capacity) noexcept {
    constexpr std::size_t granule = 16 / sizeof(Character);
    return (capacity + granule) / granule * granule - 1;
  }

  std::size_t capacity_for(std::size_t needed) const noexcept {
    const std::size_t doubled = capacity() > max_size / 2 ? max_size : 2 * capacity();
    return rounded(needed > doubled ? needed : doubled);
  }

  alignas(8) unsigned char bytes_[24] = {};
};

}  // namespace carry::detail
