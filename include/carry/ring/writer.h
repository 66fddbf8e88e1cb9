#pragma once

// The publisher's end of a ring, for untyped messages. docs/design/ring.md is its manual.
//
// One thread at a time publishes. reclaim() may come from any thread of the process: a private mutex keeps it away from the slow path, and it
// never touches the current window, which belongs to the publishing thread alone. The destructor of a message may come back to the writer in
// the same thread: to reclaim(), because it allocates, or to find_slot(), because it publishes. Both answer that there is nothing to be had.

#include <carry/ring/layout.h>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace carry::ring {

/// One reader as the publisher sees it. `record` lies in another process's segment: its words may hold anything.
struct ReaderView {
  const ReaderRecord* record = nullptr;  ///< Null: a subscriber that is older than the publisher and has not connected yet.
  std::size_t claim_count = 0;
  bool in_own_process = false;
};

/// Tells a writer who reads its ring.
struct ReaderSource {
  const std::atomic<std::uint64_t>* epoch = nullptr;                          ///< Moves when readers come or go.
  bool (*rescan)(void* context, std::vector<ReaderView>& readers) = nullptr;  ///< Fills in the present readers; false: could not.
  bool (*drop_dead)(void* context) = nullptr;  ///< Asks the kernel; true if a reader turned out dead, and the epoch has moved.
  void* context = nullptr;
};

/// Where the ring lies, and how messages end.
struct RingMemory {
  RingHeader* header = nullptr;
  std::byte* slots = nullptr;
  void (*destroy)(void* message) noexcept = nullptr;  ///< Null: nothing to do.
};

class Writer {
 public:
  enum class Space { available, ring_full, no_free_slot, lent, readers_unknown };
  enum class Whose { own_process, other_processes };

  Writer(RingMemory memory, ReaderSource source);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// True when message() may be used at once: a reserved slot is there and nobody came or went.
  bool has_slot() const noexcept {
    // Relaxed: a hint; open_window() orders what matters.
    return slot_ != run_end_ && source_.epoch->load(std::memory_order_relaxed) == seen_epoch_.load(std::memory_order_relaxed);
  }

  /// Looks for a slot when has_slot() is false. Complexity: O(window + readers), amortised over a window.
  Space find_slot();

  /// Where the next message is constructed. Valid after has_slot() or Space::available, until commit().
  void* message() const noexcept { return slot_ + message_offset_; }

  /// Keeps the slot of message() for one who fills it at leisure: until take_back(), has_slot() is false and find_slot() says Space::lent.
  void lend() noexcept { lent_end_ = std::exchange(run_end_, slot_); }
  void take_back() noexcept { run_end_ = std::exchange(lent_end_, nullptr); }

  /// The sequence that commit() will publish.
  Sequence next() const noexcept { return next_; }

  /// Makes the message in message() visible to every reader. The message must have been constructed.
  void commit() noexcept {
    stamp(slot_).store(ready(next_), std::memory_order_release);  // Release: pairs with the acquire in Reader::try_take().
    ++next_;
    header_->head.store(next_, std::memory_order_release);  // Release: pairs with the acquire in Reader::start().
    slot_ += slot_bytes_;
    if (slot_ == run_end_) [[unlikely]]
      end_run();
  }

  /// Destroys messages that nobody claims or still has to get, newest window excepted. Returns how many. Any thread.
  std::size_t reclaim() noexcept;

  /// Destroys every message; no reader is left. The ring's memory may be freed afterwards.
  void destroy_all();

  /// Looks for readers if any came or went. False: could not.
  bool look();

  /// Readers that are connected, as far as it is known.
  std::size_t reader_count();

  /// False if nobody is connected. In doubt true.
  bool may_have_readers();

  /// False if nobody is about to connect: no subscriber that was there first, no reader that has not started. In doubt true.
  bool awaits(Whose whose);

 private:
  /// While it exists, destructors of messages may run.
  struct Busy {
    explicit Busy(bool& flag) noexcept : flag_(flag) { flag_ = true; }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;
    ~Busy() { flag_ = false; }
    bool& flag_;
  };
  static SharedWord& stamp(std::byte* slot) noexcept { return *reinterpret_cast<SharedWord*>(slot); }
  std::byte* slot_at(std::size_t index) const noexcept { return slots_ + index * slot_bytes_; }
  /// The slot's index of a sequence in the current window, its end included. Without a division.
  std::size_t index_in_window(Sequence s) const noexcept {
    const std::size_t index = window_index_ + (s - window_begin_);
    return index < slot_count_ ? index : index - slot_count_;
  }
  /// How far behind the window's first slot a slot lies, going round.
  std::size_t distance_in_ring(std::size_t index) const noexcept {
    return index >= window_index_ ? index - window_index_ : index + slot_count_ - window_index_;
  }
  bool in_window(std::size_t index) const noexcept { return distance_in_ring(index) < window_end_ - window_begin_; }
  void move_window(Sequence end) noexcept;
  static constexpr int most_changes = 64;  // of the epoch, in one call

  void end_run() noexcept;
  bool open_window();
  bool open_overwriting_window();
  bool open_gated_window();
  Sequence lowest_needed() const noexcept;
  bool look_at_epoch();
  void mark_claims() noexcept;
  void destroy_unclaimed_in_window() noexcept;
  void record_run() noexcept;
  void begin_run() noexcept;
  void skip_slot() noexcept;
  std::size_t reclaim_overwriting();
  std::size_t reclaim_gated();
  void raise_oldest(Sequence oldest) noexcept;

  // Hot: what publish() touches.
  std::byte* slot_ = nullptr;     // next free slot; slot_ == run_end_: none
  std::byte* run_end_ = nullptr;  // end of the run of free slots, never beyond the last slot
  Sequence next_ = first_sequence;
  std::byte* lent_end_ = nullptr;  // run_end_ while the slot is lent
  RingHeader* header_;
  std::size_t slot_bytes_;
  std::size_t message_offset_;
  ReaderSource source_;
  std::atomic<std::uint64_t> seen_epoch_ = 0;  // atomic because reclaim() may look for another thread; written under the mutex

  std::byte* slots_;
  std::size_t slot_count_;
  std::size_t capacity_;
  std::size_t window_;
  bool gated_;
  void (*destroy_)(void*) noexcept;
  Sequence run_begin_ = first_sequence;
  Sequence window_begin_ = first_sequence;
  Sequence window_end_ = first_sequence;
  std::size_t window_index_;  // of the slot of window_begin_
  Sequence reclaimed_below_ = first_sequence;
  std::uint64_t gaps_ = 0;              // sequences that were skipped
  std::uint64_t gaps_below_ = 0;        // those below `oldest`
  std::vector<Sequence> occupants_;     // per slot: the message that lives there, 0 = none; the current run is recorded at its end
  std::vector<unsigned char> claimed_;  // per slot of the window
  bool any_claimed_ = false;            // some entry of claimed_ is set
  std::vector<ReaderView> readers_;
  std::recursive_mutex mutex_;  // slow paths and reclaim()
  bool busy_ = false;           // under the mutex: a message's destructor may be running
};

}  // namespace carry::ring
