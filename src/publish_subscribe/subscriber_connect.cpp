// How a subscriber finds publishers, and connects to them. docs/design/domain.md.

#include "platform/log.h"
#include "publish_subscribe/connection.h"
#include "publish_subscribe/ring_validation.h"

#include <carry/domain/topic_port.h>
#include <carry/domain/type_difference.h>
#include <carry/error.h>

#include <algorithm>
#include <optional>

namespace carry::publish_subscribe::detail {

namespace {

/// A publisher's port, for looking it up in a sorted vector.
using Place = std::pair<platform::ParticipantId, std::uint64_t>;

/// Publishers of one topic in one process that a subscriber connects to. More are nobody's who is in his right mind, and would use up this process's
/// port table.
constexpr std::size_t most_publishers_per_process = 4096;

/// What is wrong with one process's publishers is said that often.
constexpr unsigned most_complaints_per_process = 16;

}  // namespace

/// Connects to as many as possible, in the order in which they came; `error` is the last reason why one was not.
void SubscriberCore::connect_new(const domain::Participant::Peers& peers, std::error_code& error) {
  std::vector<Place> known;
  known.reserve(connections_.size());
  for (const auto& connection : connections_) known.emplace_back(connection->peer->id(), connection->publisher_port);
  std::ranges::sort(known);
  std::vector<std::pair<std::shared_ptr<domain::Peer>, domain::PortView>> found;
  decltype(refused_) still_refused;
  decltype(complaints_) still_complaining;
  for (const auto& peer : peers) {
    if (auto node = complaints_.extract(peer->id())) still_complaining.insert(std::move(node));
    std::size_t count = 0;
    peer->ports_of(hash_, scratch_);
    for (const domain::PortView& port : scratch_) {
      if (port.kind != domain::PortKind::publisher || ++count > most_publishers_per_process) continue;
      const Place place(peer->id(), port.port_id);
      if (auto node = refused_.extract(place)) still_refused.insert(std::move(node));
      if (!std::ranges::binary_search(known, place) && !still_refused.contains(place)) found.emplace_back(peer, port);
    }
  }
  refused_.swap(still_refused);
  complaints_.swap(still_complaining);
  std::ranges::sort(found, {}, [](const auto& entry) { return entry.second.birth; });
  for (const auto& [peer, port] : found) {
    if (!fits(*peer, port)) continue;
    if (auto failed = connect(peer, port)) error = failed;
  }
}

void SubscriberCore::note_gone(const domain::Participant::Peers& peers) {
  std::vector<Place> present;
  for (const auto& peer : peers) {
    peer->ports_of(hash_, scratch_);
    for (const domain::PortView& port : scratch_) {
      if (port.kind == domain::PortKind::publisher) present.emplace_back(peer->id(), port.port_id);
    }
  }
  std::ranges::sort(present);
  for (auto& connection : connections_)
    connection->publisher_gone = !std::ranges::binary_search(present, Place(connection->peer->id(), connection->publisher_port));
}

/// Takes no messages of that publisher as long as it is there. True if that is to be said.
bool SubscriberCore::refuse(platform::ParticipantId peer, std::uint64_t publisher_port) {
  if (!refused_.emplace(peer, publisher_port).second) return false;
  return ++complaints_[peer] <= most_complaints_per_process;
}

bool SubscriberCore::fits(const domain::Peer& peer, const domain::PortView& publisher) {
  const auto description = peer.describe(publisher);
  if (description && description->topic != config_.topic) return false;
  if (description && description->type() == config_.type) return true;
  if (!peer.look_up(publisher)) return false;
  if (refuse(peer.id(), publisher.port_id)) {
    platform::log_error(
        "carry: a publisher of \"{}\" in process {} is passed over: {}", config_.topic, peer.pid(),
        description ? domain::describe_difference(config_.type, description->type(), peer.pid()) : "its messages are not described soundly");
  }
  return false;
}

/// Ends the connections to publishers whose rings have turned out not to be sound.
void SubscriberCore::drop_malformed() {
  for (auto& connection : connections_) {
    if (!connection->reader.is_malformed()) continue;
    const domain::Peer& peer = *connection->peer;
    if (refuse(peer.id(), connection->publisher_port))
      platform::log_error("carry: a publisher of \"{}\" in process {} is passed over from now on: its ring is malformed", config_.topic, peer.pid());
    disconnect(std::move(connection));
  }
  forget_disconnected();
}

std::error_code SubscriberCore::connect(const std::shared_ptr<domain::Peer>& peer, const domain::PortView& publisher) {
  const auto ring = validate(*peer, publisher, config_.type);
  if (!ring) {
    if (peer->look_up(publisher) && refuse(peer->id(), publisher.port_id))
      platform::log_error("carry: a publisher of \"{}\" in process {} is passed over: its ring is malformed", config_.topic, peer->pid());
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
