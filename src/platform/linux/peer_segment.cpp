#include <carry/platform/peer_segment.h>

#include "platform/linux/guarded_range.h"
#include "platform/linux/system.h"
#include "platform/log.h"

#include <carry/error.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

namespace carry::platform {

using namespace linux_system;

namespace {

constexpr off_t smallest_segment = 4096;

}  // namespace

struct PeerSegment::State {
  Descriptor descriptor;  // for alive(); the mapping alone would not answer
  Mapping mapping;
  GuardedRange guard;

  ~State() {
    const NoFork no_fork;
    guard.stop(no_fork);
  }
};

Result<PeerSegment> PeerSegment::open(const DomainDirectory& directory, ParticipantId id) {
  const std::string name = segment_name(id);
  Descriptor file = open_at(directory.state()->descriptor, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  // A link; a socket; under a lease, which no carry takes, and which would have everybody wait until it can be opened.
  if (!file) return errno == ELOOP || errno == ENXIO || errno == EWOULDBLOCK ? failure(Errc::not_secure) : Failure{last_error()};
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return Failure{last_error()};
  if (status.st_nlink == 0) return Failure{std::make_error_code(std::errc::no_such_file_or_directory)};  // Removed at this moment.
  const Access& access = directory.state()->access;
  const bool is_file_of_theirs = S_ISREG(status.st_mode) && access.owns(status) && status.st_nlink == 1;
  if (!is_file_of_theirs || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    platform::log_error("carry: {}/{} is not a segment of {} that only its owner can write: {}, and {} links; remove it", directory.path(), name,
                        access.to_string(), owner_and_mode(status), status.st_nlink);
    return failure(Errc::not_secure);
  }
  // The first touch of a page without memory would take some of the file system's, and be a SIGBUS where there is none.
  const bool has_memory = status.st_blocks * 512 >= smallest_segment;
  // One that is longer could not be mapped, and who cannot map a participant waits until he can.
  const bool is_long = static_cast<std::uint64_t>(status.st_size) > maximum_segment_bytes;
  if (status.st_size < smallest_segment || is_long || !has_memory) return failure(Errc::malformed_segment);
  auto mapping = Mapping::map(file.get(), static_cast<std::size_t>(status.st_size), PROT_READ);
  if (!mapping) return Failure{mapping.error()};
  std::unique_ptr<State> state(new State{.descriptor = std::move(file), .mapping = std::move(*mapping), .guard = {}});
  {
    const NoFork no_fork;
    state->guard.start(state->mapping, PROT_READ, no_fork);
  }
  return PeerSegment(std::move(state));
}

PeerSegment::PeerSegment(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
PeerSegment::PeerSegment(PeerSegment&&) noexcept = default;
PeerSegment& PeerSegment::operator=(PeerSegment&&) noexcept = default;
PeerSegment::~PeerSegment() = default;

const std::byte* PeerSegment::base() const noexcept { return state_->mapping.base(); }
std::size_t PeerSegment::mapped_bytes() const noexcept { return state_->mapping.bytes(); }
bool PeerSegment::is_committed(std::size_t, std::size_t) const noexcept { return true; }

std::size_t PeerSegment::allocated_bytes() const noexcept {
  struct stat status{};
  return ::fstat(state_->descriptor.get(), &status) == 0 ? static_cast<std::size_t>(status.st_blocks) * 512 : mapped_bytes();
}

bool PeerSegment::broken() const noexcept { return state_->guard.broken(); }
bool PeerSegment::alive() const noexcept { return is_write_locked(state_->descriptor.get()); }

}  // namespace carry::platform
