#pragma once

#include <carry/ring/reader.h>
#include <carry/ring/writer.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

namespace carry::test {

/// A ring and its readers in ordinary memory, without a domain: what the protocol needs and nothing else.
struct RingFixture {
  struct alignas(64) Slot {
    std::byte bytes[64];
  };

  struct ReaderMemory {
    std::vector<Slot> lines;
    std::size_t claim_count = 0;
    ring::ReaderRecord* record = nullptr;
    bool pending = false;
  };

  explicit RingFixture(std::size_t capacity, bool gated = false, std::uint64_t history = 0, void (*destroy)(void*) noexcept = nullptr)
      : slot_count(capacity + std::max<std::size_t>(1, capacity / 4)), slots(slot_count) {
    for (auto& slot : slots) new (slot.bytes) ring::SharedWord(0);
    header.capacity = capacity;
    header.slot_count = slot_count;
    header.slot_bytes = sizeof(Slot);
    header.message_offset = 8;
    header.history = history;
    header.gated = gated ? 1 : 0;
    header.head.store(1, std::memory_order_relaxed);
    header.oldest.store(ring::oldest_word(1, 0), std::memory_order_relaxed);
    view = {.header = &header,
            .slots = slots[0].bytes,
            .slot_count = slot_count,
            .slot_bytes = sizeof(Slot),
            .message_offset = 8,
            .history = history,
            .gated = gated};
    writer = std::make_unique<ring::Writer>(
        ring::RingMemory{.header = &header, .slots = slots[0].bytes, .destroy = destroy},
        ring::ReaderSource{.epoch = &epoch,
                           .rescan = [](void* self, std::vector<ring::ReaderView>& out) { return static_cast<RingFixture*>(self)->rescan(out); },
                           .drop_dead = [](void* self) { return static_cast<RingFixture*>(self)->drop_dead(); },
                           .context = this});
  }

  /// Joins as a subscriber does. Any thread.
  std::unique_ptr<ring::Reader> join(std::size_t claim_count = 7, bool older = false) {
    auto reader = connect(claim_count, older).first;
    reader->start(older);
    return reader;
  }

  /// The first half of it: the reader is visible, and has not started.
  std::pair<std::unique_ptr<ring::Reader>, std::shared_ptr<ReaderMemory>> connect(std::size_t claim_count, bool older) {
    auto memory = std::make_shared<ReaderMemory>();
    memory->lines.resize(ring::reader_record_bytes(claim_count) / 64);
    for (auto& line : memory->lines) {
      for (int i = 0; i != 8; ++i) new (line.bytes + 8 * i) ring::SharedWord(0);
    }
    memory->claim_count = claim_count;
    memory->record = reinterpret_cast<ring::ReaderRecord*>(memory->lines[0].bytes);
    auto reader = std::make_unique<ring::Reader>(view, memory->record, claim_count);
    reader->announce(older);
    {
      const std::scoped_lock lock(mutex);
      readers.push_back(memory);
    }
    epoch.fetch_add(1);
    return {std::move(reader), memory};
  }

  void leave(std::size_t index) {
    {
      const std::scoped_lock lock(mutex);
      readers.erase(readers.begin() + static_cast<std::ptrdiff_t>(index));
    }
    epoch.fetch_add(1);
  }

  bool publish(std::uint64_t value) {
    if (!writer->has_slot() && writer->find_slot() != ring::Writer::Space::available) return false;
    *static_cast<std::uint64_t*>(writer->message()) = value;
    writer->commit();
    return true;
  }

  /// The next message's value and the release of its claim, or 0.
  static std::uint64_t take(ring::Reader& reader) {
    ring::Claimed claimed;
    if (reader.try_take(claimed) != ring::Reader::Outcome::taken) return 0;
    const std::uint64_t value = *reinterpret_cast<const std::uint64_t*>(claimed.message);
    claimed.claim->store(0, std::memory_order_release);
    return value;
  }

  bool rescan(std::vector<ring::ReaderView>& out) {
    const std::scoped_lock lock(mutex);
    if (!rescan_works) return false;
    out.clear();
    for (const auto& reader : readers) out.push_back({.record = reader->pending ? nullptr : reader->record, .claim_count = reader->claim_count});
    return true;
  }

  bool drop_dead() {
    if (dead.empty()) return false;
    for (const std::size_t index : dead) leave(index);
    dead.clear();
    return true;
  }

  std::size_t slot_count;
  std::vector<Slot> slots;
  ring::RingHeader header{};
  ring::RingView view;
  std::atomic<std::uint64_t> epoch = 1;
  std::mutex mutex;
  std::vector<std::shared_ptr<ReaderMemory>> readers;
  std::vector<std::size_t> dead;
  bool rescan_works = true;
  std::unique_ptr<ring::Writer> writer;
};

}  // namespace carry::test
