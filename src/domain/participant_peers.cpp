// Who else is there: meeting, forgetting and burying peers, and what is kept until others let go of it.

#include <carry/domain/participant.h>
#include <carry/error.h>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace carry::domain {

namespace {
constexpr std::size_t members_index = 0;

/// The system is short of something at the moment.
bool may_succeed_later(std::error_code error) noexcept {
  return error == std::errc::too_many_files_open || error == std::errc::too_many_files_open_in_system || error == std::errc::not_enough_memory ||
         error == std::errc::resource_unavailable_try_again;
}

}  // namespace

std::shared_ptr<const Participant::Peers> Participant::peers(bool& complete) {
  const std::scoped_lock lock(peers_mutex_);
  // Seq_cst: whoever made a port visible had incremented this before it moved the topic's epoch.
  const std::uint64_t members = epochs_.counter(members_index).load(std::memory_order_seq_cst);
  complete = true;
  if (members != seen_members_ || peers_->empty()) {
    complete = look_at_directory();
    if (complete) seen_members_ = members;
  }
  return peers_;
}

/// False if somebody may be missing in peers_.
bool Participant::look_at_directory() {
  auto listed = directory_.participants();
  if (!listed) {
    if (!std::exchange(shortage_reported_, true)) spdlog::warn("carry: cannot read {}: {}", directory_.path(), listed.error().message());
    if (peers_->empty()) peers_ = std::make_shared<Peers>(1, own_);
    return false;
  }
  bool complete = true;
  std::ranges::sort(*listed);
  std::erase_if(ignored_, [&](const auto& id) { return !std::ranges::binary_search(*listed, id); });
  auto next = std::make_shared<Peers>();
  next->push_back(own_);
  for (const auto& peer : *peers_) {
    if (peer->is_own()) continue;
    const bool named = std::ranges::binary_search(*listed, peer->id());
    if (!named && peer->ports().empty()) continue;  // It left.
    // A name that is gone while the process lives and has ports: somebody removed the file. The peer still reads what it claimed, so it stays.
    // A name that is gone with the process: Windows removed it, and told nobody.
    if (!bury_if_dead(*peer)) next->push_back(peer);
  }
  for (const auto id : *listed) {
    const bool known = id == id_ || ignored_.contains(id) || std::ranges::any_of(*next, [&](const auto& peer) { return peer->id() == id; });
    if (known) continue;
    if (auto peer = meet(id, complete)) next->push_back(std::move(peer));
  }
  peers_ = std::move(next);
  if (complete) shortage_reported_ = false;
  return complete;
}

std::shared_ptr<Peer> Participant::meet(platform::ParticipantId id, bool& complete) {
  if (directory_.liveness(id) == platform::Liveness::dead) {
    // Nobody can be connected to it without having met it; who has will find it gone when it looks at the directory.
    auto corpse = Peer::open(directory_, id);
    if (directory_.remove_dead(id)) {
      ignored_.insert(id);  // Windows lists a name until the last one closes it.
      spdlog::info("carry: removed what dead participant {} left", id.to_string());
      bump(members_index);
      if (corpse) {
        for (const PortView& port : (*corpse)->ports()) bump(epoch_index(port.topic_hash));
      }
    }
    return nullptr;
  }
  auto peer = Peer::open(directory_, id);
  if (peer) return *peer;
  if (may_succeed_later(peer.error())) {
    if (!std::exchange(shortage_reported_, true)) {
      spdlog::warn("carry: cannot map participant {}: {}; publishing waits until it can be mapped", id.to_string(), peer.error().message());
    }
    complete = false;
  } else if (peer.error() != std::errc::no_such_file_or_directory) {
    spdlog::warn("carry: participant {} in {} is passed over: {}", id.to_string(), directory_.path(), peer.error().message());
    ignored_.insert(id);
  }
  return nullptr;
}

bool Participant::bury_if_dead(const Peer& peer) {
  if (peer.alive()) return false;
  if (!peer.begin_burial()) return true;
  (void)directory_.remove_dead(peer.id());
  spdlog::info("carry: participant {} (pid {}) is dead; removed what it left", peer.id().to_string(), peer.pid());
  bump(members_index);
  for (const PortView& port : peer.ports()) bump(epoch_index(port.topic_hash));
  return true;
}

void Participant::keep_until(std::function<bool()> finish) {
  const std::scoped_lock lock(kept_mutex_);
  kept_.push_back(std::move(finish));
}

void Participant::finish_kept() {
  std::vector<std::function<bool()>> waiting;
  {
    const std::scoped_lock lock(kept_mutex_);
    waiting.swap(kept_);
  }
  // One that finishes may be what another one waits for: a connection for the ring it reads.
  while (std::erase_if(waiting, [](const std::function<bool()>& finish) { return finish(); }) != 0 && !waiting.empty()) continue;
  if (waiting.empty()) return;
  const std::scoped_lock lock(kept_mutex_);
  kept_.insert(kept_.end(), std::make_move_iterator(waiting.begin()), std::make_move_iterator(waiting.end()));
}

void Participant::add_reclaimer(void* key, std::function<std::size_t()> reclaim) {
  const std::scoped_lock lock(reclaimers_mutex_);
  reclaimers_.emplace_back(key, std::move(reclaim));
}

void Participant::remove_reclaimer(void* key) {
  const std::scoped_lock lock(reclaimers_mutex_);
  std::erase_if(reclaimers_, [key](const auto& entry) { return entry.first == key; });
}

bool Participant::reclaim() {
  for (const auto& peer : *peers()) (void)bury_if_dead(*peer);  // What the dead had claimed is free.
  finish_kept();
  const std::unique_lock lock(reclaimers_mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return true;  // Another thread is at it: worth a retry.
  std::size_t count = 0;
  for (const auto& [key, reclaim] : reclaimers_) count += reclaim();
  return count != 0;
}

}  // namespace carry::domain
