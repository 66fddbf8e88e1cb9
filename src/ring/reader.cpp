#include <carry/ring/reader.h>

#include <algorithm>

namespace carry::ring {

namespace {

/// A stamp below every ready(): where a reader stands that takes nothing any more.
constinit const SharedWord no_message = 0;

}  // namespace

Reader::Reader(const RingView& ring, ReaderRecord* record, std::size_t claim_count) noexcept
    : slot_(ring.slots + first_sequence % ring.slot_count * ring.slot_bytes), ring_(ring), record_(record), claim_count_(claim_count) {}

void Reader::announce(bool older) noexcept {
  // Acquire: pairs with Writer::commit().
  const Sequence head = std::min(ring_.header->head.load(std::memory_order_acquire), last_sequence);
  const Sequence wanted = older ? first_sequence : std::max(first_sequence, head - std::min(head, ring_.history));
  next_ = wanted;
  record_->cursor.store(wanted | connecting, std::memory_order_release);  // Release: visible before the port is.
}

void Reader::start(bool older) noexcept {
  Oldest oldest = read_oldest();
  std::uint64_t gaps_behind = count_gaps(oldest, next_);
  // A window of a large ring is a quarter of it, so that a writer in its right mind has the counts add up to three rings.
  std::size_t counted = 0;
  for (int attempt = 0; attempt != most_attempts && counted <= 4 * ring_.slot_count + most_counted; ++attempt) {
    // A gap that was overwritten before it was counted is below the `oldest` that is there now.
    const Oldest again = read_oldest();
    if (again.sequence == oldest.sequence) break;
    oldest = again;
    gaps_behind = count_gaps(oldest, next_);
    counted += std::min<std::uint64_t>(ring_.slot_count, next_ - std::min(next_, oldest.sequence));
  }
  gaps_passed_ = oldest.gaps + gaps_behind;
  if (oldest.sequence >= next_ && older) {
    // An older subscriber is told what it lost; a younger one never had a claim to it.
    missed_ += oldest.sequence - next_ - std::min(oldest.gaps, oldest.sequence - next_);
  }
  jump(std::max(next_, oldest.sequence));
  record_->cursor.store(next_, std::memory_order_release);  // Release: pairs with Writer::lowest_needed() and ::awaits().
}

Reader::Oldest Reader::read_oldest() const noexcept {
  // Seq_cst, at joining after the seq_cst increment of the epoch: pairs with Writer::open_gated_window(), which stores `oldest` and then
  // loads the epoch. Later: not older than the stamp that was seen.
  std::uint64_t word = ring_.header->oldest.load(std::memory_order_seq_cst);
  for (int attempt = 0;; ++attempt) {
    // Acquire, twice: a count that belongs to a later `oldest` brings the `oldest` in between with it. Pairs with Writer::raise_oldest().
    const std::uint64_t gaps = ring_.header->gaps_below[gaps_index_of(word)].load(std::memory_order_acquire);
    const std::uint64_t again = ring_.header->oldest.load(std::memory_order_acquire);
    if (again == word || attempt == most_attempts) return {.sequence = std::min(oldest_of(word), last_sequence), .gaps = gaps};
    word = again;
  }
}

std::uint64_t Reader::count_gaps(Oldest from, Sequence to) const noexcept {
  // Acquire: what was skipped before the `head` that announce() saw is counted here. Pairs with Writer::skip_slot().
  if (ring_.header->gaps.load(std::memory_order_acquire) == from.gaps) return 0;
  std::uint64_t gaps = 0;
  const Sequence end = std::min(to, from.sequence + ring_.slot_count);
  std::size_t index = from.sequence % ring_.slot_count;
  for (Sequence s = from.sequence; s < end; ++s) {
    const std::byte* slot = ring_.slots + index * ring_.slot_bytes;
    gaps += stamp_of(slot).load(std::memory_order_acquire) == skipped(s) ? 1 : 0;  // Acquire: pairs with Writer::skip_slot().
    if (++index == ring_.slot_count) index = 0;
  }
  return gaps;
}

/// False: nothing at all was lost, says `oldest`, which is raised before any stamp.
bool Reader::skip_lost() noexcept {
  const Oldest oldest = read_oldest();
  if (oldest.sequence <= next_) return false;
  const std::uint64_t gaps = oldest.gaps - std::min(oldest.gaps, gaps_passed_);
  missed_ += oldest.sequence - next_ - std::min(gaps, oldest.sequence - next_);
  gaps_passed_ = std::max(gaps_passed_, oldest.gaps);
  jump(oldest.sequence);
  return true;
}

Reader::Outcome Reader::give_up() noexcept {
  slot_ = reinterpret_cast<const std::byte*>(&no_message);
  return Outcome::malformed;
}

bool Reader::is_malformed() const noexcept { return slot_ == reinterpret_cast<const std::byte*>(&no_message); }

Reader::Outcome Reader::take(std::uint64_t stamp, Claimed& out) noexcept {
  // A writer that is in its right mind leaves fewer gaps than slots in a row; one that is not shall not keep this thread for ever.
  int losses = 0;
  for (std::size_t steps = 0; steps <= ring_.slot_count; ++steps) {
    if (stamp < ready(next_)) return Outcome::nothing;
    bool lost = stamp > skipped(next_);
    if (stamp == ready(next_)) {
      const Outcome outcome = ring_.gated ? take_gated(out) : take_claiming(out, lost);
      if (!lost) return outcome;
    }
    if (lost) {
      if (++losses > most_attempts) return Outcome::nothing;  // Overtaken again and again: the next call goes on.
      if (!skip_lost()) return give_up();
    } else {
      ++gaps_passed_;
      advance();
    }
    if (ring_.gated) record_->cursor.store(next_, std::memory_order_release);  // Release: pairs with Writer::lowest_needed().
    stamp = stamp_of(slot_).load(std::memory_order_acquire);                   // Acquire: pairs with Writer::commit().
  }
  return Outcome::nothing;
}

Reader::Outcome Reader::take_claiming(Claimed& out, bool& lost) noexcept {
  SharedWord* claim = free_claim();
  if (claim == nullptr) return Outcome::too_many_samples;
  claim->store(next_, std::memory_order_seq_cst);  // Seq_cst: pairs with the fence in Writer::open_overwriting_window().
  // Seq_cst, after the claim: still this message means that the writer, before it reuses the slot, will see the claim.
  if (stamp_of(slot_).load(std::memory_order_seq_cst) != ready(next_)) {
    claim->store(0, std::memory_order_release);  // Release: keeps the word a chain of releases.
    lost = true;
    return Outcome::nothing;
  }
  out = {slot_ + ring_.message_offset, claim};
  advance();
  return Outcome::taken;
}

Reader::Outcome Reader::take_gated(Claimed& out) noexcept {
  SharedWord* claim = free_claim();
  if (claim == nullptr) return Outcome::too_many_samples;
  claim->store(next_, std::memory_order_release);  // Release: ordered before the cursor, and keeps the word a chain of releases.
  out = {slot_ + ring_.message_offset, claim};
  advance();
  record_->cursor.store(next_, std::memory_order_release);  // Release: pairs with Writer::lowest_needed().
  return Outcome::taken;
}

SharedWord* Reader::free_claim() noexcept {
  SharedWord* claims = record_->claims.data();
  for (std::size_t tried = 0; tried != claim_count_; ++tried) {
    // Acquire: the end of the former sample, perhaps in another thread, happens before the word's next use.
    if (claims[claim_hint_].load(std::memory_order_acquire) == 0) return &claims[claim_hint_];
    if (++claim_hint_ == claim_count_) claim_hint_ = 0;
  }
  return nullptr;
}

std::size_t Reader::held() const noexcept {
  const SharedWord* claims = record_->claims.data();
  // Acquire: once 0 is seen, all use of the sample is over.
  return static_cast<std::size_t>(
      std::count_if(claims, claims + claim_count_, [](const SharedWord& claim) { return claim.load(std::memory_order_acquire) != 0; }));
}

void Reader::detach() noexcept {
  record_->cursor.store(needs_nothing, std::memory_order_release);  // Release: pairs with Writer::lowest_needed().
}

void Reader::advance() noexcept {
  ++next_;
  slot_ += ring_.slot_bytes;
  if (slot_ == ring_.slots + ring_.slot_count * ring_.slot_bytes) slot_ = ring_.slots;
}

void Reader::jump(Sequence next) noexcept {
  next_ = next;
  slot_ = ring_.slots + next % ring_.slot_count * ring_.slot_bytes;
}

}  // namespace carry::ring
