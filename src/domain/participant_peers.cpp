// Who else is there: meeting, forgetting and burying peers, and what is kept until others let go of it.

#include <carry/domain/participant.h>
#include <carry/error.h>
#include <carry/platform/thread.h>

#include "domain/counters.h"
#include "platform/log.h"

#include <algorithm>
#include <utility>

namespace carry::domain {

namespace {
constexpr auto pause_for_other_thread = std::chrono::microseconds(50);  // that is reclaiming already

/// The system is short of something at the moment.
bool may_succeed_later(std::error_code error) noexcept {
  return error == std::errc::too_many_files_open || error == std::errc::too_many_files_open_in_system || error == std::errc::not_enough_memory ||
         error == std::errc::resource_unavailable_try_again;
}

}  // namespace

std::shared_ptr<const Participant::Peers> Participant::peers(std::error_code& shortage) {
  const std::scoped_lock lock(peers_mutex_);
  // Seq_cst: whoever made a port visible had incremented this before it moved the topic's epoch.
  const std::uint64_t members = epochs_.counter(members_index).load(std::memory_order_seq_cst);
  shortage.clear();
  if (members != seen_members_ || peers_->empty()) {
    shortage = look_at_directory();
    if (!shortage) seen_members_ = members;
  }
  return peers_;
}

/// What the system ran out of, if somebody may be missing in peers_.
std::error_code Participant::look_at_directory() {
  auto listed = directory_.participants();
  if (!listed) {
    if (!std::exchange(shortage_reported_, true)) platform::log_warning("carry: cannot read {}: {}", directory_.path(), listed.error().message());
    if (peers_->empty()) peers_ = std::make_shared<Peers>(1, own_);
    return listed.error();
  }
  std::error_code shortage;
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
    else if (named) ignored_.insert(peer->id());  // Its name may stay: see remove().
  }
  Corpses corpses;
  for (const auto id : *listed) {
    const bool known = id == id_ || ignored_.contains(id) || std::ranges::any_of(*next, [&](const auto& peer) { return peer->id() == id; });
    if (known) continue;
    if (auto peer = meet(id, shortage, corpses)) next->push_back(std::move(peer));
  }
  report_faults(*next);
  remove(corpses);
  peers_ = std::move(next);
  if (!shortage) shortage_reported_ = false;
  return shortage;
}

/// Once of each. A broken peer stays in the list, without ports, until it is dead and buried.
void Participant::report_faults(const Peers& peers) {
  for (const auto& peer : peers) {
    if (!peer->begin_report()) continue;
    platform::log_error("carry: participant {} (pid {}) took its memory away while it was read: its messages are lost, and it is passed over",
                        peer->id().to_string(), peer->pid());
  }
  if (epochs_.is_current() || std::exchange(loss_reported_, true)) return;
  if (epochs_.broken()) {
    platform::log_error(
        "carry: somebody made the epoch table of {} shorter: this process learns of nobody any more; restart the processes of the domain",
        directory_.path());
  } else {
    platform::log_error(
        "carry: somebody removed {}: this process and those that are there go on among themselves, but do not meet who joins from now on; restart "
        "them",
        directory_.path());
  }
}

std::shared_ptr<Peer> Participant::meet(platform::ParticipantId id, std::error_code& shortage, Corpses& corpses) {
  const bool dead = directory_.liveness(id) == platform::Liveness::dead;
  auto peer = Peer::open(directory_, id, dead);
  if (dead) {
    // What it published before anybody had met it is still there: it stays for one look. A process that joins has no right to that.
    const bool has_messages = peer && std::ranges::any_of((*peer)->ports(), [](const PortView& port) { return port.kind == PortKind::publisher; });
    if (has_messages && !peers_->empty()) return *peer;
    corpses.ids.push_back(id);
    for (const PortView& port : peer ? (*peer)->ports() : std::vector<PortView>()) corpses.epochs.insert(epoch_index(port.topic_hash));
    return nullptr;
  }
  if (peer) return *peer;
  if (may_succeed_later(peer.error())) {
    if (!std::exchange(shortage_reported_, true)) {
      platform::log_warning("carry: cannot map participant {}: {}; publishing waits until it can be mapped", id.to_string(), peer.error().message());
    }
    shortage = peer.error();
  } else if (peer.error() != std::errc::no_such_file_or_directory) {
    platform::log_warning("carry: participant {} in {} is passed over: {}", id.to_string(), directory_.path(),
                          Peer::describe(peer.error(), directory_, id));
    ignored_.insert(id);
  }
  return nullptr;
}

/// For messages.
std::string Participant::what_became_of_files(platform::ParticipantId id, bool removed) const {
  if (removed || directory_.liveness(id) == platform::Liveness::absent) return "removed what it left";
  // Another user's, in a domain of a group.
  return "what it left stays until a process of " + directory_.owner_of(id) + " or of an administrator joins or cleans";
}

/// Nobody can be connected to a corpse without having met it; who has will find it gone when it looks at the directory.
void Participant::remove(const Corpses& corpses) {
  if (corpses.ids.empty()) return;
  const auto removed = directory_.remove_dead(corpses.ids);
  bool any_stays = false;
  for (const auto id : corpses.ids) {
    if (std::ranges::binary_search(removed, id) || directory_.liveness(id) == platform::Liveness::absent)
      continue;  // The latter: somebody else did it.
    any_stays = true;
    ignored_.insert(id);
    platform::log_info("carry: participant {} was dead; {}", id.to_string(), what_became_of_files(id, false));
  }
  if (removed.empty() && !any_stays) return;
  ignored_.insert(removed.begin(), removed.end());  // Windows lists a name until the last one closes it.
  if (removed.size() == 1) platform::log_info("carry: removed what dead participant {} left", removed.front().to_string());
  else if (!removed.empty()) platform::log_info("carry: removed what {} dead participants left", removed.size());
  bump(members_index);
  for (const std::size_t index : corpses.epochs) bump(index);
}

bool Participant::bury_if_dead(const Peer& peer) {
  if (peer.alive()) return false;
  if (peer.is_buried()) return true;
  const std::vector<PortView> ports = peer.ports();  // First, because it may fail.
  if (!peer.begin_burial()) return true;
  const bool removed = directory_.remove_dead(peer.id());
  bump(members_index);
  for (const PortView& port : ports) bump(epoch_index(port.topic_hash));
  platform::log_info("carry: participant {} (pid {}) is dead; {}", peer.id().to_string(), peer.pid(), what_became_of_files(peer.id(), removed));
  return true;
}

void Participant::add_reclaimer(void* key, std::function<std::size_t()> reclaim) {
  const std::scoped_lock lock(reclaimers_mutex_);
  reclaimers_.push_back({key, std::move(reclaim)});
}

void Participant::remove_reclaimer(void* key) noexcept {
  const std::scoped_lock lock(reclaimers_mutex_);
  const auto found = std::ranges::find(reclaimers_, key, &Reclaimer::key);
  if (found == reclaimers_.end()) return;
  if (reclaiming_) found->key = nullptr;  // It may be the one that is running.
  else reclaimers_.erase(found);
}

bool Participant::reclaim() {
  const auto known = peers();                                 // By name: another thread may put a new list in its place during the loop.
  for (const auto& peer : *known) (void)bury_if_dead(*peer);  // What the dead had claimed is free.
  finish_kept();
  const std::unique_lock lock(reclaimers_mutex_, std::try_to_lock);
  if (!lock.owns_lock()) {
    platform::sleep_for(pause_for_other_thread);
    return true;
  }
  if (std::exchange(reclaiming_, true)) return false;
  std::size_t count = 0;
  for (Reclaimer& reclaimer : reclaimers_) count += reclaimer.key == nullptr ? 0 : reclaimer.reclaim();
  reclaiming_ = false;
  std::erase_if(reclaimers_, [](const Reclaimer& reclaimer) { return reclaimer.key == nullptr; });
  return count != 0;
}

}  // namespace carry::domain
