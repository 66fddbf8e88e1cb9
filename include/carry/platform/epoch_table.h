#pragma once

#include <carry/platform/domain_directory.h>

#include <atomic>
#include <cstdint>
#include <memory>

namespace carry::platform {

/// The one piece of memory that every participant of a domain may write: counters that are only ever incremented.
///
/// They tell that something changed, never what; the worst abuse is a needless look. Starts as zeroes, made whole before it is
/// visible. While a process holds an EpochTable the kernel knows it as a member of the domain (Linux: a shared lock on the file);
/// the last one out removes the file and the directory. Movable; one per participant.
///
/// Thread safety: counters may be used by all threads; the rest by the owner of the object.
class EpochTable {
 public:
  static constexpr std::size_t counter_count = 1024;

  /// Opens the domain's table, makes it if it is missing, and becomes a member.
  static Result<EpochTable> open(const DomainDirectory& directory);

  EpochTable(EpochTable&&) noexcept;
  EpochTable& operator=(EpochTable&&) noexcept;
  ~EpochTable();

  /// `index` < counter_count.
  std::atomic<std::uint64_t>& counter(std::size_t index) const noexcept;

  /// True once somebody has made the table's file shorter: what is counted here reaches nobody, and nobody's counting is seen. Only after
  /// contain_peer_faults() (peer_faults.h). Thread safe.
  bool broken() const noexcept;

  /// False when the directory's table is no longer this one (somebody removed the directory, or it is broken): join again.
  bool is_current() const noexcept;

  /// Stops being a member; if nobody else is one, removes the table and the directory. Idempotent; also done by the destructor.
  void leave() noexcept;

 private:
  struct State;
  explicit EpochTable(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace carry::platform
