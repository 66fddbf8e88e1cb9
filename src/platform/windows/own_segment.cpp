#include <carry/platform/own_segment.h>

#include "platform/windows/domain_state.h"
#include "platform/windows/security.h"

#include <carry/error.h>

#include <atomic>
#include <limits>

namespace carry::platform {

struct OwnSegment::State {
  std::shared_ptr<DomainDirectory::State> directory;
  ParticipantId id;
  std::size_t reserved_bytes = 0;
  Backing backing;
  windows::KernelObject section;  // stays open: a view alone keeps the memory, but not the name
  windows::View view;
  windows::KernelObject marker;  // last: the name goes before the memory
};

namespace {

constexpr std::size_t granularity_bytes = std::size_t{64} << 10;
constexpr std::size_t longest_bytes = std::numeric_limits<std::size_t>::max() - granularity_bytes;

constexpr std::size_t page_bytes = 4096;

/// Writes to each page, leaving what is there.
void touch(std::byte* start, std::size_t bytes) noexcept {
  for (std::size_t offset = 0; offset < bytes; offset += page_bytes) {
    std::atomic_ref(reinterpret_cast<unsigned char&>(start[offset])).fetch_or(0, std::memory_order_relaxed);  // Relaxed: nothing is told by it.
  }
}

/// The pages a process may lock lie within its working set, which grows with them.
std::error_code lock(std::byte* start, std::size_t bytes) noexcept {
  SIZE_T least = 0;
  SIZE_T most = 0;
  const HANDLE self = GetCurrentProcess();
  const bool grows = GetProcessWorkingSetSize(self, &least, &most) && SetProcessWorkingSetSize(self, least + bytes, most + bytes);
  return grows && VirtualLock(start, bytes) ? std::error_code() : make_error_code(Errc::memory_lock_refused);
}

}  // namespace

// Every reserved page costs the kernel 8 bytes for its prototype entry: more would be felt.
std::size_t default_reserved_bytes() noexcept { return std::size_t{4} << 30; }

bool forked() noexcept { return false; }  // no such thing here

OwnSegment::OwnSegment(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
OwnSegment::OwnSegment(OwnSegment&&) noexcept = default;
OwnSegment& OwnSegment::operator=(OwnSegment&&) noexcept = default;
OwnSegment::~OwnSegment() = default;

Result<OwnSegment> OwnSegment::create(const DomainDirectory& directory, ParticipantId id, std::size_t reserved_bytes, Backing backing) {
  if (reserved_bytes == 0) return Failure{std::make_error_code(std::errc::invalid_argument)};
  if (reserved_bytes > longest_bytes) return Failure{std::make_error_code(std::errc::file_too_large)};
  // Sections of huge pages are committed as a whole, and memory of a node is a preference only.
  if (backing.huge_pages) return failure(Errc::huge_pages_refused);
  if (backing.numa_node) return failure(Errc::numa_node_refused);
  auto attributes = windows::private_object();
  if (!attributes) return Failure{attributes.error()};
  const std::size_t bytes = (reserved_bytes + granularity_bytes - 1) / granularity_bytes * granularity_bytes;
  const auto high = static_cast<DWORD>(std::uint64_t{bytes} >> 32);
  const auto low = static_cast<DWORD>(bytes & 0xffffffffu);
  const std::wstring name = windows::segment_name(id);
  windows::KernelObject section(CreateFileMappingW(INVALID_HANDLE_VALUE, &*attributes, PAGE_READWRITE | SEC_RESERVE, high, low, name.c_str()));
  const DWORD error = GetLastError();
  if (!section) return Failure{windows::system_error(error)};
  if (error == ERROR_ALREADY_EXISTS) return Failure{std::make_error_code(std::errc::file_exists)};
  windows::View view(MapViewOfFile(section.get(), FILE_MAP_READ | FILE_MAP_WRITE, 0, 0, 0));
  if (!view) return Failure{windows::last_error()};
  return OwnSegment(std::unique_ptr<State>(new State{.directory = directory.state(),
                                                     .id = id,
                                                     .reserved_bytes = bytes,
                                                     .backing = backing,
                                                     .section = std::move(section),
                                                     .view = std::move(view),
                                                     .marker = {}}));
}

std::byte* OwnSegment::base() const noexcept { return static_cast<std::byte*>(state_->view.get()); }

std::size_t OwnSegment::reserved_bytes() const noexcept { return state_->reserved_bytes; }

std::error_code OwnSegment::commit(std::size_t offset, std::size_t bytes) {
  const std::size_t reserved = state_->reserved_bytes;
  if (offset > reserved || bytes > reserved - offset) return std::make_error_code(std::errc::file_too_large);
  if (bytes == 0) return {};
  // The system widens the range to whole pages itself, and takes the charge for all of them now or for none.
  if (VirtualAlloc(base() + offset, bytes, MEM_COMMIT, PAGE_READWRITE) == nullptr) return windows::last_error();
  if (state_->backing.lock_memory) return lock(base() + offset, bytes);
  if (state_->backing.prefault) touch(base() + offset, bytes);
  return {};
}

// Of a section the system keeps every page until the section is gone.
std::error_code OwnSegment::give_back(std::size_t, std::size_t) { return std::make_error_code(std::errc::not_supported); }

std::error_code OwnSegment::make_visible() {
  auto attributes = windows::private_object();
  if (!attributes) return attributes.error();
  const std::wstring path = state_->directory->marker_path(state_->id);
  // Name and liveness in one step. Nothing but reading is shared: while this object lives nobody can open the file to write
  // (how peers ask whether we live), nor delete or rename it. The system deletes it when the last handle is closed.
  windows::KernelObject marker(CreateFileW(path.c_str(), GENERIC_READ | GENERIC_WRITE | DELETE, FILE_SHARE_READ, &*attributes, CREATE_NEW,
                                           FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, nullptr));
  if (marker) {
    state_->marker = std::move(marker);
    return {};
  }
  const DWORD error = GetLastError();
  if (error == ERROR_FILE_EXISTS || error == ERROR_ALREADY_EXISTS) return std::make_error_code(std::errc::file_exists);
  // A directory on its way out denies access; one that is out is not found.
  const bool gone = error == ERROR_PATH_NOT_FOUND || error == ERROR_FILE_NOT_FOUND ||
                    !windows::open_directory(state_->directory->wide_path, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE);
  return gone ? std::make_error_code(std::errc::no_such_file_or_directory) : windows::system_error(error);
}

void OwnSegment::withdraw() noexcept {
  if (state_ != nullptr) state_->marker.close();
}

}  // namespace carry::platform
