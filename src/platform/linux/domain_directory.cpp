#include "platform/linux/system.h"

#include <memory>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

namespace carry::platform {

namespace {

using namespace linux_system;

constexpr std::string_view segment_suffix = ".segment";
constexpr std::string_view bell_suffix = ".bell";
constexpr std::string_view socket_suffix = ".socket";
constexpr std::string_view unfinished_suffix = ".unfinished";

/// Calls visit(name, type) for all entries; `type` is one of DT_x. A directory that was removed has none.
template <class Visit>
std::error_code for_each_entry(int directory, Visit&& visit) {
  Descriptor own(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));  // A position of its own: threads read at once.
  if (!own) return errno == ENOENT ? std::error_code() : last_error();
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(own.get()), &::closedir);
  if (stream == nullptr) return last_error();
  (void)own.release();
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr) return errno == 0 || errno == ENOENT ? std::error_code() : last_error();
    visit(std::string_view(entry->d_name), entry->d_type);
  }
}

bool is_regular(unsigned char type) noexcept { return type == DT_REG || type == DT_UNKNOWN; }

}  // namespace

const std::string& DomainDirectory::path() const noexcept { return state_->path; }

Result<std::vector<ParticipantId>> DomainDirectory::participants() const {
  std::vector<ParticipantId> ids;
  const auto error = for_each_entry(state_->descriptor, [&](std::string_view name, unsigned char type) {
    if (!is_regular(type) || !name.ends_with(segment_suffix)) return;
    if (const auto id = ParticipantId::parse(name.substr(0, name.size() - segment_suffix.size()))) ids.push_back(*id);
  });
  if (error) return Failure{error};
  return ids;
}

Liveness DomainDirectory::liveness(ParticipantId id) const noexcept {
  const Descriptor file(::openat(state_->descriptor, segment_name(id).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!file) return errno == ENOENT ? Liveness::absent : Liveness::alive;
  struct stat status{};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return Liveness::alive;  // In doubt: hands off.
  return is_write_locked(file.get()) ? Liveness::alive : Liveness::dead;
}

bool DomainDirectory::remove_dead(ParticipantId id) const noexcept {
  // The answer cannot change from dead to alive: ids are never used twice, and a segment is locked before it has its name.
  if (liveness(id) != Liveness::dead) return false;
  // In a group's domain what another user left stays (the directory is sticky), until one of that user's processes comes.
  remove_names(id);  // Before the segment: whoever is killed in between leaves it to the next one.
  return ::unlinkat(state_->descriptor, segment_name(id).c_str(), 0) == 0;
}

std::string DomainDirectory::owner_of(ParticipantId id) const {
  struct stat status{};
  if (::fstatat(state_->descriptor, segment_name(id).c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return "nobody";
  return "uid " + std::to_string(status.st_uid);
}

namespace {

/// Of bells and sockets.
void remove_names_with(int directory, std::string_view prefix) noexcept {
  (void)for_each_entry(directory, [&](std::string_view name, unsigned char) {
    if (!name.starts_with(prefix) || !(name.ends_with(bell_suffix) || name.ends_with(socket_suffix))) return;
    ::unlinkat(directory, std::string(name).c_str(), 0);
  });
}

}  // namespace

void DomainDirectory::remove_names(ParticipantId id) const noexcept { remove_names_with(state_->descriptor, id.to_string() + "."); }
void DomainDirectory::remove_all_names() const noexcept { remove_names_with(state_->descriptor, ""); }

std::size_t DomainDirectory::remove_unfinished() const noexcept {
  const int directory = state_->descriptor;
  std::size_t count = 0;
  (void)for_each_entry(directory, [&](std::string_view name, unsigned char type) {
    if (!is_regular(type) || !name.ends_with(unfinished_suffix)) return;
    const std::string text(name);
    const Descriptor file(::openat(directory, text.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (file && !is_write_locked(file.get()) && ::unlinkat(directory, text.c_str(), 0) == 0) ++count;
  });
  return count;
}

}  // namespace carry::platform
