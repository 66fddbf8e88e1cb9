#pragma once

// The ring in shared memory: what a publisher writes and its readers read, and what each reader writes and the publisher reads.
//
//   publisher's heap                                              subscriber's heap
//   +-----------------------------------------------+            +------------------------------------------+
//   | RingHeader   line 0: constants                |            | ReaderRecord  cursor | claim 0 .. claim 6 |
//   |              line 1: head   (every message)   |            |               claim 7 .. claim 14         |
//   |              line 2: oldest (every window)    |            |               ... up to max_held          |
//   +-----------------------------------------------+            +------------------------------------------+
//   | slot 0: stamp | message | padding to a line   |
//   | slot 1: ...                                   |
//   +-----------------------------------------------+
//
// Every word has one writing process. Sequences start at 1; the message with sequence s lies in slot s % slot_count.
// A slot's stamp only grows. docs/design/ring.md argues why the protocol is right.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace carry::ring {

using Sequence = std::uint64_t;
using SharedWord = std::atomic<std::uint64_t>;

inline constexpr std::size_t cache_line_size = 64;
inline constexpr Sequence first_sequence = 1;

/// No publisher comes that far: that many messages would take it 36 years at one per nanosecond. Numbers beyond are not believed, so that neither
/// stamps nor sums of sequences wrap.
inline constexpr Sequence last_sequence = Sequence{1} << 60;

/// A reader's cursor: the lowest sequence it still needs, and `connecting` until it has made sure that the publisher's port is still there.
inline constexpr std::uint64_t connecting = std::uint64_t{1} << 63;
inline constexpr Sequence needs_nothing = connecting - 1;  ///< Gates nobody.
constexpr Sequence needed_by(std::uint64_t cursor) noexcept { return cursor & ~connecting; }
constexpr bool is_connecting(std::uint64_t cursor) noexcept { return (cursor & connecting) != 0; }

/// The states of a slot with respect to sequence s, in the order in which they are stored. A stamp below ready(s) means "not yet".
constexpr std::uint64_t reserved(Sequence s) noexcept { return 4 * s; }      ///< the publisher may be writing s
constexpr std::uint64_t ready(Sequence s) noexcept { return 4 * s + 1; }     ///< message s is there
constexpr std::uint64_t skipped(Sequence s) noexcept { return 4 * s + 2; }   ///< there is no message s: a sample held the slot
constexpr std::uint64_t given_up(Sequence s) noexcept { return 4 * s + 3; }  ///< message s was destroyed to reclaim its memory

struct alignas(cache_line_size) RingHeader {
  // Line 0 is constant once the publisher's port is visible.
  SharedWord capacity;        // messages that a reader may lag behind
  SharedWord slot_count;      // capacity + window
  SharedWord slot_bytes;      // distance of slots, a multiple of a cache line
  SharedWord message_offset;  // of the message in its slot
  SharedWord slots_offset;    // of slot 0, from the start of the segment
  SharedWord history;         // messages that a younger subscriber gets
  SharedWord gated;           // 1: the publisher waits for readers' cursors; 0: it overwrites and readers claim
  SharedWord unused;
  alignas(cache_line_size) SharedWord head;    // next sequence to be published
  alignas(cache_line_size) SharedWord oldest;  // oldest_word(): sequences below may vanish at any time
  std::array<SharedWord, 2> gaps_below;        // the one that `oldest` names: how many of the sequences below it were skipped
  SharedWord gaps;                             // how many were skipped altogether
};

/// `oldest` and the index of its count of gaps are one word, and two counts take turns, so that a reader can tell whether the count it read
/// belongs to the sequence it read.
constexpr std::uint64_t oldest_word(Sequence oldest, std::uint64_t index) noexcept { return 2 * oldest + index; }
constexpr Sequence oldest_of(std::uint64_t word) noexcept { return word / 2; }
constexpr std::size_t gaps_index_of(std::uint64_t word) noexcept { return word % 2; }

inline constexpr std::size_t first_line_claims = 7;

/// One reader's words: what it still needs. More claims follow in further lines, without a gap.
struct alignas(cache_line_size) ReaderRecord {
  SharedWord cursor;                                 // lowest sequence not taken yet, and `connecting`
  std::array<SharedWord, first_line_claims> claims;  // sequences of samples that are held, 0 = none
};

/// Bytes of a reader record with that many claims.
constexpr std::size_t reader_record_bytes(std::size_t claim_count) noexcept {
  const std::size_t words = 1 + claim_count;
  const std::size_t words_per_line = cache_line_size / sizeof(SharedWord);
  return (words + words_per_line - 1) / words_per_line * cache_line_size;
}

static_assert(SharedWord::is_always_lock_free && sizeof(SharedWord) == 8);
static_assert(sizeof(RingHeader) == 3 * cache_line_size && offsetof(RingHeader, head) == 64 && offsetof(RingHeader, oldest) == 128);
static_assert(sizeof(ReaderRecord) == cache_line_size && offsetof(ReaderRecord, claims) == 8);

}  // namespace carry::ring
