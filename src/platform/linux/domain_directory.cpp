#include "platform/domain_name.h"
#include "platform/linux/system.h"

#include <carry/error.h>

#include <spdlog/spdlog.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

namespace carry::platform {

namespace {

using namespace linux_system;

constexpr std::string_view segment_suffix = ".segment";
constexpr std::string_view unfinished_suffix = ".unfinished";

/// Makes a directory of this user alone if there is none, opens it, and believes nothing about it that was not checked.
Result<Descriptor> open_private_directory(int parent, const std::string& name, const std::string& path) {
  const bool made = ::mkdirat(parent, name.c_str(), 0700) == 0;
  if (!made && errno != EEXIST) return Failure{last_error()};
  Descriptor directory(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory) {
    if (errno != ELOOP && errno != ENOTDIR) return Failure{last_error()};
    spdlog::error("carry: {} is not a directory; remove it", path);
    return failure(Errc::not_secure);
  }
  if (made && ::fchmod(directory.get(), 0700) != 0) return Failure{last_error()};  // The umask may have taken bits away.
  struct stat status {};
  if (::fstat(directory.get(), &status) != 0) return Failure{last_error()};
  if (status.st_uid != ::geteuid() || (status.st_mode & 077) != 0) {
    spdlog::error("carry: {} belongs to uid {} with mode {:o}; it must belong to uid {} with mode 700: remove it, or set CARRY_RUNTIME_DIR", path, status.st_uid, status.st_mode & 07777, ::geteuid());
    return failure(Errc::not_secure);
  }
  return directory;
}

template <class Visit>
std::error_code for_each_name(int directory, Visit&& visit) {
  const int copy = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy < 0) return last_error();
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(copy), &::closedir);
  if (stream == nullptr) return last_error();
  while (const dirent* entry = ::readdir(stream.get())) visit(std::string_view(entry->d_name));
  return {};
}

}  // namespace

Result<DomainDirectory> DomainDirectory::open(const DomainLocation& location) {
  const std::string runtime = setting(location.runtime_directory, "CARRY_RUNTIME_DIR", "/dev/shm");
  const std::string domain = setting(location.domain, "CARRY_DOMAIN", "default");
  if (!is_domain_name(domain)) {
    spdlog::error("carry: \"{}\" is not a domain's name: 1 to 64 of letters, digits, '.', '_', '-', not starting with '.'", domain);
    return failure(Errc::invalid_option);
  }
  const Descriptor base(::open(runtime.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!base) {
    const auto error = last_error();
    spdlog::error("carry: cannot open the runtime directory {}: {}", runtime, error.message());
    // Not the missing domain directory that a caller would simply make again.
    return Failure{error == std::errc::no_such_file_or_directory ? std::make_error_code(std::errc::not_a_directory) : error};
  }
  struct statfs status {};
  if (::fstatfs(base.get(), &status) != 0) return Failure{last_error()};
  if (status.f_type != TMPFS_MAGIC) {
    spdlog::error("carry: {} is not on tmpfs; shared memory on a disk would be written back to it. Choose another CARRY_RUNTIME_DIR", runtime);
    return failure(Errc::not_shared_memory);
  }
  const std::string user_name = "carry-" + std::to_string(::geteuid());
  const std::string user_path = runtime + "/" + user_name;
  auto user = open_private_directory(base.get(), user_name, user_path);
  if (!user) return Failure{user.error()};
  auto state = std::make_shared<State>();
  state->path = user_path + "/" + domain;
  auto directory = open_private_directory(user->get(), domain, state->path);
  if (!directory) return Failure{directory.error()};
  state->descriptor = ::fcntl(directory->get(), F_DUPFD_CLOEXEC, 0);
  if (state->descriptor < 0) return Failure{last_error()};
  return DomainDirectory(std::move(state));
}

const std::string& DomainDirectory::path() const noexcept { return state_->path; }

Result<std::vector<ParticipantId>> DomainDirectory::participants() const {
  std::vector<ParticipantId> ids;
  const auto error = for_each_name(state_->descriptor, [&](std::string_view name) {
    if (!name.ends_with(segment_suffix)) return;
    if (const auto id = ParticipantId::parse(name.substr(0, name.size() - segment_suffix.size()))) ids.push_back(*id);
  });
  if (error == std::errc::no_such_file_or_directory) return ids;
  if (error) return Failure{error};
  return ids;
}

Liveness DomainDirectory::liveness(ParticipantId id) const noexcept {
  const Descriptor file(::openat(state_->descriptor, segment_name(id).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!file) {
    if (errno == ENOENT) return Liveness::absent;
    return errno == ELOOP ? Liveness::dead : Liveness::alive;  // A link under this name is nobody's segment.
  }
  struct stat status {};
  if (::fstat(file.get(), &status) == 0 && !S_ISREG(status.st_mode)) return Liveness::dead;
  return is_write_locked(file.get()) ? Liveness::alive : Liveness::dead;
}

bool DomainDirectory::remove_dead(ParticipantId id) const noexcept {
  if (liveness(id) != Liveness::dead) return false;
  return ::unlinkat(state_->descriptor, segment_name(id).c_str(), 0) == 0;
}

std::size_t DomainDirectory::remove_unfinished() const noexcept {
  std::size_t count = 0;
  (void)for_each_name(state_->descriptor, [&](std::string_view name) {
    if (!name.ends_with(unfinished_suffix)) return;
    const std::string text(name);
    const Descriptor file(::openat(state_->descriptor, text.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (file && !is_write_locked(file.get()) && ::unlinkat(state_->descriptor, text.c_str(), 0) == 0) ++count;
  });
  return count;
}

}  // namespace carry::platform
