#include "platform/linux/system.h"

#include <algorithm>
#include <atomic>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace carry::platform::linux_system {

namespace {

std::atomic<bool> fallback_is_forced = false;

struct flock whole_file(short type) noexcept {
  struct flock lock{};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

std::string path_in_proc(int descriptor) { return "/proc/self/fd/" + std::to_string(descriptor); }

bool is_same_file(int descriptor, int directory, const char* name, int flags) noexcept {
  struct stat own{};
  struct stat named{};
  if (::fstat(descriptor, &own) != 0 || ::fstatat(directory, name, &named, flags) != 0) return false;
  return own.st_ino == named.st_ino && own.st_dev == named.st_dev;
}

/// Nothing: it cannot be had, or could not be given a name later.
Descriptor make_nameless(int directory) {
  if (fallback_is_forced.load(std::memory_order_relaxed)) return Descriptor();  // Relaxed: a test's switch, guards nothing.
  Descriptor file = open_at(directory, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file && !is_same_file(file.get(), AT_FDCWD, path_in_proc(file.get()).c_str(), 0)) return Descriptor();
  return file;
}

}  // namespace

void use_fallback_creation(bool on) noexcept { fallback_is_forced.store(on, std::memory_order_relaxed); }  // Relaxed: see make_nameless().

std::string segment_name(ParticipantId id) { return id.to_string() + ".segment"; }

Result<Mapping> Mapping::map(int descriptor, std::size_t bytes, int protection, std::size_t alignment) noexcept {
  // Reserves more than is needed first, and gives back what lies before and behind.
  const std::size_t page_bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* place = nullptr;
  if (alignment > page_bytes) {
    void* reserved = ::mmap(nullptr, bytes + alignment, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (reserved == MAP_FAILED) return Failure{last_error()};
    const std::size_t before = (alignment - reinterpret_cast<std::uintptr_t>(reserved) % alignment) % alignment;
    place = static_cast<std::byte*>(reserved) + before;
    if (before != 0) (void)::munmap(reserved, before);
    (void)::munmap(static_cast<std::byte*>(place) + bytes, alignment - before);
  }
  const int flags = MAP_SHARED | MAP_NORESERVE | (place == nullptr ? 0 : MAP_FIXED);
  void* memory = ::mmap(place, bytes, protection, flags, descriptor, 0);
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

std::error_code try_lock(int descriptor, LockKind kind) noexcept {
  struct flock lock = whole_file(kind == LockKind::shared ? F_RDLCK : F_WRLCK);
  return ::fcntl(descriptor, F_OFD_SETLK, &lock) == 0 ? std::error_code() : last_error();
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

Result<std::optional<LockKind>> lock_of_others(int descriptor) noexcept {
  struct flock lock = whole_file(F_WRLCK);  // Every lock conflicts with it.
  if (::fcntl(descriptor, F_OFD_GETLK, &lock) != 0) return Failure{last_error()};
  if (lock.l_type == F_UNLCK) return std::nullopt;
  return lock.l_type == F_RDLCK ? LockKind::shared : LockKind::exclusive;
}

bool is_same_file(int descriptor, int directory, const char* name) noexcept { return is_same_file(descriptor, directory, name, AT_SYMLINK_NOFOLLOW); }

std::error_code allocate(int descriptor, off_t offset, off_t bytes) noexcept {
  const CancellationDeferred deferred;
  constexpr off_t shortest_step = 65536;
  const off_t begin = offset;
  off_t step = 8 << 20;
  while (bytes > 0) {
    const off_t now = std::min(step, bytes);
    const int error = ::posix_fallocate(descriptor, offset, now);
    if (error == EINTR) {
      // tmpfs takes back all of a step that a signal interrupts. With a profiler's timer a long one would never end.
      step = std::max(step / 2, shortest_step);
      continue;
    }
    if (error != 0) {
      // What the steps before got is of no use to anybody.
      if (offset != begin) (void)::fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, begin, offset - begin);
      return {error, std::system_category()};
    }
    offset += now;
    bytes -= now;
  }
  return {};
}

Result<NewFile> make_file(const DomainDirectory& directory, const std::string& fallback_name, mode_t mode) {
  const int parent = directory.state()->descriptor;
  NewFile file{.descriptor = make_nameless(parent), .temporary_name = {}};
  if (!file.descriptor) {
    const std::string name = fallback_name + ".unfinished";
    file.descriptor = open_at(parent, name.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (!file.descriptor) return Failure{last_error()};
    file.temporary_name = name;
  }
  // Whatever the umask left of it.
  if (::fchmod(file.descriptor.get(), mode) != 0) {
    const auto error = last_error();
    drop_name(directory, file);
    return Failure{error};
  }
  return file;
}

std::error_code give_name(const DomainDirectory& directory, NewFile& file, const std::string& name) {
  const int parent = directory.state()->descriptor;
  if (file.temporary_name.empty()) {
    const std::string self = path_in_proc(file.descriptor.get());
    return ::linkat(AT_FDCWD, self.c_str(), parent, name.c_str(), AT_SYMLINK_FOLLOW) == 0 ? std::error_code() : last_error();
  }
  constexpr unsigned no_replace = 1;  // RENAME_NOREPLACE
  if (::syscall(SYS_renameat2, parent, file.temporary_name.c_str(), parent, name.c_str(), no_replace) != 0) return last_error();
  file.temporary_name.clear();
  return {};
}

void drop_name(const DomainDirectory& directory, NewFile& file) noexcept {
  if (!file.temporary_name.empty()) ::unlinkat(directory.state()->descriptor, file.temporary_name.c_str(), 0);
  file.temporary_name.clear();
}

}  // namespace carry::platform::linux_system
