#pragma once

#include <cstddef>
#include <optional>

namespace carry::domain {

class Peer;

/// The committed memory of a participant's heap, as this process maps it.
struct MappedHeap {
  const std::byte* begin = nullptr;
  std::size_t bytes = 0;
};

/// The heap around an address, as far as it was committed a moment ago. Nothing if no participant's is there, or if its owner claims what cannot be.
/// The caller makes sure that it stays mapped: a sample does.
/// Thread safety: any thread. Complexity: O(log peers), a lock.
std::optional<MappedHeap> mapped_heap_around(const void* address);

/// Peers make themselves known from when they are mapped until they are not.
void add_mapped_peer(const Peer& peer, const std::byte* base);
void remove_mapped_peer(const std::byte* base) noexcept;

}  // namespace carry::domain
