#include "platform/linux/epoch_files.h"

#include <carry/error.h>
#include <carry/platform/thread.h>

#include <algorithm>
#include <new>
#include <optional>

#include <fcntl.h>
#include <sys/stat.h>

namespace carry::platform::linux_system {

namespace {

/// Makes a table, whole, and then names it. Somebody else's is as good.
std::error_code make_table(const DomainDirectory& directory, const char* name) {
  auto file = make_file(directory, "epoch-" + ParticipantId::random().to_string(), directory.state()->access.shared_mode());
  if (!file) return file.error();
  // Only the fallback's name needs it, so as not to be taken for a leftover. Others wait until `file` is closed.
  std::error_code error = file->temporary_name.empty() ? std::error_code() : try_lock(file->descriptor.get(), LockKind::exclusive);
  if (!error) error = allocate(file->descriptor.get(), 0, off_t{table_bytes});
  if (!error) error = give_name(directory, *file, name);
  drop_name(directory, *file);
  return error == std::errc::file_exists ? std::error_code() : error;
}

Descriptor open_named(const DomainDirectory& directory, const char* name) noexcept {
  return open_at(directory.state()->descriptor, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
}

/// What can be opened neither now nor later, and so is no table.
bool is_something_else(int error) noexcept { return error == ELOOP || error == ENXIO || error == EISDIR; }

bool is_table(const DomainDirectory& directory, const struct stat& status) noexcept {
  const Access& access = directory.state()->access;
  const bool is_closed = (status.st_mode & 07777u & ~access.shared_mode()) == 0;
  const bool is_theirs = S_ISREG(status.st_mode) && access.owns(status) && is_closed && status.st_nlink <= 1;  // 0: it is being removed.
  return is_theirs && status.st_size == off_t{table_bytes};
}

/// Opens a table, made before if there is none.
Result<Descriptor> open_table(const DomainDirectory& directory, const char* name) {
  Descriptor file = open_named(directory, name);
  if (!file && errno == ENOENT) {
    if (auto error = make_table(directory, name)) return Failure{error};
    file = open_named(directory, name);
  }
  struct stat status{};
  if (!file) return is_something_else(errno) ? failure(Errc::not_secure) : Failure{last_error()};
  if (::fstat(file.get(), &status) != 0) return Failure{last_error()};
  if (!is_table(directory, status)) return failure(Errc::not_secure);
  return file;
}

/// Something of theirs that has the name of a table.
struct Seen {
  std::size_t number;
  int file;
  bool is_sound;                 ///< May be joined.
  std::optional<LockKind> lock;  ///< Somebody's.
};

/// Calls visit(seen) until it returns false. An error: it cannot be said what is there; somebody may be a member.
template <class Visit>
std::error_code for_each_table(const DomainDirectory& directory, const Visit& visit) {
  for (std::size_t number = 0; number != table_names.size(); ++number) {
    const Descriptor file = open_named(directory, table_names[number]);
    if (!file && (errno == ENOENT || is_something_else(errno))) continue;
    struct stat status{};
    if (!file || ::fstat(file.get(), &status) != 0) return last_error();
    if (!S_ISREG(status.st_mode) || !directory.state()->access.owns(status)) continue;
    const auto lock = lock_of_others(file.get());
    if (!lock) return lock.error();
    if (!visit(Seen{.number = number, .file = file.get(), .is_sound = is_table(directory, status), .lock = *lock})) break;
  }
  return {};
}

/// The table to join: that which has members, or the first one that nobody is removing, or the first to be made. Nothing: all are being removed.
Result<std::optional<std::size_t>> find_table(const DomainDirectory& directory) {
  std::optional<std::size_t> found;
  bool there_is_one = false;
  const auto error = for_each_table(directory, [&](const Seen& seen) {
    if (!seen.is_sound) return true;
    there_is_one = true;
    const bool has_members = seen.lock == LockKind::shared;
    if (has_members || (!seen.lock && !found)) found = seen.number;
    return !has_members;
  });
  if (error) return Failure{error};
  return there_is_one ? found : std::size_t{0};
}

/// A name for one more.
std::optional<std::size_t> find_free_name(const DomainDirectory& directory) noexcept {
  struct stat status{};
  for (std::size_t number = 0; number != table_names.size(); ++number) {
    if (::fstatat(directory.state()->descriptor, table_names[number], &status, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT) return number;
  }
  return {};
}

/// Also of a table that may not be joined: that of a member may have been given another mode or a second name since.
Result<bool> others_have_members(const DomainDirectory& directory, const Membership& own) {
  bool found = false;
  const auto error = for_each_table(directory, [&](const Seen& seen) {
    found = seen.number != own.number && seen.lock == LockKind::shared;
    return !found;
  });
  return error ? Result<bool>(Failure{error}) : found;
}

/// With the exclusive lock on it: nobody else can have that meanwhile and remove it, and so its name cannot have come to mean another file.
void remove_tables_without_members(const DomainDirectory& directory) {
  const int parent = directory.state()->descriptor;
  (void)for_each_table(directory, [&](const Seen& seen) {
    const char* name = table_names[seen.number];
    if (!seen.is_sound || try_lock(seen.file, LockKind::exclusive)) return true;
    if (is_same_file(seen.file, parent, name)) ::unlinkat(parent, name, 0);
    unlock(seen.file);  // A child that was forked meanwhile would keep it.
    return true;
  });
}

/// The domain has no members: removes what the dead left, the tables, and the directory. Foreign files keep the directory, and in a group's domain so
/// does what only another user may remove: it is there for the next one who joins. This process may be stopped anywhere in here and go on when there
/// are members again, of a further table: whatever is removed is nobody's then, too.
void remove_domain(const DomainDirectory& directory, const Membership& membership) noexcept try {
  const CancellationDeferred deferred;
  const auto ids = directory.participants();
  if (!ids) return;
  (void)directory.remove_dead(*ids);
  if (std::ranges::any_of(*ids, [&](ParticipantId id) { return directory.liveness(id) != Liveness::absent; })) return;
  (void)directory.remove_unfinished();
  directory.remove_names_of_absent();  // Of bells that were made at exit, after their process had left.
  ::unlinkat(directory.state()->descriptor, table_names[membership.number], 0);
  remove_tables_without_members(directory);
  ::unlinkat(directory.state()->parent, directory.state()->name.c_str(), AT_REMOVEDIR);
} catch (const std::bad_alloc&) {
  // The next one out does it.
}

}  // namespace

Result<std::optional<Membership>> try_become_member(const DomainDirectory& directory, bool pass_by) {
  auto number = find_table(directory);
  if (!number) return Failure{number.error()};
  if (!*number && pass_by) *number = find_free_name(directory);
  if (!*number) return std::nullopt;
  auto file = open_table(directory, table_names[**number]);
  if (!file) return Failure{file.error()};
  // Whoever holds the exclusive lock is removing the domain: the table that is open here will be nobody's.
  if (auto error = try_lock(file->get(), LockKind::shared)) {
    const bool conflict = error == std::errc::resource_unavailable_try_again || error == std::errc::permission_denied;
    if (conflict) return std::nullopt;
    return Failure{error};
  }
  Membership membership{.file = std::move(*file), .number = **number};
  if (!is_named(directory, membership)) return std::nullopt;
  // After the lock: of two that join different tables at once, one at least sees the other.
  const auto others = others_have_members(directory, membership);
  if (!others) return Failure{others.error()};
  if (*others) return std::nullopt;
  return membership;
}

const char* find_closed_table(const DomainDirectory& directory) noexcept {
  const auto is_closed = [&](const char* name) { return !open_named(directory, name) && errno == EACCES; };
  const auto* found = std::ranges::find_if(table_names, is_closed);
  return found == table_names.end() ? nullptr : *found;
}

bool is_named(const DomainDirectory& directory, const Membership& membership) noexcept {
  return is_same_file(membership.file.get(), directory.state()->descriptor, table_names[membership.number]);
}

void leave_domain(const DomainDirectory& directory, const Membership& membership) noexcept {
  // The exclusive lock is to be had only when nobody else is a member; it keeps others from becoming one until this is done. Two that
  // leave at once may keep each other from it: hence a second try, when this one is no member any more.
  for (int attempt = 0; attempt != 2; ++attempt) {
    const bool last_one = !try_lock(membership.file.get(), LockKind::exclusive);
    if (last_one && is_named(directory, membership)) remove_domain(directory, membership);
    unlock(membership.file.get());
    if (last_one) break;
  }
}

}  // namespace carry::platform::linux_system
