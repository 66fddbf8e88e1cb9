#include "ring_world.h"

#include "execution.h"

#include <algorithm>
#include <cstddef>
#include <new>
#include <utility>

namespace carry::explorer {

namespace {

constexpr std::uint64_t poison = 0xdead;

/// The next piece of the model's memory, made of zeros.
template <class T>
T* place(std::size_t& used, std::size_t count = 1) {
  T* const first = reinterpret_cast<T*>(execution().memory().arena() + used);
  for (std::size_t i = 0; i != count; ++i) new (first + i) T{};
  used += (count * sizeof(T) + 63) / 64 * 64;
  return first;
}

}  // namespace

void require(bool condition, const char* check, const char* what) {
  if (!condition) execution().fail(check, what);
}

void Taken::check() const {
  require(sample->sequence != poison, "destroyed", "a sample's message was destroyed");
  require(sample->sequence == sequence && sample->inverted == ~sequence, "content", "a sample contains another message than it says");
}

void Taken::release() {
  check();
  sample.release();
}

RingWorld::RingWorld(const Shape& shape) : shape_(shape) {
  std::size_t used = 0;
  words_ = place<Words>(used);
  header_ = place<ring::RingHeader>(used);
  slots_ = place<Slot>(used, shape.capacity + shape.window);
  const ring::RingView view{.header = header_,
                            .slots = reinterpret_cast<const std::byte*>(slots_),
                            .slot_count = shape.capacity + shape.window,
                            .slot_bytes = sizeof(Slot),
                            .message_offset = offsetof(Slot, message),
                            .history = shape.history,
                            .gated = shape.gated};
  header_->capacity = shape.capacity;
  header_->slot_count = view.slot_count;
  header_->slot_bytes = view.slot_bytes;
  header_->message_offset = view.message_offset;
  header_->history = view.history;
  header_->gated = shape.gated ? 1 : 0;
  header_->head = ring::first_sequence;
  header_->oldest = ring::oldest_word(ring::first_sequence, 0);
  words_->epoch = 1;
  for (std::size_t k = 0; k != most_readers; ++k) {
    ends_[k].record = place<ring::ReaderRecord>(used);
    ends_[k].reader.emplace(view, ends_[k].record, shape.claims);
    ends_[k].older = shape.older[k];
    for (std::size_t claim = shape.claims; claim != ring::first_line_claims; ++claim) {
      execution().memory().declare_constant(&ends_[k].record->claims[claim]);
    }
  }
  writer_ = new (execution().memory().arena() + used) ring::Writer(
      ring::RingMemory{.header = header_, .slots = reinterpret_cast<std::byte*>(slots_), .destroy = shape.has_destructor ? &destroy : nullptr},
      ring::ReaderSource{.epoch = &words_->epoch,
                         .rescan = [](void* self, std::vector<ring::ReaderView>& readers) { return static_cast<RingWorld*>(self)->rescan(readers); },
                         .drop_dead = [](void*) { return false; },
                         .context = this});
}

RingWorld::~RingWorld() { writer_->~Writer(); }

void RingWorld::destroy(void* memory) noexcept {
  auto* const message = static_cast<Message*>(memory);
  require(message->inverted == ~message->sequence, "destroyed", "a message is destroyed that is none");
  message->sequence = poison;
}

bool RingWorld::rescan(std::vector<ring::ReaderView>& readers) {
  readers.clear();
  for (std::size_t k = 0; k != most_readers; ++k) {
    // Acquire: pairs with join(), as Peer::read() with PortTable::add().
    const std::uint64_t port = words_->ports[k].load(std::memory_order_acquire);
    if (port == awaited) readers.push_back({});
    if (port == connected) readers.push_back({.record = ends_[k].record, .claim_count = shape_.claims});
  }
  return true;
}

bool RingWorld::publish() {
  if (!writer_->has_slot() && writer_->find_slot() != ring::Writer::Space::available) return false;
  const ring::Sequence sequence = writer_->next();
  require(sequence < most_sequences, "bounds", "a scenario publishes more than it may");
  new (writer_->message()) Message{.sequence = sequence, .inverted = ~sequence};
  published_[sequence] = true;
  begun_ = sequence;
  writer_->commit();
  return true;
}

void RingWorld::publish_all(std::size_t count) {
  constexpr std::size_t attempts = 4;
  for (std::size_t i = 0; i != count; ++i) {
    std::size_t failures = 0;
    while (!publish()) {
      if (++failures == attempts) return;
      execution().pause();
    }
  }
}

void RingWorld::await(std::size_t k) { words_->ports[k] = awaited; }

void RingWorld::join(std::size_t k) {
  End& end = ends_[k];
  end.reader->announce(end.older);
  words_->ports[k].store(connected, std::memory_order_release);  // Release: pairs with rescan().
  words_->epoch.fetch_add(1, std::memory_order_seq_cst);         // Seq_cst: as in Participant::add_port().
  end.reader->start(end.older);
  end.start = end.older ? ring::first_sequence : end.reader->next();
  end.joined = true;
  require(end.start <= begun_ + 1, "start", "a reader starts beyond the next message");
}

Taken RingWorld::take(std::size_t k) {
  End& end = ends_[k];
  ring::Claimed claimed;
  if (end.reader->try_take(claimed) != ring::Reader::Outcome::taken) return {};
  Taken taken{.sample = Sample<Message>(claimed), .sequence = end.reader->next() - 1};
  taken.check();
  require(taken.sequence < most_sequences && published_[taken.sequence], "content", "a message that was never published");
  require(end.received.empty() || end.received.back() < taken.sequence, "content", "a message comes again");
  end.received.push_back(taken.sequence);
  return taken;
}

void RingWorld::take_and_release(std::size_t k, std::size_t attempts) {
  for (std::size_t i = 0; i != attempts; ++i) {
    if (Taken taken = take(k)) taken.release();
    else execution().pause();
  }
}

void RingWorld::keep(Taken taken) { kept_ = std::move(taken); }

void RingWorld::hand_over(Taken taken) {
  if (!taken) return;
  handed_over_ = std::move(taken);
  words_->handed_over.store(1, std::memory_order_release);  // Release: pairs with receive().
}

Taken RingWorld::receive(std::size_t attempts) {
  for (std::size_t i = 0; i != attempts; ++i) {
    // Acquire: pairs with hand_over().
    if (words_->handed_over.load(std::memory_order_acquire) == 1) return std::move(handed_over_);
    execution().pause();
  }
  return {};
}

bool RingWorld::leave(std::size_t k, std::size_t attempts) {
  End& end = ends_[k];
  end.reader->detach();
  end.left = true;
  for (std::size_t i = 0; i != attempts; ++i) {
    if (end.reader->held() == 0) {
      words_->ports[k].store(no_port, std::memory_order_release);  // Release: as in PortTable::remove(). Pairs with rescan().
      words_->epoch.fetch_add(1, std::memory_order_seq_cst);       // Seq_cst: as in Participant::remove_port().
      return true;
    }
    execution().pause();
  }
  return false;
}

void RingWorld::finish() {
  if (handed_over_) handed_over_.release();
  if (kept_) kept_.release();
  constexpr std::size_t rounds = 2;
  for (std::size_t round = 0; round != rounds; ++round) {
    for (std::size_t k = 0; k != most_readers; ++k) {
      End& end = ends_[k];
      if (!end.joined && words_->ports[k] == awaited) join(k);
      if (!end.joined || end.left) continue;
      while (Taken taken = take(k)) taken.release();
      require(end.reader->next() == writer_->next(), "stuck", "a reader does not come to the end of what was published");
      account(end);
    }
    require(publish(), "stuck", "nothing is needed, and the publisher finds no slot");
  }
}

void RingWorld::account(End& end) {
  std::uint64_t lost = 0;
  for (ring::Sequence s = end.start; s < end.reader->next(); ++s) {
    if (published_[s] && !std::ranges::binary_search(end.received, s)) ++lost;
  }
  require(!shape_.gated || lost == 0, "lost", "a gated reader lost a message");
  require(end.reader->missed() == lost, "missed", "not as many missed as were lost");
}

std::string RingWorld::name_of(std::size_t word) const {
  const auto at = [](const void* base) { return static_cast<std::size_t>(static_cast<const std::byte*>(base) - execution().memory().arena()) / 8; };
  const auto numbered = [](const char* name, std::size_t number) { return name + ("[" + std::to_string(number) + "]"); };
  if (word == 0) return "epoch";
  if (word <= most_readers) return numbered("port", word - 1);
  if (word < at(header_)) return "handed_over";
  if (word == at(&header_->head)) return "head";
  if (word == at(&header_->oldest)) return "oldest";
  if (word == at(&header_->gaps)) return "gaps";
  if (word < at(&header_->gaps)) return numbered("gaps_below", word - at(&header_->oldest) - 1);
  if (word < at(ends_[0].record)) return numbered("stamp", (word - at(slots_)) / 8);
  if (word >= at(writer_)) return "Writer::seen_epoch_";
  const std::size_t reader = (word - at(ends_[0].record)) / 8;
  const std::size_t part = (word - at(ends_[0].record)) % 8;
  return part == 0 ? numbered("cursor", reader) : numbered(reader == 0 ? "claim of 0" : "claim of 1", part - 1);
}

}  // namespace carry::explorer
