// Who reads a publisher's ring, and who sleeps: looked up again when somebody came or went.

#include <carry/platform/thread.h>
#include <carry/publish_subscribe/detail/publisher_core.h>

#include <algorithm>
#include <mutex>
#include <new>
#include <utility>

namespace carry::publish_subscribe::detail {

bool PublisherCore::rescan(std::vector<ring::ReaderView>& readers) noexcept {
  const platform::CancellationDeferred deferred;
  std::error_code shortage;
  try {
    const auto peers = participant_.peers(shortage);
    std::vector<ring::ReaderView> found;
    std::vector<domain::Sleeper> sleepers;
    domain::Participant::Peers reading;
    for (const auto& peer : *peers) {
      const std::size_t before = found.size();
      collect(peer, found, sleepers);
      if (found.size() != before) reading.push_back(peer);
    }
    {
      const std::scoped_lock lock(rescan_mutex_);
      found_sleepers_.swap(sleepers);      // Those of the peers that are known, at least: they are to be rung.
      if (shortage) shortage_ = shortage;  // Never taken back: another thread may be about to read why its look has failed.
    }
    if (shortage) return false;
    // All or none: the views point into the peers' memory.
    readers.swap(found);
    peers_.swap(reading);
    return true;
  } catch (const std::bad_alloc&) {
    const std::scoped_lock lock(rescan_mutex_);
    shortage_ = std::make_error_code(std::errc::not_enough_memory);
    return false;
  }
}

void PublisherCore::collect(const std::shared_ptr<domain::Peer>& shared_peer, std::vector<ring::ReaderView>& readers,
                            std::vector<domain::Sleeper>& sleepers) {
  const domain::Peer& peer = *shared_peer;
  if (peer.is_corpse()) return;
  const auto own = participant_.id();
  peer.ports_of(hash_, scratch_);
  std::vector<std::uint64_t> connected;  // subscribers' ports
  for (const domain::PortView& port : scratch_) {
    if (port.kind == domain::PortKind::reader && port.target == own && port.target_port == port_id_) connected.push_back(port.owner_port);
  }
  std::ranges::sort(connected);
  for (const domain::PortView& port : scratch_) {
    if (port.kind == domain::PortKind::reader && port.target == own && port.target_port == port_id_) {
      if (port.claim_count > maximum_held) continue;
      const std::byte* record = peer.at(port.body_offset, ring::reader_record_bytes(port.claim_count), ring::cache_line_size);
      if (record == nullptr) continue;
      readers.push_back(
          {.record = reinterpret_cast<const ring::ReaderRecord*>(record), .claim_count = port.claim_count, .in_own_process = peer.is_own()});
    }
    if (port.kind == domain::PortKind::subscriber && port.body_offset != 0) {
      const std::byte* record = peer.at(port.body_offset, sizeof(domain::SubscriberRecord), alignof(domain::SubscriberRecord));
      if (record != nullptr)
        sleepers.push_back({.peer = shared_peer, .armed = &reinterpret_cast<const domain::SubscriberRecord*>(record)->armed, .bell = {}});
    }
    if (port.kind != domain::PortKind::subscriber || port.birth > birth_) continue;
    // A subscriber that was there first has a right to every message, connected or not.
    const auto description = std::ranges::binary_search(connected, port.port_id) ? std::nullopt : peer.describe(port);
    if (description && description->topic == config_.topic && description->type() == config_.type)
      readers.push_back({.in_own_process = peer.is_own()});
  }
}

}  // namespace carry::publish_subscribe::detail
