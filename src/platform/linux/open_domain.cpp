// Finding the domain's directory, and making it where it is missing. Nothing is believed about a directory that was not checked, and from the
// runtime directory on everything is reached through open directories: no path is looked up twice.

#include "platform/domain_name.h"
#include "platform/linux/access.h"
#include "platform/linux/system.h"
#include "platform/log.h"

#include <carry/error.h>

#include <cstdlib>
#include <memory>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/xattr.h>

namespace carry::platform {

namespace {

using namespace linux_system;

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

std::string setting(const std::string& option, const char* variable, const char* otherwise) {
  if (!option.empty()) return option;
  const char* value = ::secure_getenv(variable);  // A set-user-ID program is not told by whoever starts it.
  return value != nullptr && *value != '\0' ? value : otherwise;
}

/// Whoever may rename what lies in the runtime directory can take ours away, though not put one of his own in its place. So it is to be the
/// administrator's or the user's: the sticky bit holds back all but a directory's owner. In volumes that a container got it often is writable for all,
/// and everybody there knows one another.
std::error_code check_runtime_directory(const struct stat& status, const std::string& path) {
  if (status.st_uid == 0 || status.st_uid == ::geteuid()) {
    if ((status.st_mode & S_IWOTH) != 0 && (status.st_mode & S_ISVTX) == 0)
      platform::log_warning("carry: everybody may remove what lies in {}; make it sticky (chmod +t)", path);
    return {};
  }
  constexpr uid_t unmapped = 65534;  // as which a user namespace sees the administrator outside
  if (status.st_uid == unmapped && (status.st_mode & S_ISVTX) != 0) return {};
  platform::log_error(
      "carry: {} is no runtime directory for uid {}: {}, so its owner could take away what lies in it; choose another CARRY_RUNTIME_DIR, or have the "
      "administrator own it, sticky (chmod +t). To share a domain between users name a group (CARRY_GROUP)",
      path, ::geteuid(), owner_and_mode(status));
  return Errc::not_secure;
}

Result<Descriptor> open_runtime_directory(const std::string& path) {
  Descriptor directory = open_at(AT_FDCWD, path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (!directory) {
    const auto error = last_error();
    platform::log_error("carry: uid {} cannot open the runtime directory {}: {}", ::geteuid(), path, error.message());
    if (error == std::errc::permission_denied) return failure(Errc::not_secure);  // Somebody else's directory is on the way.
    // ENOENT would say that the domain's directory was removed, and that trying again helps.
    return Failure{error == std::errc::no_such_file_or_directory ? std::make_error_code(std::errc::not_a_directory) : error};
  }
  struct statfs system{};
  struct stat status{};
  if (::fstatfs(directory.get(), &system) != 0 || ::fstat(directory.get(), &status) != 0) return Failure{last_error()};
  if (system.f_type != TMPFS_MAGIC) {
    platform::log_error("carry: {} is not on tmpfs, and shared memory would be written to a disk; choose another CARRY_RUNTIME_DIR", path);
    return failure(Errc::not_shared_memory);
  }
  if (auto error = check_runtime_directory(status, path)) return Failure{error};
  return directory;
}

/// Gives a new directory its group and its mode, under the name that it has until then. What has this name may be somebody else's.
std::error_code finish_directory(int parent, const std::string& unfinished, const std::string& path, const Access& access) {
  struct stat status{};
  if (::fstatat(parent, unfinished.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return last_error();
  if (!S_ISDIR(status.st_mode) || status.st_uid != access.user) {
    platform::log_error("carry: {} is in the way of {}, beside which it lies: {}; remove it", unfinished, path, owner_and_mode(status));
    return Errc::not_secure;
  }
  if (auto error = set_mode(parent, unfinished.c_str(), S_IRWXU)) return error;  // The umask may have left too little to open it.
  const Descriptor directory = open_at(parent, unfinished.c_str(), directory_flags | O_NOFOLLOW);
  if (!directory) return last_error();
  if (::fstat(directory.get(), &status) != 0) return last_error();
  if (status.st_uid != access.user) return Errc::not_secure;
  if (access.group && ::fchown(directory.get(), static_cast<uid_t>(-1), *access.group) != 0) return last_error();
  return ::fchmod(directory.get(), access.directory_mode()) == 0 ? std::error_code() : last_error();
}

/// Invariant D1 for directories: one that has its name is complete. It is made under a name of this user's own and then renamed. What a process
/// that is killed in between leaves, empty, is what the user's next one goes on with.
std::error_code make_directory(int parent, const std::string& name, const std::string& path, const Access& access) {
  const std::string unfinished = "." + name + "." + std::to_string(access.user) + ".unfinished";
  if (::mkdirat(parent, unfinished.c_str(), S_IRWXU) != 0 && errno != EEXIST) return last_error();
  std::error_code error = finish_directory(parent, unfinished, path, access);
  constexpr unsigned no_replace = 1;  // RENAME_NOREPLACE
  if (!error && ::syscall(SYS_renameat2, parent, unfinished.c_str(), parent, name.c_str(), no_replace) != 0) error = last_error();
  if (error) (void)::unlinkat(parent, unfinished.c_str(), AT_REMOVEDIR);
  // Somebody made it meanwhile, or another process of this user went on with it.
  const bool made_by_others = error == std::errc::file_exists || error == std::errc::no_such_file_or_directory;
  return made_by_others ? std::error_code() : error;
}

/// An access control list may let in others than the mode shows. It is inherited, so nobody need have meant it.
bool has_access_list(int directory) noexcept {
  return ::fgetxattr(directory, "system.posix_acl_access", nullptr, 0) >= 0 || ::fgetxattr(directory, "system.posix_acl_default", nullptr, 0) >= 0;
}

bool has_right_mode(const struct stat& status, const Access& access) noexcept {
  // For a single user set-group-ID means nothing, and is inherited.
  const mode_t relevant = access.group ? 07777u : 0777u;
  return (status.st_mode & relevant) == access.directory_mode();
}

std::error_code check_directory(const struct stat& status, const std::string& path, const Access& access) {
  if (access.owns(status) && has_right_mode(status, access)) return {};
  platform::log_error("carry: {} is not secure: {}, but must be of {} with mode {:o}; remove it, or choose another CARRY_RUNTIME_DIR", path,
                      owner_and_mode(status), access.to_string(), access.directory_mode());
  return Errc::not_secure;
}

Result<Descriptor> open_checked(int parent, const std::string& name, const std::string& path, const Access& access) {
  // First without asking for any right, so that the owner can be named who does not give it.
  const Descriptor place = open_at(parent, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (!place) {
    if (errno != ELOOP && errno != ENOTDIR) return Failure{last_error()};
    platform::log_error("carry: {} is a file or a link and not a directory; remove it", path);
    return failure(Errc::not_secure);
  }
  struct stat status{};
  if (::fstat(place.get(), &status) != 0) return Failure{last_error()};
  if (auto error = check_directory(status, path, access)) return Failure{error};
  Descriptor directory = open_at(place.get(), ".", directory_flags);
  if (!directory) return Failure{last_error()};
  if (access.group && has_access_list(directory.get())) {
    platform::log_error("carry: {} is not secure: it has an access control list; remove that (setfacl -b -k), or the directory", path);
    return failure(Errc::not_secure);
  }
  return directory;
}

/// Opens a directory of theirs alone, made before if it is wanted and there is none.
Result<Descriptor> open_directory(int parent, const std::string& name, const std::string& path, const Access& access, bool make) {
  auto directory = open_checked(parent, name, path, access);
  if (directory || !make || directory.error() != std::errc::no_such_file_or_directory) return directory;
  if (auto error = make_directory(parent, name, path, access)) {
    platform::log_error("carry: uid {} cannot make {} for {}: {}", ::geteuid(), path, access.to_string(), error.message());
    return Failure{error};
  }
  return open_checked(parent, name, path, access);
}

Result<Access> find_access(const DomainLocation& location) {
  const std::string name = setting(location.group, "CARRY_GROUP", "");
  if (name.empty()) return Access{};
  const auto group = find_group(name);
  if (!group) return Failure{group.error()};
  return Access{.group = *group};
}

/// Said before anything is opened: the kernel would only say that it is not permitted.
std::error_code check_member(const Access& access, const std::string& path) {
  if (!access.group || is_member(*access.group)) return {};
  platform::log_error(
      "carry: uid {} is no member of group {}, to which {} belongs; add the user to the group and log in again, or name another group", ::geteuid(),
      *access.group, path);
  return Errc::not_secure;
}

Result<DomainDirectory> open_domain(const DomainLocation& location, bool make) {
  const std::string runtime = setting(location.runtime_directory, "CARRY_RUNTIME_DIR", "/dev/shm");
  const std::string domain = setting(location.domain, "CARRY_DOMAIN", "default");
  if (!is_domain_name(domain)) {
    platform::log_error("carry: \"{}\" is not a domain name: 1 to 64 of A-Z a-z 0-9 . _ -, not starting with a dot", domain);
    return failure(Errc::invalid_option);
  }
  const auto access = find_access(location);
  if (!access) return Failure{access.error()};
  const std::string owner_name = access->directory_name();
  const std::string owner_path = runtime + "/" + owner_name;
  if (auto error = check_member(*access, owner_path)) return Failure{error};
  const auto base = open_runtime_directory(runtime);
  if (!base) return Failure{base.error()};
  auto owner = open_directory(base->get(), owner_name, owner_path, *access, make);
  if (!owner) return Failure{owner.error()};
  auto state = std::make_shared<DomainDirectory::State>();
  state->access = *access;
  state->name = domain;
  state->path = owner_path + "/" + domain;
  auto directory = open_directory(owner->get(), domain, state->path, *access, make);
  if (!directory) return Failure{directory.error()};
  state->descriptor = directory->release();
  state->parent = owner->release();
  return DomainDirectory(std::move(state));
}

}  // namespace

Result<DomainDirectory> DomainDirectory::open(const DomainLocation& location) { return open_domain(location, true); }
Result<DomainDirectory> DomainDirectory::open_existing(const DomainLocation& location) { return open_domain(location, false); }

bool DomainDirectory::is_shared_with(const std::string& group) const {
  const auto wanted = find_group(group);
  return wanted && state_->access.group == *wanted;
}

}  // namespace carry::platform
