#include "publish_subscribe/ring_validation.h"

#include <carry/publish_subscribe/options.h>

#include <algorithm>

namespace carry::publish_subscribe::detail {

std::optional<ring::RingView> validate(const domain::Peer& peer, const domain::PortView& publisher, const domain::TypeIdentity& type) noexcept {
  const std::byte* memory = peer.at(publisher.body_offset, sizeof(ring::RingHeader), alignof(ring::RingHeader));
  if (memory == nullptr) return std::nullopt;
  const auto* header = reinterpret_cast<const ring::RingHeader*>(memory);
  const std::uint64_t capacity = header->capacity;
  const std::uint64_t slots_offset = header->slots_offset;
  ring::RingView view{.header = header,
                      .slots = nullptr,
                      .slot_count = header->slot_count,
                      .slot_bytes = header->slot_bytes,
                      .message_offset = header->message_offset,
                      .history = header->history,
                      .gated = header->gated != 0};
  if (capacity == 0 || capacity > maximum_capacity || view.slot_count <= capacity || view.slot_count > 2 * maximum_capacity) return std::nullopt;
  if (view.slot_bytes % ring::cache_line_size != 0 || view.slot_bytes > (std::uint64_t{1} << 46) / view.slot_count) return std::nullopt;
  if (view.message_offset < sizeof(ring::SharedWord) || view.message_offset % type.alignment != 0) return std::nullopt;
  if (view.message_offset > view.slot_bytes || type.bytes > view.slot_bytes - view.message_offset) return std::nullopt;
  const std::uint64_t alignment = std::max<std::uint64_t>(ring::cache_line_size, type.alignment);
  if (view.slot_bytes % alignment != 0) return std::nullopt;
  view.slots = peer.at(slots_offset, view.slot_bytes * view.slot_count, alignment);
  if (!peer.has_memory(view.slot_bytes * view.slot_count)) return std::nullopt;
  return view.slots == nullptr ? std::nullopt : std::optional(view);
}

}  // namespace carry::publish_subscribe::detail
