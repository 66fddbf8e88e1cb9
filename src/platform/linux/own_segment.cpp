#include "platform/linux/system.h"

#include <carry/platform/own_segment.h>

#include <algorithm>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

namespace carry::platform {

using namespace linux_system;

namespace {
constexpr std::size_t granularity = 65536;
constexpr std::size_t page_bytes = 4096;
}  // namespace

struct OwnSegment::State {
  DomainDirectory directory;
  ParticipantId id;
  NewFile file;
  Mapping mapping;
  ForkRecord fork_record;
  bool visible = false;

  ~State() {
    unregister_for_fork(fork_record);
    if (forked()) file.descriptor.forget();  // closed when this process came to be
    else if (!file.temporary_name.empty()) ::unlinkat(directory.state()->descriptor, file.temporary_name.c_str(), 0);
  }
};

std::size_t default_reserved_bytes() noexcept { return std::size_t{16} << 30; }

Result<OwnSegment> OwnSegment::create(const DomainDirectory& directory, ParticipantId id, std::size_t reserved_bytes) {
  const std::size_t bytes = (reserved_bytes + granularity - 1) / granularity * granularity;
  auto file = make_file(directory, segment_name(id));
  if (!file) return Failure{file.error()};
  std::unique_ptr<State> state(new State{.directory = directory, .id = id, .file = std::move(*file), .mapping = {}, .fork_record = {}});
  const int descriptor = state->file.descriptor.get();
  // The fallback gives the file a name at once; locked, it is not taken for a leftover.
  if (!state->file.temporary_name.empty() && !try_lock(descriptor, LockKind::exclusive)) return Failure{last_error()};
  if (::ftruncate(descriptor, static_cast<off_t>(bytes)) != 0) return Failure{last_error()};
  auto mapping = Mapping::map(descriptor, bytes, PROT_READ | PROT_WRITE);
  if (!mapping) return Failure{mapping.error()};
  // A mapping refers to the open file: inherited by a child it would keep the parent's lock alive.
  if (::madvise(mapping->base(), bytes, MADV_DONTFORK) != 0) return Failure{last_error()};
  state->mapping = std::move(*mapping);
  state->fork_record = {.descriptor = descriptor, .base = state->mapping.base(), .bytes = bytes};
  register_for_fork(state->fork_record);
  return OwnSegment(std::move(state));
}

OwnSegment::OwnSegment(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
OwnSegment::OwnSegment(OwnSegment&&) noexcept = default;
OwnSegment& OwnSegment::operator=(OwnSegment&&) noexcept = default;
OwnSegment::~OwnSegment() { withdraw(); }

std::byte* OwnSegment::base() const noexcept { return state_->mapping.base(); }
std::size_t OwnSegment::reserved_bytes() const noexcept { return state_->mapping.bytes(); }

std::error_code OwnSegment::commit(std::size_t offset, std::size_t bytes) {
  if (offset > reserved_bytes() || bytes > reserved_bytes() - offset) return std::make_error_code(std::errc::file_too_large);
  const std::size_t begin = offset / page_bytes * page_bytes;
  const std::size_t end = std::min(reserved_bytes(), (offset + bytes + page_bytes - 1) / page_bytes * page_bytes);
  if (begin == end) return {};
  for (;;) {
    // Allocates now: a full file system is an error here and not a SIGBUS at the first touch.
    const int error = ::posix_fallocate(state_->file.descriptor.get(), static_cast<off_t>(begin), static_cast<off_t>(end - begin));
    if (error != EINTR) return error == 0 ? std::error_code() : std::error_code(error, std::system_category());
  }
}

std::error_code OwnSegment::make_visible() {
  if (!try_lock(state_->file.descriptor.get(), LockKind::exclusive)) return last_error();
  if (auto error = give_name(state_->directory, state_->file, segment_name(state_->id))) return error;
  state_->visible = true;
  return {};
}

void OwnSegment::withdraw() noexcept {
  if (state_ == nullptr || forked() || !std::exchange(state_->visible, false)) return;
  ::unlinkat(state_->directory.state()->descriptor, segment_name(state_->id).c_str(), 0);
}

}  // namespace carry::platform
