#include <carry/platform/own_segment.h>

#include "platform/linux/backing.h"
#include "platform/linux/fork.h"
#include "platform/linux/system.h"

#include <carry/error.h>

#include <algorithm>
#include <limits>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>

namespace carry::platform {

using namespace linux_system;

namespace {

constexpr std::size_t granularity_bytes = std::size_t{64} << 10;
constexpr std::size_t longest_bytes = maximum_segment_bytes - granularity_bytes;

std::uint64_t limit_of(__rlimit_resource resource) noexcept {
  struct rlimit limit{};
  return ::getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY ? limit.rlim_cur : std::numeric_limits<std::uint64_t>::max();
}

/// Like ftruncate(), which would end the process by SIGXFSZ where files may not be that long.
std::error_code set_length(int descriptor, std::size_t bytes) noexcept {
  if (bytes > limit_of(RLIMIT_FSIZE)) return std::make_error_code(std::errc::file_too_large);
  return ::ftruncate(descriptor, static_cast<off_t>(bytes)) == 0 ? std::error_code() : last_error();
}

}  // namespace

struct OwnSegment::State {
  DomainDirectory directory;
  std::string name;  // kept, so that withdraw() needs no memory
  Backing backing;
  NewFile file;
  Mapping mapping;
  ForkRecord fork_record;
  std::size_t page_bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  bool visible = false;

  /// True in a child of the process that made it.
  bool is_inherited() const noexcept { return mapping.base() != nullptr && fork_record.descriptor < 0; }

  std::error_code open(std::size_t bytes);

  ~State() {
    const NoFork no_fork;
    unregister_for_fork(fork_record, no_fork);
    if (is_inherited()) {
      (void)file.descriptor.release();  // the handler has closed it
    } else if (file.descriptor) {
      drop_name(directory, file);
      unlock(file.descriptor.get());  // a child whose handler has still to run has the same lock
      const Descriptor closing = std::move(file.descriptor);
    }
  }
};

std::error_code OwnSegment::State::open(std::size_t bytes) {
  const NoFork no_fork;
  auto made = make_file(directory, name, directory.state()->access.segment_mode());
  if (!made) return made.error();
  file = std::move(*made);
  const int descriptor = file.descriptor.get();
  if (!file.temporary_name.empty()) {
    // It has a name already; locked, it is not taken for a leftover.
    if (auto error = try_lock(descriptor, LockKind::exclusive)) return error;
  }
  if (auto error = set_length(descriptor, bytes)) return error;
  auto mapped = Mapping::map(descriptor, bytes, PROT_READ | PROT_WRITE, backing.huge_pages ? huge_page_bytes : 1);
  if (!mapped) return mapped.error();
  if (::madvise(mapped->base(), bytes, MADV_DONTFORK) != 0) return last_error();
  if (auto error = prepare_backing(backing, *mapped, descriptor)) return error;
  mapping = std::move(*mapped);
  fork_record.descriptor = descriptor;
  fork_record.base = mapping.base();
  fork_record.bytes = bytes;
  register_for_fork(fork_record, no_fork);
  return {};
}

std::size_t default_reserved_bytes() noexcept {
  constexpr std::size_t smallest = std::size_t{64} << 20;
  const bool is_64_bit = sizeof(std::size_t) >= 8;
  std::size_t bytes = std::size_t{1} << (is_64_bit ? 34 : 28);
  // Peers are mapped into the same address space, each as a whole.
  const std::uint64_t limit = std::min(limit_of(RLIMIT_AS) / 8, limit_of(RLIMIT_FSIZE));
  while (bytes > limit && bytes > smallest) bytes /= 2;
  return bytes;
}

Result<OwnSegment> OwnSegment::create(const DomainDirectory& directory, ParticipantId id, std::size_t reserved_bytes, Backing backing) {
  if (forked()) return failure(Errc::forked);
  if (reserved_bytes == 0) return Failure{std::make_error_code(std::errc::invalid_argument)};
  if (reserved_bytes > longest_bytes) return Failure{std::make_error_code(std::errc::file_too_large)};
  const std::size_t bytes = (reserved_bytes + granularity_bytes - 1) / granularity_bytes * granularity_bytes;
  std::unique_ptr<State> state(
      new State{.directory = directory, .name = segment_name(id), .backing = backing, .file = {}, .mapping = {}, .fork_record = {}});
  if (auto error = state->open(bytes)) return Failure{error};
  return OwnSegment(std::move(state));
}

OwnSegment::OwnSegment(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
OwnSegment::OwnSegment(OwnSegment&&) noexcept = default;

OwnSegment& OwnSegment::operator=(OwnSegment&& other) noexcept {
  if (this != &other) {
    withdraw();
    state_ = std::move(other.state_);
  }
  return *this;
}

OwnSegment::~OwnSegment() { withdraw(); }

std::byte* OwnSegment::base() const noexcept { return state_->mapping.base(); }

std::size_t OwnSegment::reserved_bytes() const noexcept { return state_->mapping.bytes(); }

std::error_code OwnSegment::commit(std::size_t offset, std::size_t bytes) {
  if (state_->is_inherited()) return Errc::forked;
  if (offset > reserved_bytes() || bytes > reserved_bytes() - offset) return std::make_error_code(std::errc::file_too_large);
  const std::size_t page_bytes = state_->page_bytes;
  const std::size_t begin = offset / page_bytes * page_bytes;
  const std::size_t end = std::min(reserved_bytes(), (offset + bytes + page_bytes - 1) / page_bytes * page_bytes);
  std::byte* const start = base() + begin;
  if (state_->backing.huge_pages) (void)populate(start, end - begin);  // Allocated by the file system they would be small ones.
  if (auto error = allocate(state_->file.descriptor.get(), static_cast<off_t>(begin), static_cast<off_t>(end - begin))) return error;
  auto& used_bytes = state_->fork_record.used_bytes;
  used_bytes.store(std::max(end, used_bytes.load(std::memory_order_relaxed)), std::memory_order_relaxed);  // Relaxed: see map_zeroes(); one thread.
  if (state_->backing.prefault) touch(start, end - begin);
  return state_->backing.lock_memory ? lock(start, end - begin) : std::error_code();
}

std::error_code OwnSegment::give_back(std::size_t offset, std::size_t bytes) {
  if (state_->is_inherited()) return Errc::forked;
  const CancellationDeferred deferred;
  constexpr int mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
  const int descriptor = state_->file.descriptor.get();
  return ::fallocate(descriptor, mode, static_cast<off_t>(offset), static_cast<off_t>(bytes)) == 0 ? std::error_code() : last_error();
}

std::error_code OwnSegment::make_visible() {
  if (state_->is_inherited()) return Errc::forked;
  // Invariant D2: never visible without the lock.
  if (auto error = try_lock(state_->file.descriptor.get(), LockKind::exclusive)) return error;
  if (auto error = give_name(state_->directory, state_->file, state_->name)) return error;
  state_->visible = true;
  return {};
}

void OwnSegment::withdraw() noexcept {
  if (state_ == nullptr || state_->is_inherited() || !std::exchange(state_->visible, false)) return;
  ::unlinkat(state_->directory.state()->descriptor, state_->name.c_str(), 0);
}

}  // namespace carry::platform
