#pragma once

#include <carry/domain/peer_bell.h>
#include <carry/domain/segment_layout.h>
#include <carry/domain/topic.h>
#include <carry/platform/peer_segment.h>
#include <carry/result.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace carry::domain {

/// A port record, read once and consistently.
struct PortView {
  PortKind kind = PortKind::none;
  std::size_t index = 0;  // of the record
  std::uint64_t port_id = 0;
  std::uint64_t birth = 0;
  std::uint64_t topic_hash = 0;
  std::uint64_t descriptor_offset = 0;
  std::uint64_t body_offset = 0;
  platform::ParticipantId target{};
  std::uint64_t target_port = 0;
  std::uint64_t owner_port = 0;
  std::uint64_t claim_count = 0;
};

/// A participant as others see it: its segment, mapped read-only, its header validated, every offset checked before use.
///
/// Thread safety: all members may be called at once.
class Peer {
 public:
  /// Maps and validates. Errors: those of platform::PeerSegment::open, Errc::incompatible_version, Errc::malformed_segment.
  static Result<std::shared_ptr<Peer>> open(const platform::DomainDirectory& directory, platform::ParticipantId id, bool is_corpse = false);

  /// For people: why open() has failed with `error`. If that is the version, which one either side has.
  static std::string describe(std::error_code error, const platform::DomainDirectory& directory, platform::ParticipantId id);

  /// The own segment in the same role, without a second mapping. `base` outlives everything.
  static std::shared_ptr<Peer> own(platform::ParticipantId id, const std::byte* base, std::size_t bytes);

  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  ~Peer();

  platform::ParticipantId id() const noexcept { return id_; }
  std::uint64_t pid() const noexcept { return pid_; }
  bool is_own() const noexcept { return !segment_.has_value(); }

  /// It was dead already when this process met it: it has messages, but reads nothing.
  bool is_corpse() const noexcept { return is_corpse_; }

  /// The kernel's word; the own process is alive.
  bool alive() const noexcept { return is_own() || segment_->alive(); }

  /// It took its memory away while this process was reading: what is there now are zeroes, and it has no ports. platform/peer_faults.h.
  bool is_broken() const noexcept { return !is_own() && segment_->broken(); }

  /// True for the first caller of a broken peer's, who is to report it.
  bool begin_report() const noexcept { return is_broken() && !reported_.exchange(true, std::memory_order_relaxed); }  // Relaxed: guards nothing.

  bool is_buried() const noexcept { return buried_.load(std::memory_order_relaxed); }  // Relaxed: guards nothing.

  /// True for the first caller, who is to report that it is dead.
  bool begin_burial() const noexcept { return !buried_.exchange(true, std::memory_order_relaxed); }  // Relaxed: guards nothing.

  /// The ports of one topic that are there now. Cheap when the port table did not change.
  void ports_of(std::uint64_t topic_hash, std::vector<PortView>& out) const;

  /// The port as it is now: one look at its record, whatever the rest of the table does meanwhile. Nothing if it is gone: then what was read of its
  /// descriptor and its ring meanwhile may have been another port's.
  std::optional<PortView> look_up(const PortView& port) const noexcept;

  /// All ports.
  std::vector<PortView> ports() const;

  /// The heap's memory at `offset` from the segment's start, if `bytes` of it are committed and it is aligned; else null.
  const std::byte* at(std::uint64_t offset, std::uint64_t bytes, std::uint64_t alignment) const noexcept;

  /// Whether its owner can have given memory to as much. Who reads more than that would give it himself.
  bool has_memory(std::uint64_t bytes) const noexcept;

  /// A port's topic and type. Nothing if the descriptor is not sound. Throws std::bad_alloc.
  struct Description {
    std::string topic;
    std::string type_name;
    std::string structure;
    TypeIdentity type_without_text;
    TypeIdentity type() const noexcept {
      TypeIdentity type = type_without_text;
      type.name = type_name;
      type.structure = structure;
      return type;
    }
  };
  std::optional<Description> describe(const PortView& port) const;

  /// Its bell of that number, the same object for all who ask while somebody has it. Throws std::bad_alloc.
  std::shared_ptr<PeerBell> bell(const platform::DomainDirectory& directory, std::uint64_t number) const;

  const SegmentHeader& header() const noexcept { return *reinterpret_cast<const SegmentHeader*>(base_); }

 private:
  Peer(std::optional<platform::PeerSegment> segment, platform::ParticipantId id, const std::byte* base, std::size_t bytes);
  std::optional<PortView> read(std::size_t index) const noexcept;
  void refresh_locked() const;
  bool is_committed(std::uint64_t heap_bytes) const noexcept;

  std::optional<platform::PeerSegment> segment_;
  platform::ParticipantId id_;
  std::uint64_t pid_ = 0;
  const std::byte* base_;
  std::size_t bytes_;
  bool is_corpse_ = false;
  mutable std::atomic<std::uint64_t> known_committed_ = 0;
  mutable std::atomic<bool> buried_ = false;
  mutable std::atomic<bool> reported_ = false;  // as broken
  mutable std::mutex mutex_;
  mutable std::uint64_t seen_version_ = 0;
  mutable std::vector<PortView> ports_;  // sorted by topic_hash
  mutable std::mutex bells_mutex_;
  mutable std::vector<std::weak_ptr<PeerBell>> bells_;
};

}  // namespace carry::domain
