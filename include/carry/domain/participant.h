#pragma once

#include <carry/domain/kept.h>
#include <carry/domain/peer.h>
#include <carry/domain/port_memory.h>
#include <carry/domain/port_table.h>
#include <carry/memory/dynamic_buffer.h>
#include <carry/memory/heap.h>
#include <carry/platform/domain_directory.h>
#include <carry/platform/epoch_table.h>
#include <carry/platform/own_segment.h>
#include <carry/result.h>

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace carry::domain {

/// This process in its domain: its segment with heap and port table, and its view of the others. One per process, made on first use and never
/// destroyed, because containers may outlive every other object; at exit it only leaves the domain.
///
/// Thread safety: all members may be called at once. Crash safety: see docs/design/domain.md.
class Participant {
 public:
  /// The participant of this process; joins the domain with default options if it has not yet. Errors: Errc::forked, those of join().
  static Result<Participant*> current();

  /// Joins with these options. Errors: see initialize_dynamic_buffer().
  static Result<Participant*> join(const DynamicBufferOptions& options);

  /// The participant if there is one and this is not a forked child; else null. Never joins.
  static Participant* existing() noexcept;

  /// Call in the constructor of anything whose destructor needs the participant at exit: leaving then happens after it.
  static void leave_at_exit_after_caller();

  platform::ParticipantId id() const noexcept { return id_; }
  const platform::DomainDirectory& directory() const noexcept { return directory_; }
  memory::Heap& heap() const noexcept { return *heap_; }
  PortMemory& port_memory() const noexcept { return *port_memory_; }
  std::byte* base() const noexcept { return segment_.base(); }
  std::uint64_t offset_of(const void* pointer) const noexcept { return static_cast<std::uint64_t>(static_cast<const std::byte*>(pointer) - base()); }

  /// The counter that moves when ports of that topic come or go.
  const std::atomic<std::uint64_t>& epoch(std::uint64_t topic_hash) const noexcept { return epochs_.counter(epoch_index(topic_hash)); }

  /// Makes a port visible and moves the topic's epoch. Errors: Errc::port_table_full, Errc::epoch_table_lost, errors of a commit.
  Result<Port> add_port(const PortView& port);

  /// A place in the order in which ports come to be.
  std::uint64_t next_birth() noexcept;

  using Peers = std::vector<std::shared_ptr<Peer>>;
  /// Everybody in the domain, this process included. Looks at the directory only if somebody joined or left. `shortage` says what the system ran
  /// out of if somebody may be missing therefore; the next call looks again. Throws std::bad_alloc.
  std::shared_ptr<const Peers> peers(std::error_code& shortage);
  std::shared_ptr<const Peers> peers() {
    std::error_code ignored;
    return peers(ignored);
  }

  /// Asks the kernel about a peer; if it is dead, removes what it left and moves the epochs. Returns true if it is dead. Throws std::bad_alloc.
  bool bury_if_dead(const Peer& peer);

  /// Keeps something until it is finished; it is asked whenever ports come or go.
  void keep(std::unique_ptr<Kept> kept) noexcept {
    kept_.add(std::move(kept));
    kept_.finish();
  }
  void finish_kept() noexcept { kept_.finish(); }

  /// `reclaim` is called when the heap is exhausted, by any thread, and returns how many messages it destroyed.
  /// Destructors of messages may come back to both functions.
  void add_reclaimer(void* key, std::function<std::size_t()> reclaim);
  void remove_reclaimer(void* key) noexcept;

 private:
  friend class Port;
  Participant(platform::DomainDirectory directory, platform::EpochTable epochs, platform::OwnSegment segment, platform::ParticipantId id);
  static Result<std::unique_ptr<Participant>> make(const DynamicBufferOptions& options);
  static Result<std::unique_ptr<Participant>> try_make(const DynamicBufferOptions& options);
  static std::size_t epoch_index(std::uint64_t topic_hash) noexcept;
  bool agrees_with(const DynamicBufferOptions& options) const;
  std::error_code prepare(const DynamicBufferOptions& options);
  std::error_code commit_heap(std::size_t offset, std::size_t bytes);
  void remove_port(const Port& port) noexcept;
  void set_birth(const Port& port, std::uint64_t birth) noexcept;
  void set_body(const Port& port, std::uint64_t offset) noexcept;
  void bump(std::size_t index) const noexcept;
  static void note_peer_fault() noexcept;
  void report_faults(const Peers& peers);
  std::error_code look_at_directory();
  struct Corpses {
    std::vector<platform::ParticipantId> ids;
    std::set<std::size_t> epochs;  // of the topics that they had ports in
  };
  std::shared_ptr<Peer> meet(platform::ParticipantId id, std::error_code& shortage, Corpses& corpses);
  void remove(const Corpses& corpses);
  std::string what_became_of_files(platform::ParticipantId id, bool removed) const;
  bool reclaim();
  void leave() noexcept;
  SegmentHeader& header() const noexcept { return *reinterpret_cast<SegmentHeader*>(base()); }

  platform::DomainDirectory directory_;
  platform::EpochTable epochs_;
  platform::OwnSegment segment_;
  platform::ParticipantId id_;
  std::size_t maximum_bytes_ = 0;  // as it was asked for
  platform::Backing backing_;
  bool guards_peers_ = false;
  std::unique_ptr<memory::Heap> heap_;
  std::unique_ptr<PortMemory> port_memory_;
  std::shared_ptr<Peer> own_;

  std::mutex segment_mutex_;  // commits, from the heap and from the port table
  std::mutex ports_mutex_;
  std::unique_ptr<PortTable> ports_;

  std::mutex peers_mutex_;
  std::uint64_t seen_members_ = 0;
  std::shared_ptr<const Peers> peers_;
  bool shortage_reported_ = false;             // since somebody may be missing in peers_
  bool loss_reported_ = false;                 // of the epoch table
  std::set<platform::ParticipantId> ignored_;  // listed, but not readable or dead: reported once

  KeptList kept_;
  struct Reclaimer {
    void* key;  // null: removed while it was called
    std::function<std::size_t()> reclaim;
  };
  std::recursive_mutex reclaimers_mutex_;  // a message's destructor may end a publisher
  std::list<Reclaimer> reclaimers_;
  bool reclaiming_ = false;  // under the mutex
};

}  // namespace carry::domain
