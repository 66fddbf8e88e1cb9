#include "platform/windows/domain_state.h"

namespace carry::platform {

std::wstring DomainDirectory::State::marker_path(ParticipantId id) const {
  return wide_path + L"\\" + windows::to_wide(id.to_string()) + L".segment";
}

namespace windows {

namespace {

constexpr DWORD share_everything = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

KernelObject open_marker(const std::wstring& path, DWORD access) noexcept {
  return KernelObject(CreateFileW(path.c_str(), access, share_everything, nullptr, OPEN_EXISTING, FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
}

bool says_missing(DWORD error) noexcept { return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND; }

}  // namespace

std::wstring segment_name(ParticipantId id) { return std::wstring(object_prefix) + to_wide(id.to_string()); }

Liveness marker_liveness(const std::wstring& marker_path) noexcept {
  // A leftover: the machine stopped before the system could remove the file.
  if (open_marker(marker_path, GENERIC_WRITE)) return Liveness::dead;
  DWORD error = GetLastError();
  if (says_missing(error)) return Liveness::absent;
  if (error != ERROR_ACCESS_DENIED) return Liveness::alive;
  // Denied: either the file's own access list, or the owner's handle is closed and the name goes as soon as somebody else (a
  // virus scanner) closes his. Attributes can be read in the first case, by right of the directory, and not in the second.
  if (open_marker(marker_path, FILE_READ_ATTRIBUTES)) return Liveness::alive;
  error = GetLastError();
  return says_missing(error) || error == ERROR_ACCESS_DENIED ? Liveness::absent : Liveness::alive;
}

KernelObject open_directory(const std::wstring& path, DWORD access, DWORD sharing) noexcept {
  return KernelObject(CreateFileW(path.c_str(), access | FILE_READ_ATTRIBUTES, sharing, nullptr, OPEN_EXISTING,
                                  FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
}

}  // namespace windows

}  // namespace carry::platform
