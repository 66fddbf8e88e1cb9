#include <carry/domain/mapped_heap.h>
#include <carry/domain/peer.h>

#include "platform/immortal.h"

#include <map>
#include <mutex>

namespace carry::domain {

namespace {

struct MappedPeers {
  std::mutex mutex;
  std::map<const std::byte*, const Peer*> by_base;
};
MappedPeers& mapped_peers() noexcept {
  static platform::Immortal<MappedPeers> peers;
  return peers.get();
}

}  // namespace

std::optional<MappedHeap> mapped_heap_around(const void* address) {
  auto& peers = mapped_peers();
  const std::scoped_lock lock(peers.mutex);
  auto found = peers.by_base.upper_bound(static_cast<const std::byte*>(address));
  if (found == peers.by_base.begin()) return std::nullopt;
  const Peer& peer = *(--found)->second;
  // Acquire: as in Peer::at(), which is asked the same: nothing at all, if the owner claims more than is mapped.
  const std::uint64_t committed = peer.header().heap_committed.load(std::memory_order_acquire);
  const std::byte* const begin = peer.at(heap_offset, committed, 1);
  const auto* const byte = static_cast<const std::byte*>(address);
  if (begin == nullptr || byte < begin || static_cast<std::uint64_t>(byte - begin) >= committed) return std::nullopt;
  return MappedHeap{begin, static_cast<std::size_t>(committed)};
}

void add_mapped_peer(const Peer& peer, const std::byte* base) {
  auto& peers = mapped_peers();
  const std::scoped_lock lock(peers.mutex);
  peers.by_base.emplace(base, &peer);
}

void remove_mapped_peer(const std::byte* base) noexcept {
  auto& peers = mapped_peers();
  const std::scoped_lock lock(peers.mutex);
  peers.by_base.erase(base);
}

}  // namespace carry::domain
