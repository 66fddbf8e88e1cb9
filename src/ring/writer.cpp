#include <carry/ring/writer.h>

#include <algorithm>
#include <utility>

namespace carry::ring {

Writer::Writer(RingMemory memory, ReaderSource source)
    : header_(memory.header),
      slot_bytes_(memory.header->slot_bytes),
      message_offset_(memory.header->message_offset),
      source_(source),
      slots_(memory.slots),
      slot_count_(memory.header->slot_count),
      capacity_(memory.header->capacity),
      window_(memory.header->slot_count - memory.header->capacity),
      gated_(memory.header->gated != 0),
      destroy_(memory.destroy),
      window_index_(first_sequence % slot_count_),
      occupants_(slot_count_, 0),
      claimed_(window_, 0) {
  slot_ = run_end_ = slot_at(window_index_);
}

Writer::Space Writer::find_slot() {
  if (lent_end_ != nullptr) return Space::lent;
  const std::scoped_lock lock(mutex_);
  if (busy_) return Space::lent;
  const Busy busy(busy_);
  const bool looked = look_at_epoch();
  if (slot_ != run_end_) return Space::available;  // The window is this thread's already.
  if (!looked) return Space::readers_unknown;
  record_run();
  bool asked_kernel = false;
  if (next_ != window_end_) {
    mark_claims();
    destroy_unclaimed_in_window();
  }
  for (std::size_t skipped_slots = 0;;) {
    if (next_ == window_end_ && !open_window()) {
      if (!gated_ || !look_at_epoch()) return Space::readers_unknown;  // Overwriting needs nothing else.
      if (asked_kernel || !source_.drop_dead(source_.context)) return Space::ring_full;
      asked_kernel = true;
      continue;
    }
    begin_run();
    if (slot_ != run_end_) return Space::available;
    if (!asked_kernel) {
      asked_kernel = true;
      if (source_.drop_dead(source_.context) && look_at_epoch()) {
        mark_claims();
        destroy_unclaimed_in_window();
        continue;
      }
    }
    if (skipped_slots++ == slot_count_) return Space::no_free_slot;
    skip_slot();
  }
}

void Writer::end_run() noexcept {
  // Opening the next window here, after the message went out, keeps that work off the way from publish() to the reader.
  const std::scoped_lock lock(mutex_);
  if (busy_) return;  // A destructor published; find_slot() goes on here.
  const Busy busy(busy_);
  record_run();
  if (next_ == window_end_) (void)open_window();
  begin_run();
}

bool Writer::look_at_epoch() {
  // Seq_cst: pairs with the increment after a port came or went; see docs/design/ring.md.
  const std::uint64_t epoch = source_.epoch->load(std::memory_order_seq_cst);
  if (epoch == seen_epoch_.load(std::memory_order_relaxed)) return true;  // Relaxed: written under the mutex only.
  if (!source_.rescan(source_.context, readers_)) return false;
  seen_epoch_.store(epoch, std::memory_order_relaxed);  // Relaxed: for the publishing thread it is a hint.
  return true;
}

void Writer::move_window(Sequence end) noexcept {
  window_index_ = index_in_window(next_);
  window_begin_ = next_;
  window_end_ = end;
}

bool Writer::open_window() { return gated_ ? open_gated_window() : open_overwriting_window(); }

bool Writer::open_overwriting_window() {
  move_window(next_ + window_);
  std::byte* slot = slot_at(window_index_);
  std::byte* const last = slot_at(slot_count_ - 1);
  if (window_end_ > slot_count_) raise_oldest(window_end_ - slot_count_);
  for (Sequence s = window_begin_; s != window_end_; ++s) {
    stamp(slot).store(reserved(s), std::memory_order_release);  // Release: who sees it sees `oldest`. The rest is up to the fence below.
    slot = slot == last ? slots_ : slot + slot_bytes_;
  }
  // Seq_cst: a reader whose second look at a stamp missed the stores above has claimed where mark_claims() sees it.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (!look_at_epoch()) {
    window_end_ = window_begin_;  // The stamps stay reserved; the next attempt opens the same window.
    return false;
  }
  mark_claims();
  destroy_unclaimed_in_window();
  return true;
}

bool Writer::open_gated_window() {
  if (!look_at_epoch()) return false;
  const std::uint64_t former = header_->oldest.load(std::memory_order_relaxed);  // Relaxed: own word.
  const auto fail = [this, former] {
    header_->oldest.store(former, std::memory_order_seq_cst);  // Seq_cst: as below. Nothing was given up after all.
    return false;
  };
  // Whoever counts the epoch up for ever shall not keep this thread for ever: so many changes in one call are as good as a full ring.
  for (int changes = 0; changes != most_changes; ++changes) {
    const Sequence needed = lowest_needed();
    const Sequence limit = needed == needs_nothing ? next_ + window_ : std::min(next_ + window_, needed + capacity_);
    if (limit <= next_) {
      const std::uint64_t known = seen_epoch_.load(std::memory_order_relaxed);  // Relaxed: under the mutex.
      if (!look_at_epoch() || known == seen_epoch_.load(std::memory_order_relaxed)) return fail();
      continue;  // Whoever stood in the way may have left.
    }
    const Sequence oldest = std::max(reclaimed_below_, limit > slot_count_ ? limit - slot_count_ : first_sequence);
    header_->oldest.store(oldest_word(oldest, 0), std::memory_order_seq_cst);  // Seq_cst: pairs with Reader::start(), against the epoch.
    const std::uint64_t before = seen_epoch_.load(std::memory_order_relaxed);  // Relaxed: under the mutex.
    if (!look_at_epoch()) return fail();
    if (before != seen_epoch_.load(std::memory_order_relaxed)) continue;  // Somebody joined and may need what was just announced as gone.
    move_window(limit);
    destroy_unclaimed_in_window();
    return true;
  }
  return fail();
}

Sequence Writer::lowest_needed() const noexcept {
  Sequence needed = needs_nothing;
  for (const ReaderView& reader : readers_) {
    if (reader.record == nullptr) return first_sequence;
    // Acquire, and before the claims: who sees a cursor beyond s sees the claim of s or its release. Pairs with Reader::take_gated().
    needed = std::min(needed, needed_by(reader.record->cursor.load(std::memory_order_acquire)));
    const SharedWord* claims = reader.record->claims.data();
    for (std::size_t k = 0; k != reader.claim_count; ++k) {
      const Sequence claim = claims[k].load(std::memory_order_acquire);  // Acquire: pairs with the release of a sample.
      if (claim != 0) needed = std::min(needed, claim);
    }
  }
  return needed;
}

namespace {

/// One look at the first line of a record, which is all of it for most readers; words that are no claims are 0 there.
bool first_line_is_free(const ReaderRecord& record) noexcept {
  const auto any = [&]<std::size_t... k>(std::index_sequence<k...>) {
    return (... | record.claims[k].load(std::memory_order_acquire));  // Acquire: as in mark_claims().
  };
  return any(std::make_index_sequence<first_line_claims>()) == 0;
}

}  // namespace

void Writer::mark_claims() noexcept {
  if (any_claimed_) std::ranges::fill(claimed_, 0);
  any_claimed_ = false;
  for (const ReaderView& reader : readers_) {
    if (reader.record == nullptr) continue;
    const SharedWord* claims = reader.record->claims.data();
    for (std::size_t k = first_line_is_free(*reader.record) ? first_line_claims : 0; k < reader.claim_count; ++k) {
      const Sequence claim = claims[k].load(std::memory_order_acquire);  // Acquire: pairs with the release of a sample.
      // A claim of a newer lap than the window's old messages cannot lie in the window; this spares most divisions.
      if (claim == 0 || claim + slot_count_ >= window_end_) continue;
      const std::size_t index = claim % slot_count_;
      if (occupants_[index] != claim || !in_window(index)) continue;
      claimed_[distance_in_ring(index)] = 1;
      any_claimed_ = true;
    }
  }
}

void Writer::destroy_unclaimed_in_window() noexcept {
  if (destroy_ == nullptr) return;  // Who lived in the window's slots is overwritten by record_run().
  for (Sequence s = next_; s != window_end_; ++s) {
    const std::size_t index = index_in_window(s);
    if (occupants_[index] == 0 || (any_claimed_ && claimed_[s - window_begin_] != 0)) continue;
    occupants_[index] = 0;
    destroy_(slot_at(index) + message_offset_);
  }
}

void Writer::record_run() noexcept {
  // A run does not go beyond the last slot, so its slots are consecutive.
  std::size_t index = index_in_window(run_begin_);
  for (Sequence s = run_begin_; s != next_; ++s) occupants_[index++] = s;
  run_begin_ = next_;
}

void Writer::begin_run() noexcept {
  const std::size_t index = index_in_window(next_);
  std::size_t length = std::min<std::size_t>(window_end_ - next_, slot_count_ - index);
  if (any_claimed_) {
    const auto first = claimed_.begin() + static_cast<std::ptrdiff_t>(next_ - window_begin_);
    length = static_cast<std::size_t>(std::find(first, first + static_cast<std::ptrdiff_t>(length), 1) - first);
  }
  slot_ = slot_at(index);
  run_end_ = slot_ + length * slot_bytes_;
  run_begin_ = next_;
}

void Writer::skip_slot() noexcept {
  header_->gaps.store(++gaps_, std::memory_order_release);  // Release: before the stamp and `head`. Pairs with Reader::count_gaps().
  stamp(slot_at(index_in_window(next_))).store(skipped(next_), std::memory_order_release);  // Release: pairs with the acquire in Reader::try_take().
  ++next_;
  run_begin_ = next_;
}

void Writer::raise_oldest(Sequence oldest) noexcept {
  const std::uint64_t word = header_->oldest.load(std::memory_order_relaxed);  // Relaxed: own word.
  if (oldest <= oldest_of(word)) return;
  for (Sequence s = oldest_of(word); gaps_below_ != gaps_ && s != oldest; ++s) {
    // Relaxed: own word. Not overwritten yet: that is done after `oldest` is raised.
    if (stamp(slot_at(s % slot_count_)).load(std::memory_order_relaxed) == skipped(s)) ++gaps_below_;
  }
  const std::size_t index = 1 - gaps_index_of(word);
  // Release: not before the former `oldest`, which ended this count's last use. Pairs with Reader::read_oldest().
  header_->gaps_below[index].store(gaps_below_, std::memory_order_release);
  header_->oldest.store(oldest_word(oldest, index), std::memory_order_release);  // Release: after its count.
}

bool Writer::look() {
  const std::scoped_lock lock(mutex_);
  return look_at_epoch();
}

std::size_t Writer::reader_count() {
  const std::scoped_lock lock(mutex_);
  (void)look_at_epoch();
  return static_cast<std::size_t>(std::ranges::count_if(readers_, [](const ReaderView& r) { return r.record != nullptr; }));
}

bool Writer::may_have_readers() {
  const std::scoped_lock lock(mutex_);
  return !look_at_epoch() || std::ranges::any_of(readers_, [](const ReaderView& r) { return r.record != nullptr; });
}

bool Writer::awaits(Whose whose) {
  const std::scoped_lock lock(mutex_);
  if (!look_at_epoch()) return true;
  return std::ranges::any_of(readers_, [whose](const ReaderView& r) {
    if (r.in_own_process != (whose == Whose::own_process)) return false;
    return r.record == nullptr || is_connecting(r.record->cursor.load(std::memory_order_acquire));  // Acquire: pairs with Reader::start().
  });
}

}  // namespace carry::ring
