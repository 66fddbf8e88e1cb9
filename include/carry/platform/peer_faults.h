#pragma once

namespace carry::platform {

/// Called when memory of another participant was found to be gone, perhaps inside a signal handler: nothing but lock-free atomics.
using PeerFaultNotice = void (*)() noexcept;

/// From here on memory that another participant takes away from under this process reads as zeroes instead of ending the process.
///
/// For mappings of PeerSegment and EpochTable, whichever were made or will be; they say broken() from then on. Other memory is not concerned, the
/// own segment neither. Idempotent; the first notice stays; null: none.
/// Linux: a handler of SIGBUS, which stays for good and hands on what is not its own to the handler that was there before. ADR 11.
/// Windows: nothing to do, a section cannot shrink while somebody views it.
///
/// Thread safety: any thread.
void contain_peer_faults(PeerFaultNotice notice) noexcept;

}  // namespace carry::platform
