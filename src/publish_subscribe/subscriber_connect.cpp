// How a subscriber finds publishers, and connects to them. docs/design/domain.md.

#include "publish_subscribe/connection.h"

#include <carry/domain/topic_port.h>
#include <carry/domain/type_difference.h>
#include <carry/error.h>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>

namespace carry::publish_subscribe::detail {

namespace {

/// Reads a ring's head and checks every number in it against the mapping. Nothing: no carry writes such a ring.
std::optional<ring::RingView> validate(const domain::Peer& peer, const domain::PortView& publisher, const domain::TypeIdentity& type) {
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
  return view.slots == nullptr ? std::nullopt : std::optional(view);
}

}  // namespace

/// Connects to as many as possible, in the order in which they came; `error` is the last reason why one was not.
void SubscriberCore::connect_new(const domain::Participant::Peers& peers, std::error_code& error) {
  std::vector<std::pair<std::shared_ptr<domain::Peer>, domain::PortView>> found;
  for (const auto& peer : peers) {
    peer->ports_of(hash_, scratch_);
    for (const domain::PortView& port : scratch_) {
      if (port.kind != domain::PortKind::publisher) continue;
      const bool known = std::ranges::any_of(connections_, [&](const auto& c) { return c->peer == peer && c->publisher_port == port.port_id; });
      if (!known) found.emplace_back(peer, port);
    }
  }
  std::ranges::sort(found, {}, [](const auto& entry) { return entry.second.birth; });
  for (const auto& [peer, port] : found) {
    if (!fits(*peer, port)) continue;
    if (auto failed = connect(peer, port)) error = failed;
  }
}

bool SubscriberCore::fits(const domain::Peer& peer, const domain::PortView& publisher) {
  const auto description = peer.describe(publisher);
  if (description && description->topic != config_.topic) return false;
  if (description && description->type() == config_.type) return true;
  if (!peer.look_up(publisher)) return false;
  if (refused_.emplace(peer.id(), publisher.port_id).second) {
    spdlog::error(
        "carry: a publisher of \"{}\" in process {} is passed over: {}", config_.topic, peer.pid(),
        description ? domain::describe_difference(config_.type, description->type(), peer.pid()) : "its messages are not described soundly");
  }
  return false;
}

std::error_code SubscriberCore::connect(const std::shared_ptr<domain::Peer>& peer, const domain::PortView& publisher) {
  const auto ring = validate(*peer, publisher, config_.type);
  if (!ring) {
    if (peer->look_up(publisher) && refused_.emplace(peer->id(), publisher.port_id).second)
      spdlog::error("carry: a publisher of \"{}\" in process {} is passed over: its ring is malformed", config_.topic, peer->pid());
    return {};
  }
  const std::size_t claim_count = config_.options.max_held;
  auto record = participant_.port_memory().allocate(ring::reader_record_bytes(claim_count));
  if (!record) return Errc::heap_exhausted;
  auto connection = std::make_unique<Connection>(peer, publisher.port_id, *ring, std::move(record), claim_count);
  connection->reader.announce(visible_since_ < publisher.birth);
  auto port = participant_.add_port({.kind = domain::PortKind::reader,
                                     .port_id = domain::new_port_id(),
                                     .birth = birth_,
                                     .topic_hash = hash_,
                                     .body_offset = participant_.offset_of(connection->record.words()),
                                     .target = peer->id(),
                                     .target_port = publisher.port_id,
                                     .owner_port = port_id_,
                                     .claim_count = claim_count});
  if (!port) return port.error();
  connection->port = std::move(*port);
  // A publisher that closes has waited for this reader to start, or waits no longer. Then it takes its port away, moves the epoch, and looks for
  // readers: it finds this one, or its port is gone here.
  const auto now = peer->look_up(publisher);
  if (!now) {
    disconnect(std::move(connection));
    return {};
  }
  connections_.reserve(connections_.size() + 1);
  connection->reader.start(visible_since_ < now->birth);
  connections_.push_back(std::move(connection));
  had_publisher_ = true;
  alone_ = false;
  return {};
}

}  // namespace carry::publish_subscribe::detail
