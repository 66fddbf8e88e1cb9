#include <carry/error.h>
#include <carry/platform/peer_segment.h>

#include "platform/windows/domain_state.h"
#include "platform/windows/security.h"

namespace carry::platform {

struct PeerSegment::State {
  std::wstring marker_path;
  windows::View view;  // keeps the memory; the section is not held open, so that its name goes with its owner
  std::size_t mapped_bytes = 0;
};

namespace {

// A view consists of regions, one for each run of pages of the same state.
std::size_t view_bytes(const void* view) noexcept {
  const auto* first = static_cast<const std::byte*>(view);
  const std::byte* end = first;
  MEMORY_BASIC_INFORMATION region{};
  while (VirtualQuery(end, &region, sizeof region) != 0 && region.AllocationBase == view) end += region.RegionSize;
  return static_cast<std::size_t>(end - first);
}

bool first_page_is_committed(const void* view) noexcept {
  MEMORY_BASIC_INFORMATION region{};
  return VirtualQuery(view, &region, sizeof region) != 0 && region.State == MEM_COMMIT;
}

}  // namespace

PeerSegment::PeerSegment(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
PeerSegment::PeerSegment(PeerSegment&&) noexcept = default;
PeerSegment& PeerSegment::operator=(PeerSegment&&) noexcept = default;
PeerSegment::~PeerSegment() = default;

Result<PeerSegment> PeerSegment::open(const DomainDirectory& directory, ParticipantId id) {
  const std::wstring marker_path = directory.state()->marker_path(id);
  const auto gone = Failure{std::make_error_code(std::errc::no_such_file_or_directory)};
  if (windows::marker_liveness(marker_path) == Liveness::absent) return gone;
  const windows::KernelObject section(OpenFileMappingW(FILE_MAP_READ | READ_CONTROL, FALSE, windows::segment_name(id).c_str()));
  if (!section) {
    const DWORD error = GetLastError();
    if (error == ERROR_FILE_NOT_FOUND) return gone;
    if (error == ERROR_ACCESS_DENIED) return failure(Errc::not_secure);
    return Failure{windows::system_error(error)};
  }
  if (auto error = windows::check_private(section.get(), SE_KERNEL_OBJECT, "the segment of " + id.to_string())) return Failure{error};
  windows::View view(MapViewOfFile(section.get(), FILE_MAP_READ, 0, 0, 0));
  if (!view) return Failure{windows::last_error()};
  if (!first_page_is_committed(view.get())) return failure(Errc::malformed_segment);
  const std::size_t bytes = view_bytes(view.get());
  return PeerSegment(std::unique_ptr<State>(new State{.marker_path = marker_path, .view = std::move(view), .mapped_bytes = bytes}));
}

const std::byte* PeerSegment::base() const noexcept { return static_cast<const std::byte*>(state_->view.get()); }

std::size_t PeerSegment::mapped_bytes() const noexcept { return state_->mapped_bytes; }

bool PeerSegment::is_committed(std::size_t offset, std::size_t bytes) const noexcept {
  const std::byte* const end = base() + offset + bytes;
  MEMORY_BASIC_INFORMATION region{};
  for (const std::byte* place = base() + offset; place < end; place = static_cast<const std::byte*>(region.BaseAddress) + region.RegionSize) {
    if (VirtualQuery(place, &region, sizeof region) == 0 || region.State != MEM_COMMIT) return false;
  }
  return true;
}

std::size_t PeerSegment::allocated_bytes() const noexcept { return state_->mapped_bytes; }  // Only its owner allocates.

bool PeerSegment::broken() const noexcept { return false; }  // A section does not shrink.

bool PeerSegment::alive() const noexcept { return windows::marker_liveness(state_->marker_path) == Liveness::alive; }

}  // namespace carry::platform
