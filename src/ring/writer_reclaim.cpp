// How messages that nobody needs are destroyed before their slots are used again.

#include <carry/ring/writer.h>

#include <algorithm>
#include <new>
#include <vector>

namespace carry::ring {

std::size_t Writer::reclaim() noexcept {
  // A publishing thread in its slow path frees messages itself; waiting for it here could wait for ever, if it needs memory to go on.
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock() || busy_) return 0;
  const Busy busy(busy_);
  try {
    return gated_ ? reclaim_gated() : reclaim_overwriting();
  } catch (const std::bad_alloc&) {
    return 0;  // Nothing was given up.
  }
}

std::size_t Writer::reclaim_overwriting() {
  // What may fail comes first: nothing shall be given up for nothing.
  std::vector<bool> held(slot_count_, false);
  if (!look_at_epoch()) return 0;
  raise_oldest(window_begin_);
  for (std::size_t index = 0; index != slot_count_; ++index) {
    const Sequence s = occupants_[index];
    if (s == 0 || in_window(index)) continue;
    SharedWord& word = stamp(slots_ + index * slot_bytes_);
    // Relaxed: own word. A slot that was skipped since keeps its newer stamp. Release: as in open_overwriting_window().
    if (word.load(std::memory_order_relaxed) == ready(s)) word.store(given_up(s), std::memory_order_release);
  }
  std::atomic_thread_fence(std::memory_order_seq_cst);  // Seq_cst: as in open_overwriting_window().
  if (!look_at_epoch()) return 0;
  for (const ReaderView& reader : readers_) {
    for (std::size_t k = 0; reader.record != nullptr && k != reader.claim_count; ++k) {
      const Sequence claim = reader.record->claims.data()[k].load(std::memory_order_acquire);  // Acquire: as in mark_claims().
      if (claim != 0) held[claim % slot_count_] = true;
    }
  }
  std::size_t count = 0;
  for (std::size_t index = 0; index != slot_count_; ++index) {
    if (occupants_[index] == 0 || in_window(index) || held[index]) continue;
    occupants_[index] = 0;
    if (destroy_ != nullptr) destroy_(slots_ + index * slot_bytes_ + message_offset_);
    ++count;
  }
  return count;
}

std::size_t Writer::reclaim_gated() {
  if (!look_at_epoch()) return 0;
  Sequence limit = 0;
  for (int changes = 0;; ++changes) {
    if (changes == most_changes) return 0;  // As in open_gated_window(). Nothing was destroyed.
    limit = std::min(lowest_needed(), window_begin_);
    if (limit <= reclaimed_below_) return 0;
    const Sequence oldest = std::max(limit, oldest_of(header_->oldest.load(std::memory_order_relaxed)));  // Relaxed: own word.
    header_->oldest.store(oldest_word(oldest, 0), std::memory_order_seq_cst);                             // Seq_cst: as in open_gated_window().
    const std::uint64_t before = seen_epoch_.load(std::memory_order_relaxed);                             // Relaxed: under the mutex.
    if (!look_at_epoch()) return 0;
    if (before == seen_epoch_.load(std::memory_order_relaxed)) break;  // Relaxed: under the mutex.
  }
  reclaimed_below_ = limit;
  std::size_t count = 0;
  for (std::size_t index = 0; index != slot_count_; ++index) {
    const Sequence s = occupants_[index];
    if (s == 0 || s >= limit || in_window(index)) continue;
    stamp(slots_ + index * slot_bytes_).store(given_up(s), std::memory_order_relaxed);  // Relaxed: nobody starts below `oldest`.
    occupants_[index] = 0;
    if (destroy_ != nullptr) destroy_(slots_ + index * slot_bytes_ + message_offset_);
    ++count;
  }
  return count;
}

void Writer::destroy_all() {
  const std::scoped_lock lock(mutex_);
  const Busy busy(busy_);
  record_run();
  for (std::size_t index = 0; index != slot_count_; ++index) {
    if (occupants_[index] == 0) continue;
    occupants_[index] = 0;
    if (destroy_ != nullptr) destroy_(slots_ + index * slot_bytes_ + message_offset_);
  }
}

}  // namespace carry::ring
