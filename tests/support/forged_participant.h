#pragma once

#include "support/forged_segment.h"

#include <carry/domain/participant.h>
#include <carry/domain/topic.h>

#include <optional>
#include <string_view>

namespace carry::test {

/// Another participant of the domain of this process, alive, whose segment may be changed at will: who is in the domain maps it as he maps others'.
class ForgedParticipant {
 public:
  static constexpr std::size_t segment_bytes = domain::minimum_reserved_bytes;

  explicit ForgedParticipant(const platform::DomainDirectory& directory)
      : epochs_(platform::EpochTable::open(directory).value()), memory_(platform::OwnSegment::create(directory, id_, segment_bytes).value()) {
    if (memory_.commit(0, segment_bytes)) throw std::bad_alloc();
    segment_.emplace(forge());
    if (memory_.make_visible()) throw std::bad_alloc();
    bump(0);
  }
  ~ForgedParticipant() { leave(); }

  platform::ParticipantId id() const noexcept { return id_; }
  ForgedSegment& segment() noexcept { return *segment_; }

  /// The segment as it was made.
  ForgedSegment forge() { return {{memory_.base(), segment_bytes}, id_}; }

  /// Tells everybody that something changed.
  void bump(std::size_t counter) { epochs_.counter(counter).fetch_add(1); }
  void bump_topic(std::string_view topic) { bump(2 + domain::topic_hash(topic) % (platform::EpochTable::counter_count - 2)); }

  /// Ends it, as a process that closes everything.
  void leave() {
    if (!segment_) return;
    segment_->header().port_high_water = 0;
    ++segment_->header().ports_version;
    segment_.reset();
    memory_.withdraw();
    for (std::size_t counter = 0; counter != platform::EpochTable::counter_count; ++counter) bump(counter);
    epochs_.leave();
  }

 private:
  platform::ParticipantId id_ = platform::ParticipantId::random();
  platform::EpochTable epochs_;
  platform::OwnSegment memory_;
  std::optional<ForgedSegment> segment_;
};

}  // namespace carry::test
