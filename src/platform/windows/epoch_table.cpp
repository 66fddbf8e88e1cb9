#include <carry/platform/epoch_table.h>

#include "platform/windows/domain_state.h"
#include "platform/windows/security.h"

#include <string_view>

namespace carry::platform {

using Counter = std::atomic<std::uint64_t>;

static_assert(Counter::is_always_lock_free, "other processes count in the same words");
static_assert(sizeof(Counter) == sizeof(std::uint64_t), "the table is an array of 64-bit words");

struct EpochTable::State {
  DomainDirectory domain;
  // Membership: while it is open nobody can remove or rename the directory, because deletion is not shared.
  windows::KernelObject directory;
  windows::KernelObject section;
  windows::View view;
};

namespace {

constexpr DWORD table_bytes = EpochTable::counter_count * sizeof(Counter);

// FNV-1a over the UTF-16 units of the path in lower case: file names do not distinguish case, names of sections do.
std::uint64_t path_hash(std::wstring path) {
  const int length = static_cast<int>(path.size());
  std::wstring lower(path.size(), L'\0');
  if (LCMapStringEx(LOCALE_NAME_INVARIANT, LCMAP_LOWERCASE, path.data(), length, lower.data(), length, nullptr, nullptr, 0) == length)
    path.swap(lower);
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const wchar_t unit : path) {
    hash = (hash ^ (static_cast<std::uint64_t>(unit) & 0xff)) * 0x100000001b3u;
    hash = (hash ^ (static_cast<std::uint64_t>(unit) >> 8)) * 0x100000001b3u;
  }
  return hash;
}

std::wstring section_name(const std::wstring& path) {
  constexpr std::wstring_view digits = L"0123456789abcdef";
  std::wstring name = L"Local\\carry-epoch-";
  const std::uint64_t hash = path_hash(path);
  for (int shift = 60; shift >= 0; shift -= 4) name += digits[(hash >> shift) & 0xf];
  return name;
}

// Refused while the domain has another member, or a living participant's marker. The last one out succeeds.
void remove_domain(const DomainDirectory& domain) noexcept try {
  const std::wstring& path = domain.state()->wide_path;
  if (RemoveDirectoryW(path.c_str()) || GetLastError() != ERROR_DIR_NOT_EMPTY) return;
  const auto ids = domain.participants();
  if (!ids) return;
  for (const auto id : *ids) (void)domain.remove_dead(id);
  RemoveDirectoryW(path.c_str());
} catch (const std::bad_alloc&) {
  // The next one out does it.
}

}  // namespace

EpochTable::EpochTable(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
EpochTable::EpochTable(EpochTable&&) noexcept = default;

EpochTable& EpochTable::operator=(EpochTable&& other) noexcept {
  if (this != &other) {
    leave();
    state_ = std::move(other.state_);
  }
  return *this;
}

EpochTable::~EpochTable() { leave(); }

Result<EpochTable> EpochTable::open(const DomainDirectory& directory) {
  const std::wstring& path = directory.state()->wide_path;
  windows::KernelObject member = windows::open_directory(path, FILE_LIST_DIRECTORY, FILE_SHARE_READ | FILE_SHARE_WRITE);
  if (!member) {
    const DWORD error = GetLastError();
    // Somebody removes it at this moment: gone for our purposes.
    const bool gone =
        error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND || error == ERROR_ACCESS_DENIED || error == ERROR_SHARING_VIOLATION;
    return Failure{gone ? std::make_error_code(std::errc::no_such_file_or_directory) : windows::system_error(error)};
  }
  auto attributes = windows::private_object();
  if (!attributes) return Failure{attributes.error()};
  // A member from here on: what fails below leaves again.
  EpochTable table(std::unique_ptr<State>(new State{.domain = directory, .directory = std::move(member), .section = {}, .view = {}}));
  // Invariant D1 holds by itself: the section has its size and its zeroes before it has its name.
  windows::KernelObject section(CreateFileMappingW(INVALID_HANDLE_VALUE, &*attributes, PAGE_READWRITE, 0, table_bytes, section_name(path).c_str()));
  const DWORD error = GetLastError();
  if (!section) return Failure{windows::system_error(error)};
  if (error == ERROR_ALREADY_EXISTS) {
    if (auto insecure = windows::check_private(section.get(), SE_KERNEL_OBJECT, "the epoch table of " + directory.path())) return Failure{insecure};
  }
  // Fails if the section that was there is shorter.
  windows::View view(MapViewOfFile(section.get(), FILE_MAP_READ | FILE_MAP_WRITE, 0, 0, table_bytes));
  if (!view) return Failure{windows::last_error()};
  table.state_->section = std::move(section);
  table.state_->view = std::move(view);
  return table;
}

Counter& EpochTable::counter(std::size_t index) const noexcept { return static_cast<Counter*>(state_->view.get())[index]; }

bool EpochTable::broken() const noexcept { return false; }  // A section does not shrink.

bool EpochTable::is_current() const noexcept {
  // The name belongs to the path and stays while we hold the section, and the directory cannot go while we are a member.
  return static_cast<bool>(state_->directory);
}

void EpochTable::leave() noexcept {
  if (state_ == nullptr || !state_->directory) return;
  state_->section.close();
  state_->directory.close();
  remove_domain(state_->domain);
}

}  // namespace carry::platform
