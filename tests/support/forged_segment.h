#pragma once

#include <carry/domain/peer.h>
#include <carry/domain/segment_layout.h>
#include <carry/domain/topic.h>
#include <carry/ring/layout.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace carry::test {

/// The segment of a participant that keeps to no rules: sound as it is made, and every word of it may be changed at any time.
///
/// Its memory is the caller's, all of it is committed, and what was in it is forgotten as far as a ForgedSegment wrote it.
class ForgedSegment {
 public:
  ForgedSegment(std::span<std::byte> memory, platform::ParticipantId id);

  std::byte* base() const noexcept { return memory_.data(); }
  std::size_t bytes() const noexcept { return memory_.size(); }
  domain::SegmentHeader& header() const noexcept { return *reinterpret_cast<domain::SegmentHeader*>(base()); }
  domain::PortRecord& port(std::size_t index) const noexcept { return reinterpret_cast<domain::PortRecord*>(base() + domain::ports_offset)[index]; }
  template <class T>
  T& at(std::uint64_t offset) const noexcept {
    return *reinterpret_cast<T*>(base() + offset);
  }
  domain::SharedWord& word(std::uint64_t offset) const noexcept { return at<domain::SharedWord>(offset); }

  /// The offset of that much of the heap, which nothing else lies in. 0: it is full.
  std::uint64_t allocate(std::size_t bytes, std::size_t alignment = 64);

  /// As carry writes them.
  std::uint64_t add_descriptor(std::string_view topic, const domain::TypeIdentity& type);
  struct Ring {
    std::uint64_t header;
    std::uint64_t slots;
    std::uint64_t slot_count;
    std::uint64_t slot_bytes;
  };
  Ring add_ring(std::size_t capacity, const domain::TypeIdentity& type, bool gated = false);
  void set_port(std::size_t index, const domain::PortView& port);

 private:
  std::span<std::byte> memory_;
  std::uint64_t end_ = domain::heap_offset;
};

}  // namespace carry::test
