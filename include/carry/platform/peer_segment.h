#pragma once

#include <carry/platform/domain_directory.h>

#include <cstddef>
#include <memory>

namespace carry::platform {

/// Another participant's segment, mapped read-only: a write through it faults (invariant M1).
///
/// Everything in it is written by somebody else, at any time, perhaps wrongly: load a word once, check it, then use it.
/// Thread safety: all members may be called at once.
class PeerSegment {
 public:
  /// Maps the whole segment. The file's owner, type and links are checked first; its content is not.
  /// Errors: no_such_file_or_directory (gone), Errc::not_secure, Errc::malformed_segment (shorter than one page), errors of the system.
  static Result<PeerSegment> open(const DomainDirectory& directory, ParticipantId id);

  PeerSegment(PeerSegment&&) noexcept;
  PeerSegment& operator=(PeerSegment&&) noexcept;
  ~PeerSegment();

  const std::byte* base() const noexcept;
  std::size_t mapped_bytes() const noexcept;

  /// Whether [offset, offset + bytes), inside the mapping, can be read. What was committed stays so. Linux: true; what is not there is a fault that is
  /// contained (peer_faults.h).
  bool is_committed(std::size_t offset, std::size_t bytes) const noexcept;

  /// How much memory its owner has given it so far. Linux: whoever touches a page that has none takes one of the file system's. In doubt: all.
  std::size_t allocated_bytes() const noexcept;

  /// True once its owner has taken the memory away, and all of it reads as zeroes. Only after contain_peer_faults() (peer_faults.h).
  bool broken() const noexcept;

  /// Asks the kernel (about 1 us). Invariant D2: never a pid, a heartbeat or a clock. In doubt: true.
  bool alive() const noexcept;

 private:
  struct State;
  explicit PeerSegment(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace carry::platform
