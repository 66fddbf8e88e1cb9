#pragma once

#include <carry/platform/participant_id.h>
#include <carry/result.h>

#include <memory>
#include <string>
#include <vector>

namespace carry::platform {

/// Where a domain lies, and whose it is. Empty fields are taken from the environment (CARRY_RUNTIME_DIR, CARRY_DOMAIN, CARRY_GROUP), else the
/// system's default.
struct DomainLocation {
  std::string runtime_directory;  ///< Linux: a directory on tmpfs, default /dev/shm. Windows: any local directory, default %LOCALAPPDATA%.
  std::string domain;             ///< 1 to 64 of [A-Za-z0-9._-], not starting with a dot; default "default".
  std::string group = {};         ///< Name or number of the group whose members share the domain; default: one user alone. Linux.
};

/// What the kernel says about a participant.
enum class Liveness { alive, dead, absent };

/// The directory in which the participants of one domain find each other.
///
/// Linux: `<runtime>/carry-<uid>/<domain>/`, both made with mode 0700 and checked (owner, type, mode, file system) before use. For a group
/// `<runtime>/carry-g-<gid>/<domain>/` with mode 3770: every member makes files there that the others read, and only its owner removes one.
/// Windows: `<runtime>\carry-<session>\<domain>\` with one marker file per participant (sections are known within one session only).
/// Cheap to copy: copies share one open directory.
///
/// Thread safety: all members may be called at once.
class DomainDirectory {
 public:
  /// Opens the directory and makes it if it is missing.
  /// Errors: Errc::invalid_option (name of domain or group), Errc::not_secure (also for who is no member), Errc::not_shared_memory, not_supported
  /// (a group on Windows), errors of the system. The log says what is wrong with what.
  static Result<DomainDirectory> open(const DomainLocation& location);

  /// For onlookers: makes nothing. std::errc::no_such_file_or_directory if the domain has no directory; else the errors of open().
  static Result<DomainDirectory> open_existing(const DomainLocation& location);

  /// The directory's path, for messages.
  const std::string& path() const noexcept;

  /// Whether it is the domain of that group. False also for a group that does not exist.
  bool is_shared_with(const std::string& group) const;

  /// Every participant whose segment is visible, dead or alive. Foreign files are passed over. A directory that was removed is empty.
  Result<std::vector<ParticipantId>> participants() const;

  /// Asks the kernel. `absent` if no such segment is visible any more.
  Liveness liveness(ParticipantId id) const noexcept;

  /// Deletes what a dead participant left. Idempotent: somebody else may have done it already.
  /// Returns true if this call removed the segment's name. Never removes a live participant's, nor, in a group's domain, another user's.
  bool remove_dead(ParticipantId id) const noexcept;

  /// The same for those of them that are dead, and which this call removed. However many, the directory is read once. Throws std::bad_alloc.
  std::vector<ParticipantId> remove_dead(const std::vector<ParticipantId>& ids) const;

  /// The user that a participant's segment belongs to, for messages: "uid 1000", or a SID on Windows.
  std::string owner_of(ParticipantId id) const;

  /// Takes the names of a participant's bells and sockets away (Linux; elsewhere they have none that stays). False: some may be left, and the
  /// participant's segment must stay for whoever removes them.
  bool remove_names(ParticipantId id) const noexcept;

  /// Takes away the names of bells and sockets whose participants have none any more.
  void remove_names_of_absent() const noexcept;

  /// Deletes unfinished leftovers of the fallback way of creation (temporary names nobody holds). Returns how many.
  std::size_t remove_unfinished() const noexcept;

  /// State of the implementation, for the other classes of this layer.
  struct State;
  const std::shared_ptr<State>& state() const noexcept { return state_; }
  explicit DomainDirectory(std::shared_ptr<State> state) noexcept : state_(std::move(state)) {}

 private:
  std::shared_ptr<State> state_;
};

}  // namespace carry::platform
