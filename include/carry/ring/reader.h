#pragma once

// A subscriber's end of one publisher's ring, for untyped messages. docs/design/ring.md is its manual.
//
// One thread at a time takes; a taken message may be released by any thread, also after the Reader is detached.

#include <carry/ring/layout.h>

#include <cstddef>
#include <cstdint>

namespace carry::ring {

/// Read access to one message: where it lies, and the word of this process's segment that keeps it from being overwritten.
struct Claimed {
  const std::byte* message = nullptr;
  SharedWord* claim = nullptr;
};

/// A validated ring in a peer's memory: every offset was checked against the mapping before one of these was made.
struct RingView {
  const RingHeader* header = nullptr;
  const std::byte* slots = nullptr;
  std::size_t slot_count = 0;  // copies: the header is not read again
  std::size_t slot_bytes = 0;
  std::size_t message_offset = 0;
  std::uint64_t history = 0;
  bool gated = false;
};

class Reader {
 public:
  enum class Outcome {
    nothing,
    taken,
    too_many_samples,
    malformed,  ///< The ring contradicts itself, as no publisher in its right mind writes it. Said once; nothing is taken from it any more.
  };

  /// `record` lies in the own segment, has `claim_count` claims, and is zeroed.
  Reader(const RingView& ring, ReaderRecord* record, std::size_t claim_count) noexcept;

  /// Before the port is made visible: says what is needed, so that a gating publisher that sees the port keeps it, and one that closes waits.
  /// `older`: the subscriber was there before the publisher and gets all that is retained; else the history.
  void announce(bool older) noexcept;

  /// After the port was made visible, the epoch incremented, and the publisher's port found to be still there: settles where reading starts.
  /// `older`: what it lost meanwhile counts as missed.
  void start(bool older) noexcept;

  /// Takes the next message if there is one. Complexity: O(1), plus O(messages that were skipped), at most one lap, whatever the ring says.
  Outcome try_take(Claimed& out) noexcept {
    const std::uint64_t stamp = stamp_of(slot_).load(std::memory_order_acquire);  // Acquire: pairs with Writer::commit().
    if (stamp < ready(next_)) return Outcome::nothing;
    return take(stamp, out);
  }

  /// True if try_take() would find a message, or a gap before one.
  bool has_something() const noexcept {
    return stamp_of(slot_).load(std::memory_order_relaxed) >= ready(next_);  // Relaxed: a hint, try_take() decides.
  }

  /// Messages that were overwritten, or reclaimed, before this reader came to them.
  std::uint64_t missed() const noexcept { return missed_; }

  /// True once try_take() has said so.
  bool is_malformed() const noexcept;

  /// Samples that are held at the moment.
  std::size_t held() const noexcept;

  /// Stops needing anything that is not held.
  void detach() noexcept;

  Sequence next() const noexcept { return next_; }

 private:
  static const SharedWord& stamp_of(const std::byte* slot) noexcept { return *reinterpret_cast<const SharedWord*>(slot); }
  struct Oldest {
    Sequence sequence;
    std::uint64_t gaps;  // below it
  };
  static constexpr int most_attempts = 64;           // a writer in its right mind opens a window between two
  static constexpr std::size_t most_counted = 4096;  // slots looked at for gaps, and some rings more

  Oldest read_oldest() const noexcept;
  std::uint64_t count_gaps(Oldest from, Sequence to) const noexcept;
  bool skip_lost() noexcept;
  Outcome give_up() noexcept;
  Outcome take(std::uint64_t stamp, Claimed& out) noexcept;
  Outcome take_claiming(Claimed& out, bool& lost) noexcept;
  Outcome take_gated(Claimed& out) noexcept;
  SharedWord* free_claim() noexcept;
  void advance() noexcept;
  void jump(Sequence next) noexcept;

  const std::byte* slot_;  // slot of next_
  Sequence next_ = first_sequence;
  RingView ring_;
  ReaderRecord* record_;
  std::size_t claim_count_;
  std::size_t claim_hint_ = 0;
  std::uint64_t missed_ = 0;
  std::uint64_t gaps_passed_ = 0;  // sequences below next_ that were skipped
};

}  // namespace carry::ring
