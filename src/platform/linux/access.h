#pragma once

// Who takes part in a domain: one user, or the members of a group. Everything that carry makes gets its mode from here, and everything it
// finds is checked by it.
//
//              a user's    a group's
//   directory  0700        3770   set-group-ID: what is made inside is the group's; sticky: only its owner (and that of the directory) removes a file
//   segment    0600        0640   whoever is not its owner cannot map it to write, nor shorten it
//   the rest   0600        0660   epoch table, bells and sockets: what others write

#include <carry/result.h>

#include <optional>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

namespace carry::platform::linux_system {

struct Access {
  std::optional<gid_t> group = {};  ///< Nothing: one user alone.
  uid_t user = ::geteuid();         ///< Who joins. A process that drops its privileges later does not change domains by that.

  mode_t directory_mode() const noexcept { return group ? 03770 : 0700; }
  mode_t segment_mode() const noexcept { return group ? 0640 : 0600; }
  mode_t shared_mode() const noexcept { return group ? 0660 : 0600; }

  /// Whether a file or directory is theirs, whatever its mode is.
  bool owns(const struct stat& status) const noexcept { return group ? status.st_gid == *group : status.st_uid == user; }

  /// "uid 1000", "group 100".
  std::string to_string() const;

  /// Of the directory that holds their domains: "carry-1000", "carry-g-100".
  std::string directory_name() const;
};

/// A group by its name or number. Errors: Errc::invalid_option; the log says why.
Result<gid_t> find_group(const std::string& group);

/// Whether this process may use what the group may.
bool is_member(gid_t group);

/// Gives a file of this process that nobody opens yet its mode, whatever the umask left of it. Links are not followed.
std::error_code set_mode(int directory, const char* name, mode_t mode) noexcept;

/// "it belongs to uid 1234, gid 100 and has mode 755", for messages.
std::string owner_and_mode(const struct stat& status);

}  // namespace carry::platform::linux_system
