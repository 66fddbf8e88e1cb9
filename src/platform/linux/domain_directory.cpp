#include "platform/linux/system.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
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
  Descriptor own = open_at(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);  // A position of its own: threads read at once.
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

Liveness DomainDirectory::liveness(ParticipantId id) const noexcept try {
  const Descriptor file = open_at(state_->descriptor, segment_name(id).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  if (!file) return errno == ENOENT ? Liveness::absent : Liveness::alive;
  struct stat status{};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return Liveness::alive;  // In doubt: hands off.
  return is_write_locked(file.get()) ? Liveness::alive : Liveness::dead;
} catch (const std::bad_alloc&) {
  return Liveness::alive;  // Likewise.
}

std::string DomainDirectory::owner_of(ParticipantId id) const {
  struct stat status{};
  if (::fstatat(state_->descriptor, segment_name(id).c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return "nobody";
  return "uid " + std::to_string(status.st_uid);
}

namespace {

/// The participant that an entry is a bell or a socket of.
std::optional<ParticipantId> owner_of_name(std::string_view name, unsigned char type) noexcept {
  const std::size_t end = name.find('.');
  if (type == DT_DIR || end == name.npos || !(name.ends_with(bell_suffix) || name.ends_with(socket_suffix))) return {};
  return ParticipantId::parse(name.substr(0, end));
}

/// Bells and sockets of those who are to go. False: some may be left.
template <class Predicate>
bool remove_names_of(int directory, const Predicate& is_to_go) {
  bool all = true;
  const auto error = for_each_entry(directory, [&](std::string_view name, unsigned char type) {
    const auto owner = owner_of_name(name, type);
    if (!owner || !is_to_go(*owner)) return;
    if (::unlinkat(directory, std::string(name).c_str(), 0) != 0 && errno != ENOENT) all = false;
  });
  return all && !error;
}

}  // namespace

bool DomainDirectory::remove_dead(ParticipantId id) const noexcept try {
  // The answer cannot change from dead to alive: ids are never used twice, and a segment is locked before it has its name.
  if (liveness(id) != Liveness::dead) return false;
  // The segment last: whoever is killed in between, or could not remove the rest, leaves it to the next one.
  return remove_names(id) && ::unlinkat(state_->descriptor, segment_name(id).c_str(), 0) == 0;
} catch (const std::bad_alloc&) {
  return false;
}

std::vector<ParticipantId> DomainDirectory::remove_dead(const std::vector<ParticipantId>& ids) const {
  std::vector<ParticipantId> dead;
  std::ranges::copy_if(ids, std::back_inserter(dead), [&](ParticipantId id) { return liveness(id) == Liveness::dead; });
  if (dead.empty()) return dead;
  std::ranges::sort(dead);
  const int directory = state_->descriptor;
  std::vector<ParticipantId> unfinished;  // They have names that could not be removed.
  const auto error = for_each_entry(directory, [&](std::string_view name, unsigned char type) {
    const auto owner = owner_of_name(name, type);
    if (!owner || !std::ranges::binary_search(dead, *owner)) return;
    if (::unlinkat(directory, std::string(name).c_str(), 0) != 0 && errno != ENOENT) unfinished.push_back(*owner);
  });
  if (error) return {};
  std::erase_if(dead, [&](ParticipantId id) {
    return std::ranges::find(unfinished, id) != unfinished.end() || ::unlinkat(directory, segment_name(id).c_str(), 0) != 0;  // As above: last.
  });
  return dead;
}

bool DomainDirectory::remove_names(ParticipantId id) const noexcept try {
  return remove_names_of(state_->descriptor, [id](ParticipantId owner) { return owner == id; });
} catch (const std::bad_alloc&) {
  return false;
}

void DomainDirectory::remove_names_of_absent() const noexcept try {
  // Whoever is not there any more when his bell is found does not come back: a segment has its name before its bells have theirs.
  (void)remove_names_of(state_->descriptor, [this](ParticipantId owner) { return liveness(owner) == Liveness::absent; });
} catch (const std::bad_alloc&) {
  // They stay for the next one.
}

std::size_t DomainDirectory::remove_unfinished() const noexcept try {
  const int directory = state_->descriptor;
  std::size_t count = 0;
  (void)for_each_entry(directory, [&](std::string_view name, unsigned char type) {
    if (!is_regular(type) || !name.ends_with(unfinished_suffix)) return;
    const std::string text(name);
    const Descriptor file = open_at(directory, text.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (file && !is_write_locked(file.get()) && ::unlinkat(directory, text.c_str(), 0) == 0) ++count;
  });
  return count;
} catch (const std::bad_alloc&) {
  return 0;
}

}  // namespace carry::platform
