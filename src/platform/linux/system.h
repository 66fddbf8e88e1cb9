#pragma once

// What the files of this folder share. Linux only.

#include <carry/platform/domain_directory.h>
#include <carry/result.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <unistd.h>

namespace carry::platform {

/// The open directory; everything in it is reached through this descriptor.
struct DomainDirectory::State {
  int descriptor = -1;
  std::string path;
  ~State() {
    if (descriptor >= 0) ::close(descriptor);
  }
};

namespace linux_system {

inline std::error_code last_error() noexcept { return {errno, std::system_category()}; }

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int value = -1) noexcept : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor() { reset(); }
  void reset() noexcept {
    if (value_ >= 0) ::close(std::exchange(value_, -1));
  }
  /// Forgets the descriptor without closing it: somebody else has done that.
  void forget() noexcept { value_ = -1; }
  int get() const noexcept { return value_; }
  explicit operator bool() const noexcept { return value_ >= 0; }

 private:
  int value_;
};

/// A shared mapping that unmaps itself.
class Mapping {
 public:
  Mapping() = default;
  static Result<Mapping> map(int descriptor, std::size_t bytes, int protection) noexcept;
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

/// Takes an open-file-description lock on the whole file without waiting. False: somebody else holds a conflicting one.
bool try_lock(int descriptor, LockKind kind) noexcept;

void unlock(int descriptor) noexcept;

/// True if somebody holds a write lock on the file, or if the kernel does not say.
bool is_write_locked(int descriptor) noexcept;

/// Makes a file without a name in the directory: O_TMPFILE, or where that is not supported a file named "<fallback_name>.unfinished".
struct NewFile {
  Descriptor descriptor;
  std::string temporary_name;  // empty: the file has no name
};
Result<NewFile> make_file(const DomainDirectory& directory, const std::string& fallback_name);

/// Gives a new file its name, if no file has it. Errors: file_exists, no_such_file_or_directory.
std::error_code give_name(const DomainDirectory& directory, NewFile& file, const std::string& name);

/// Forces the way for systems without O_TMPFILE or /proc. For tests.
void use_fallback_creation(bool on) noexcept;

/// "<id>.segment".
std::string segment_name(ParticipantId id);

/// What a forked child must get rid of: the descriptor that carries a lock of the parent, and a mapping that the kernel leaves out of the child
/// (MADV_DONTFORK), in whose place the child gets private zeroes.
struct ForkRecord {
  int descriptor = -1;
  std::byte* base = nullptr;
  std::size_t bytes = 0;
  ForkRecord* next = nullptr;
  ForkRecord* previous = nullptr;
};
void register_for_fork(ForkRecord& record);
void unregister_for_fork(ForkRecord& record) noexcept;

}  // namespace linux_system

}  // namespace carry::platform
