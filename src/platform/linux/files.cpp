#include "platform/linux/system.h"

#include <atomic>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace carry::platform::linux_system {

namespace {
std::atomic<bool> fallback_creation = false;

struct flock whole_file(short type) noexcept {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}
}  // namespace

void use_fallback_creation(bool on) noexcept { fallback_creation.store(on, std::memory_order_relaxed); }

std::string segment_name(ParticipantId id) { return id.to_string() + ".segment"; }

Result<Mapping> Mapping::map(int descriptor, std::size_t bytes, int protection) noexcept {
  void* memory = ::mmap(nullptr, bytes, protection, MAP_SHARED | MAP_NORESERVE, descriptor, 0);
  if (memory == MAP_FAILED) return Failure{last_error()};
  (void)::madvise(memory, bytes, MADV_DONTDUMP);  // Gigabytes of reservation do not belong in a core file.
  Mapping mapping;
  mapping.base_ = static_cast<std::byte*>(memory);
  mapping.bytes_ = bytes;
  return mapping;
}

Mapping::~Mapping() {
  if (base_ != nullptr) ::munmap(base_, bytes_);
}

bool try_lock(int descriptor, LockKind kind) noexcept {
  struct flock lock = whole_file(kind == LockKind::shared ? F_RDLCK : F_WRLCK);
  return ::fcntl(descriptor, F_OFD_SETLK, &lock) == 0;
}

void unlock(int descriptor) noexcept {
  struct flock lock = whole_file(F_UNLCK);
  (void)::fcntl(descriptor, F_OFD_SETLK, &lock);
}

bool is_write_locked(int descriptor) noexcept {
  struct flock lock = whole_file(F_RDLCK);  // Only a write lock conflicts with it.
  if (::fcntl(descriptor, F_OFD_GETLK, &lock) != 0) return true;
  return lock.l_type == F_WRLCK;
}

Result<NewFile> make_file(const DomainDirectory& directory, const std::string& fallback_name) {
  const int parent = directory.state()->descriptor;
  NewFile file;
  if (!fallback_creation.load(std::memory_order_relaxed)) {
    file.descriptor = Descriptor(::openat(parent, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  }
  if (!file.descriptor) {
    const bool unsupported = fallback_creation.load(std::memory_order_relaxed) || errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL;
    if (!unsupported) return Failure{last_error()};
    file.temporary_name = fallback_name + ".unfinished";
    file.descriptor = Descriptor(::openat(parent, file.temporary_name.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.descriptor) return Failure{last_error()};
  }
  // The umask may have taken bits away, or left more than wanted.
  if (::fchmod(file.descriptor.get(), 0600) != 0) return Failure{last_error()};
  return file;
}

std::error_code give_name(const DomainDirectory& directory, NewFile& file, const std::string& name) {
  const int parent = directory.state()->descriptor;
  if (file.temporary_name.empty()) {
    const std::string self = "/proc/self/fd/" + std::to_string(file.descriptor.get());
    return ::linkat(AT_FDCWD, self.c_str(), parent, name.c_str(), AT_SYMLINK_FOLLOW) == 0 ? std::error_code() : last_error();
  }
  constexpr unsigned no_replace = 1;  // RENAME_NOREPLACE
  if (::syscall(SYS_renameat2, parent, file.temporary_name.c_str(), parent, name.c_str(), no_replace) != 0) return last_error();
  file.temporary_name.clear();
  return {};
}

}  // namespace carry::platform::linux_system
