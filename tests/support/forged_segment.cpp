#include "support/forged_segment.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <string>

namespace carry::test {

using domain::SharedWord;

ForgedSegment::ForgedSegment(std::span<std::byte> memory, platform::ParticipantId id) : memory_(memory) {
  auto* h = new (base()) domain::SegmentHeader{};
  h->magic = domain::segment_magic;
  h->version = domain::layout_version;
  h->abi = domain::abi_tag;
  h->id = id;
  h->pid = 4711;
  h->reserved_bytes = memory.size();
  h->heap_committed.store(memory.size() - domain::heap_offset);
}

std::uint64_t ForgedSegment::allocate(std::size_t bytes, std::size_t alignment) {
  const std::uint64_t begin = (end_ + alignment - 1) / alignment * alignment;
  if (begin > memory_.size() || bytes > memory_.size() - begin) return 0;
  end_ = begin + bytes;
  std::memset(base() + begin, 0, bytes);
  return begin;
}

std::uint64_t ForgedSegment::add_descriptor(std::string_view topic, const domain::TypeIdentity& type) {
  const std::string text = std::string(topic) + std::string(type.name) + std::string(type.structure);
  const std::uint64_t offset = allocate(sizeof(domain::TopicDescriptor) + (text.size() + 7) / 8 * 8);
  auto& head = at<domain::TopicDescriptor>(offset);
  head.message_bytes = type.bytes;
  head.message_alignment = type.alignment;
  head.type_version = type.version;
  head.structure_hash = type.structure_hash;
  head.structure_bytes = type.structure_bytes;
  head.text_bytes = topic.size() | std::uint64_t{type.name.size()} << 16 | std::uint64_t{type.structure.size()} << 32;
  std::memcpy(base() + offset + sizeof head, text.data(), text.size());
  return offset;
}

ForgedSegment::Ring ForgedSegment::add_ring(std::size_t capacity, const domain::TypeIdentity& type, bool gated) {
  const std::uint64_t message_offset = std::max<std::uint64_t>(8, type.alignment);
  const std::uint64_t alignment = std::max<std::uint64_t>(64, type.alignment);
  Ring ring{.header = allocate(sizeof(ring::RingHeader)),
            .slots = 0,
            .slot_count = capacity + std::max<std::size_t>(1, capacity / 4),
            .slot_bytes = (message_offset + type.bytes + alignment - 1) / alignment * alignment};
  ring.slots = allocate(ring.slot_count * ring.slot_bytes, alignment);
  auto& header = at<ring::RingHeader>(ring.header);
  header.capacity = capacity;
  header.slot_count = ring.slot_count;
  header.slot_bytes = ring.slot_bytes;
  header.message_offset = message_offset;
  header.slots_offset = ring.slots;
  header.history = 0;
  header.gated = gated ? 1 : 0;
  header.head = ring::first_sequence;
  header.oldest = ring::oldest_word(ring::first_sequence, 0);
  return ring;
}

void ForgedSegment::set_port(std::size_t index, const domain::PortView& view) {
  auto& record = port(index);
  record.state = 0;
  record.port_id = view.port_id;
  record.birth = view.birth;
  record.topic_hash = view.topic_hash;
  record.descriptor_offset = view.descriptor_offset;
  record.body_offset = view.body_offset;
  record.target_high = view.target.high;
  record.target_low = view.target.low;
  record.target_port = view.target_port;
  record.owner_port = view.owner_port;
  record.claim_count = view.claim_count;
  record.state = 1 << 8 | static_cast<std::uint64_t>(view.kind);
  if (header().port_high_water <= index) header().port_high_water = index + 1;
  ++header().ports_version;
}

}  // namespace carry::test
