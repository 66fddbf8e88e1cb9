#pragma once

#include <carry/container/vector.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace carry::detail {

/// Finds the numbers of elements that lie elsewhere, one behind the other, by their hashes.
///
/// Robin Hood hashing (Celis, Larson, Munro: Robin Hood Hashing, 1985) with backward shifts: a bucket has the number of an element, its distance from
/// where it would like to be, and eight bits of its hash, so that a search meets few elements that are not the one it looks for, and ends early.
class HashIndex {
 public:
  using Number = std::uint32_t;
  static constexpr Number none = ~Number(0);
  static constexpr std::size_t most_buckets = std::size_t{1} << 33;  ///< Enough for as many elements as there are numbers.

  std::size_t bucket_count() const noexcept { return buckets_.size(); }
  /// How many elements it has room for: four fifths of the buckets.
  static constexpr std::size_t room(std::size_t bucket_count) noexcept { return bucket_count - (bucket_count + 4) / 5; }
  std::size_t room() const noexcept { return room(buckets_.size()); }

  /// The number of the element with this hash for which is_equal(number) holds, or none. There must be buckets, as there are where there is an element.
  template <class IsEqual>
  Number find(std::uint64_t hash, const IsEqual& is_equal) const {
    const Bucket* const buckets = buckets_.data();
    std::size_t place = home(hash);
    for (std::uint32_t mark = first_mark(hash);; mark += one_further, place = next(place)) {
      const Bucket& bucket = buckets[place];
      if (bucket.mark == mark && is_equal(bucket.number)) return bucket.number;
      if (bucket.mark < mark) return none;
    }
  }

  /// Adds an element. There must be room.
  void insert(std::uint64_t hash, Number number) noexcept {
    Bucket moving{.mark = first_mark(hash), .number = number};
    for (std::size_t place = home(hash);; place = next(place), moving.mark += one_further) {
      Bucket& bucket = buckets_[place];
      if (bucket.mark >= moving.mark) continue;
      std::swap(bucket, moving);
      if (moving.mark == 0) return;
    }
  }

  /// Takes one away that is there.
  void erase(std::uint64_t hash, Number number) noexcept {
    std::size_t place = place_of(hash, number);
    for (std::size_t behind = next(place); buckets_[behind].mark >= 2 * one_further; behind = next(behind)) {
      buckets_[place] = {.mark = buckets_[behind].mark - one_further, .number = buckets_[behind].number};
      place = behind;
    }
    buckets_[place] = {};
  }

  void renumber(std::uint64_t hash, Number from, Number to) noexcept { buckets_[place_of(hash, from)].number = to; }

  void clear() noexcept { std::ranges::fill(buckets_, Bucket()); }

  /// An index with room for that many, of elements that are there: hash_of(number) for each of `size`. Throws std::bad_alloc, and what hash_of() throws.
  template <class HashOf>
  static HashIndex make(std::size_t wanted, std::size_t size, const HashOf& hash_of) {
    HashIndex index;
    if (wanted == 0) return index;
    std::size_t count = std::bit_ceil(std::max<std::size_t>(wanted, 8));
    while (room(count) < wanted) count *= 2;
    index.buckets_.resize(count);
    index.shift_ = static_cast<std::uint32_t>(64 - std::countr_zero(count));
    for (std::size_t i = 0; i != size; ++i) index.insert(hash_of(i), static_cast<Number>(i));
    return index;
  }

 private:
  /// `mark`: 0 if empty, else the distance from home plus one, and below it eight bits of the hash.
  struct Bucket {
    std::uint32_t mark = 0;
    Number number = 0;
  };
  static constexpr std::uint32_t one_further = 256;

  static std::uint32_t first_mark(std::uint64_t hash) noexcept { return one_further | static_cast<std::uint32_t>(hash & (one_further - 1)); }
  std::size_t home(std::uint64_t hash) const noexcept { return static_cast<std::size_t>(hash >> shift_); }
  std::size_t next(std::size_t place) const noexcept { return (place + 1) & (buckets_.size() - 1); }

  std::size_t place_of(std::uint64_t hash, Number number) const noexcept {
    std::size_t place = home(hash);
    while (buckets_[place].number != number || buckets_[place].mark == 0) place = next(place);
    return place;
  }

  vector<Bucket> buckets_;
  std::uint32_t shift_ = 0;
};

}  // namespace carry::detail
