#pragma once

#include <carry/platform/domain_directory.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace carry::platform {

/// Default size of a reservation: address space only, nothing is committed by it.
std::size_t default_reserved_bytes() noexcept;

/// What kind of memory a segment is made of.
struct Backing {
  bool prefault = false;
  bool lock_memory = false;
  bool huge_pages = false;
  std::optional<int> numa_node = {};

  friend bool operator==(const Backing&, const Backing&) = default;
};

/// The shared memory that this process writes and others map read-only.
///
/// One contiguous reservation; parts of it are committed as needed, and a commit that fails is an error, never a fault later.
/// Invariant D1: the segment becomes visible to others only by make_visible(), locked and complete; a process killed before
/// that leaves nothing behind. Invariant D2: from make_visible() on the kernel itself tells others whether this process lives.
///
/// fork: the child gets private zero pages in place of the segment, lets go of the liveness lock, and forked() is true there:
/// whatever the child does to what was shared memory reaches nobody.
///
/// Thread safety: commit() may be called by one thread at a time; the rest only by the thread that owns the object.
class OwnSegment {
 public:
  /// Reserves `reserved_bytes` (rounded up to 64 KiB) of zeroed, uncommitted, invisible memory.
  /// Errors: Errc::huge_pages_refused, Errc::numa_node_refused; of the system.
  static Result<OwnSegment> create(const DomainDirectory& directory, ParticipantId id, std::size_t reserved_bytes, Backing backing = {});

  OwnSegment(OwnSegment&&) noexcept;
  OwnSegment& operator=(OwnSegment&&) noexcept;
  /// Withdraws the name and lets go of the memory; peers that mapped it keep it.
  ~OwnSegment();

  std::byte* base() const noexcept;
  std::size_t reserved_bytes() const noexcept;

  /// Makes [offset, offset + bytes) usable. Widened to whole pages; committing twice is harmless, but what fails beyond 8 MiB leaves none of its
  /// range committed.
  /// Errors: no_space_on_device when shared memory is full, not_enough_memory, file_too_large, Errc::memory_lock_refused.
  /// Blocking: about 1 ms per MiB.
  std::error_code commit(std::size_t offset, std::size_t bytes);

  /// Gives the memory of [offset, offset + bytes), whole pages, back to the system; what was there is lost, and it can be committed again.
  /// Errors: not_supported where the system takes no memory back.
  std::error_code give_back(std::size_t offset, std::size_t bytes);

  /// Takes the liveness lock and gives the segment its name in the directory.
  /// Errors: file_exists, no_such_file_or_directory when the directory was removed meanwhile.
  std::error_code make_visible();

  /// Removes the name, so that no new peer finds the segment. Idempotent; also done by the destructor. No effect in a forked child.
  void withdraw() noexcept;

 private:
  struct State;
  explicit OwnSegment(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

/// True in a process that was forked from one that had segments. Thread safe, one relaxed load.
bool forked() noexcept;

}  // namespace carry::platform
