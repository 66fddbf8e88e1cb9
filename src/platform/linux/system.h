#pragma once

// What the files of this folder share. Linux only.

#include "platform/linux/access.h"

#include <carry/platform/domain_directory.h>
#include <carry/platform/thread.h>
#include <carry/result.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

namespace carry::platform {

/// The open directory; everything in it is reached through this descriptor.
struct DomainDirectory::State {
  int descriptor = -1;
  int parent = -1;   ///< The directory above, so that the last one out removes this one and nothing else that came to have its path.
  std::string name;  ///< In the directory above.
  std::string path;
  linux_system::Access access;  ///< Whose it is.

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    const CancellationDeferred deferred;
    for (const int open : {descriptor, parent}) {
      if (open >= 0) ::close(open);
    }
  }
};

namespace linux_system {

inline std::error_code last_error() noexcept { return {errno, std::system_category()}; }

/// No participant reserves more: 16 TiB, an eighth of the address space.
inline constexpr std::uint64_t maximum_segment_bytes = std::uint64_t{1} << (sizeof(void*) >= 8 ? 44 : 31);

/// A file descriptor that closes itself.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int value) noexcept : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor() {
    if (value_ < 0) return;
    const CancellationDeferred deferred;  // A thread that is to be cancelled would end here, in a destructor.
    ::close(value_);
  }

  /// Gives it up without closing it: to another owner, or because it is closed already.
  int release() noexcept { return std::exchange(value_, -1); }
  int get() const noexcept { return value_; }
  explicit operator bool() const noexcept { return value_ >= 0; }

 private:
  int value_ = -1;
};

/// openat(), in which no thread ends that is to be cancelled: most of those who open something are noexcept.
inline Descriptor open_at(int directory, const char* name, int flags, mode_t mode = 0) noexcept {
  const CancellationDeferred deferred;
  return Descriptor(::openat(directory, name, flags, mode));
}

/// A shared mapping that unmaps itself.
class Mapping {
 public:
  Mapping() = default;
  /// `alignment`: of the start, a power of two; those above a page cost address space.
  static Result<Mapping> map(int descriptor, std::size_t bytes, int protection, std::size_t alignment = 1) noexcept;
  Mapping(Mapping&& other) noexcept : base_(std::exchange(other.base_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  Mapping& operator=(Mapping&& other) noexcept {
    std::swap(base_, other.base_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~Mapping();

  std::byte* base() const noexcept { return base_; }
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  std::byte* base_ = nullptr;
  std::size_t bytes_ = 0;
};

enum class LockKind { shared, exclusive };

/// Takes an open-file-description lock on the whole file without waiting, or changes the one that is held.
/// Errors: resource_unavailable_try_again or permission_denied when somebody holds a conflicting one; what was held stays then.
std::error_code try_lock(int descriptor, LockKind kind) noexcept;

void unlock(int descriptor) noexcept;

/// True if somebody holds a write lock on the file, or if the kernel does not say.
bool is_write_locked(int descriptor) noexcept;

/// The kind of lock that others hold on the file, if any.
Result<std::optional<LockKind>> lock_of_others(int descriptor) noexcept;

/// True if `name` in `directory` is the file that `descriptor` has open.
bool is_same_file(int descriptor, int directory, const char* name) noexcept;

/// Gives [offset, offset + bytes) of a file its memory now: a full file system is an error here and not a SIGBUS at the first touch.
/// On an error nothing of a long range is kept, so it must not hold anything yet.
std::error_code allocate(int descriptor, off_t offset, off_t bytes) noexcept;

/// A file that is not visible yet.
///
/// O_TMPFILE, and thus without a name; where that or /proc is missing, "<fallback_name>.unfinished", which remove_unfinished() takes
/// for a leftover unless it is write-locked.
struct NewFile {
  Descriptor descriptor;
  std::string temporary_name;  ///< Empty: the file has no name.
};
Result<NewFile> make_file(const DomainDirectory& directory, const std::string& fallback_name, mode_t mode);

/// Gives a new file its name, if no file has it. Errors: file_exists, no_such_file_or_directory (the directory was removed).
std::error_code give_name(const DomainDirectory& directory, NewFile& file, const std::string& name);

/// Removes the temporary name of a file that was not given another.
void drop_name(const DomainDirectory& directory, NewFile& file) noexcept;

/// Forces the way for systems without O_TMPFILE or /proc. For tests.
void use_fallback_creation(bool on) noexcept;

/// Waits until there is something to read, or until the deadline (time_point::max(): without limit). True if there is.
/// Where a cancelled thread ends: not noexcept.
bool wait_until_readable(int descriptor, std::chrono::steady_clock::time_point deadline);

/// "<id>.segment".
std::string segment_name(ParticipantId id);

}  // namespace linux_system

}  // namespace carry::platform
