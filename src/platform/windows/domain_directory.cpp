#include <carry/error.h>
#include <carry/platform/domain_directory.h>
#include <carry/platform/process.h>
#include <carry/platform/thread.h>

#include "platform/domain_name.h"
#include "platform/log.h"
#include "platform/windows/domain_state.h"
#include "platform/windows/security.h"

#include <chrono>

namespace carry::platform {

namespace {

using windows::KernelObject;

constexpr DWORD share_everything = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
constexpr std::wstring_view marker_suffix = L".segment";

std::wstring environment(const wchar_t* name) {
  std::wstring value(GetEnvironmentVariableW(name, nullptr, 0), L'\0');
  // Another thread may change it between the two calls: what does not fit then counts as empty.
  const DWORD length = value.empty() ? 0 : GetEnvironmentVariableW(name, value.data(), static_cast<DWORD>(value.size()));
  value.resize(length < value.size() ? length : 0);
  return value;
}

std::wstring runtime_directory(const DomainLocation& location) {
  if (!location.runtime_directory.empty()) return windows::to_wide(location.runtime_directory);
  if (std::wstring given = environment(L"CARRY_RUNTIME_DIR"); !given.empty()) return given;
  if (std::wstring local = environment(L"LOCALAPPDATA"); !local.empty()) return local;
  wchar_t buffer[MAX_PATH + 1];
  return {buffer, GetTempPathW(MAX_PATH + 1, buffer)};
}

bool names_group(const DomainLocation& location) { return !location.group.empty() || !environment(L"CARRY_GROUP").empty(); }

std::string domain_name(const DomainLocation& location) {
  if (!location.domain.empty()) return location.domain;
  const std::wstring given = environment(L"CARRY_DOMAIN");
  return given.empty() ? "default" : windows::to_utf8(given);
}

// The directory's one true path: links, short names and drive substitutions resolved.
std::wstring final_path(HANDLE directory) {
  std::wstring path(GetFinalPathNameByHandleW(directory, nullptr, 0, FILE_NAME_NORMALIZED), L'\0');
  if (path.empty()) return path;
  path.resize(GetFinalPathNameByHandleW(directory, path.data(), static_cast<DWORD>(path.size()), FILE_NAME_NORMALIZED));
  return path;
}

Result<std::wstring> resolve_runtime(const std::wstring& given) {
  const KernelObject directory(
      CreateFileW(given.c_str(), FILE_READ_ATTRIBUTES, share_everything, nullptr, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr));
  if (!directory) return Failure{windows::last_error()};
  FILE_REMOTE_PROTOCOL_INFO remote{};
  if (GetFileInformationByHandleEx(directory.get(), FileRemoteProtocolInfo, &remote, sizeof remote)) {
    platform::log_error("carry: {} lies on another machine; choose a local runtime directory", windows::to_utf8(given));
    return failure(Errc::not_shared_memory);
  }
  std::wstring path = final_path(directory.get());
  if (path.empty()) return Failure{windows::last_error()};
  if (path.back() == L'\\') path.pop_back();  // the root of a drive
  return path;
}

std::error_code check_directory(HANDLE directory, const std::wstring& path) {
  const std::string name = windows::to_utf8(path);
  BY_HANDLE_FILE_INFORMATION found{};
  if (!GetFileInformationByHandle(directory, &found)) return windows::last_error();
  const DWORD type = found.dwFileAttributes & (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT);
  if (type != FILE_ATTRIBUTE_DIRECTORY) {
    platform::log_error("carry: {} is not secure: it is not a directory but a file or a link", name);
    return make_error_code(Errc::not_secure);
  }
  return windows::check_private(directory, SE_FILE_OBJECT, name);
}

// One try of accept_private(). A directory that is being removed at this moment is "missing" or "denied".
std::error_code try_accept_private(const std::wstring& path, SECURITY_ATTRIBUTES& attributes, bool make) {
  if (make && !CreateDirectoryW(path.c_str(), &attributes) && GetLastError() != ERROR_ALREADY_EXISTS) return windows::last_error();
  const KernelObject directory = windows::open_directory(path, READ_CONTROL, share_everything);
  if (!directory) return windows::last_error();
  return check_directory(directory.get(), path);
}

// Accepts the directory that is there, or makes it if that is wanted.
std::error_code accept_private(const std::wstring& path, bool make) {
  constexpr int attempts = 100;
  auto attributes = windows::private_directory();
  if (!attributes) return attributes.error();
  std::error_code error;
  for (int attempt = 0; attempt != attempts; ++attempt) {
    error = try_accept_private(path, *attributes, make);
    const bool missing = error == windows::system_error(ERROR_FILE_NOT_FOUND);
    if (missing && !make) return std::make_error_code(std::errc::no_such_file_or_directory);
    const bool going = missing || error == windows::system_error(ERROR_ACCESS_DENIED);
    if (!going) return error;
    sleep_for(std::chrono::milliseconds(1));
  }
  return error;
}

// Sections are known within one session of a user only; participants of two sessions must not meet.
std::wstring session_directory() {
  DWORD session = 0;
  ProcessIdToSessionId(GetCurrentProcessId(), &session);
  return L"\\carry-" + std::to_wstring(session);
}

std::string without_prefix(const std::wstring& path) {
  constexpr std::wstring_view prefix = L"\\\\?\\";
  return windows::to_utf8(path.starts_with(prefix) ? path.substr(prefix.size()) : path);
}

std::optional<ParticipantId> marker_owner(const WIN32_FIND_DATAW& found) {
  const std::wstring_view name = found.cFileName;
  if ((found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0 || !name.ends_with(marker_suffix)) return std::nullopt;
  return ParticipantId::parse(windows::to_utf8(name.substr(0, name.size() - marker_suffix.size())));
}

Result<DomainDirectory> open_domain(const DomainLocation& location, bool make) {
  const std::string domain = domain_name(location);
  if (!is_domain_name(domain)) {
    platform::log_error("carry: \"{}\" is not a domain name: 1 to 64 of A-Z a-z 0-9 . _ -, not starting with a dot", domain);
    return failure(Errc::invalid_option);
  }
  // Sections are known within one session, where there is mostly one user: see docs/adr/0012-group-domains.md.
  if (names_group(location)) {
    platform::log_error("carry: domains of a group are for Linux; unset CARRY_GROUP and DynamicBufferOptions::group");
    return Failure{std::make_error_code(std::errc::not_supported)};
  }
  auto runtime = resolve_runtime(runtime_directory(location));
  if (!runtime) return Failure{runtime.error()};
  const std::wstring top = *runtime + session_directory();
  const std::wstring path = top + L"\\" + windows::to_wide(domain);
  for (const std::wstring& directory : {top, path}) {
    if (auto error = accept_private(directory, make)) return Failure{error};
  }
  return DomainDirectory(std::make_shared<DomainDirectory::State>(DomainDirectory::State{.wide_path = path, .path = without_prefix(path)}));
}

}  // namespace

Result<DomainDirectory> DomainDirectory::open(const DomainLocation& location) { return open_domain(location, true); }
Result<DomainDirectory> DomainDirectory::open_existing(const DomainLocation& location) { return open_domain(location, false); }

const std::string& DomainDirectory::path() const noexcept { return state_->path; }

bool DomainDirectory::is_shared_with(const std::string&) const { return false; }

std::string DomainDirectory::owner_of(ParticipantId) const { return current_user(); }  // nobody else's is accepted

Result<std::vector<ParticipantId>> DomainDirectory::participants() const {
  std::vector<ParticipantId> ids;
  WIN32_FIND_DATAW found{};
  const std::wstring pattern = state_->wide_path + L"\\*";
  const HANDLE search = FindFirstFileExW(pattern.c_str(), FindExInfoBasic, &found, FindExSearchNameMatch, nullptr, FIND_FIRST_EX_LARGE_FETCH);
  if (search == INVALID_HANDLE_VALUE) {
    const DWORD error = GetLastError();
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND) return ids;
    return Failure{windows::system_error(error)};
  }
  const std::unique_ptr<void, decltype(&FindClose)> close(search, &FindClose);
  do {
    if (auto id = marker_owner(found)) ids.push_back(*id);
  } while (FindNextFileW(search, &found));
  if (const DWORD error = GetLastError(); error != ERROR_NO_MORE_FILES) return Failure{windows::system_error(error)};
  return ids;
}

Liveness DomainDirectory::liveness(ParticipantId id) const noexcept try {
  return windows::marker_liveness(state_->marker_path(id));
} catch (const std::bad_alloc&) {
  return Liveness::alive;  // In doubt: hands off.
}

bool DomainDirectory::remove_dead(ParticipantId id) const noexcept try {
  const std::wstring marker = state_->marker_path(id);
  // The answer cannot change from dead to alive: ids are never used twice. And a living owner does not share deletion.
  return windows::marker_liveness(marker) == Liveness::dead && DeleteFileW(marker.c_str()) != 0;
} catch (const std::bad_alloc&) {
  return false;
}

std::vector<ParticipantId> DomainDirectory::remove_dead(const std::vector<ParticipantId>& ids) const {
  std::vector<ParticipantId> removed;
  for (const ParticipantId id : ids) {
    if (remove_dead(id)) removed.push_back(id);
  }
  return removed;
}

bool DomainDirectory::remove_names(ParticipantId) const noexcept { return true; }  // named events go with their last handle
void DomainDirectory::remove_names_of_absent() const noexcept {}

std::size_t DomainDirectory::remove_unfinished() const noexcept { return 0; }  // there is no other way of creation here

}  // namespace carry::platform
