// System calls as points (Windows on x86-64). What a program calls in other modules it calls by way of its import address table. Nearly all is linked
// statically here, so that one table has every call of carry, of the tests and of the compiler's libraries. The functions in it are replaced by stubs,
// but for those that are known to leave nothing behind, and what memory is shared is learnt from MapViewOfFile. A function got by GetProcAddress is not seen.

#include "crash/points.h"
#include "crash/windows/known_calls.h"
#include "crash/windows/stubs.h"

#include <array>
#include <stdexcept>
#include <string>
#include <system_error>

#include <windows.h>

namespace carry::test::points::detail {

namespace {

struct Import {
  const void* function = nullptr;
  const Failure* failure = nullptr;
  bool is_point = false;
};

constinit std::array<Import, stub_count> imports{};
constinit std::size_t import_count = 0;
constinit decltype(&MapViewOfFile) map_view_of_file = nullptr;

/// A view consists of regions, one for each run of pages of the same state.
std::size_t view_bytes(const void* view) noexcept {
  const auto* end = static_cast<const std::byte*>(view);
  MEMORY_BASIC_INFORMATION region{};
  while (VirtualQuery(end, &region, sizeof region) != 0 && region.AllocationBase == view) end += region.RegionSize;
  return static_cast<std::size_t>(end - static_cast<const std::byte*>(view));
}

LPVOID WINAPI map_view(HANDLE section, DWORD access, DWORD high, DWORD low, SIZE_T bytes) {
  void* const view = map_view_of_file(section, access, high, low, bytes);
  const DWORD kept_error = GetLastError();
  if (view != nullptr && (access & FILE_MAP_WRITE) != 0) shared_at(reinterpret_cast<std::uintptr_t>(view), view_bytes(view));
  SetLastError(kept_error);
  return view;
}

void replace(IMAGE_THUNK_DATA& entry, std::string_view name) {
  const Failure* const failure = failure_of(name);
  const bool is_point = !is_harmless(name);
  if (failure == nullptr && !is_point) return;
  if (import_count == stub_count) throw std::runtime_error("too few stubs");
  const auto* function = reinterpret_cast<const void*>(entry.u1.Function);
  if (name == "MapViewOfFile") {
    map_view_of_file = reinterpret_cast<decltype(&MapViewOfFile)>(entry.u1.Function);
    function = reinterpret_cast<const void*>(&map_view);
  } else if (name.contains("MapView") && !name.starts_with("Unmap")) {
    throw std::runtime_error("nobody learns of the memory that is mapped by " + std::string(name));
  }
  imports[import_count] = {.function = function, .failure = failure, .is_point = is_point};
  DWORD former = 0;
  if (!VirtualProtect(&entry, sizeof entry, PAGE_READWRITE, &former))
    throw std::system_error(static_cast<int>(GetLastError()), std::system_category(), "VirtualProtect");
  entry.u1.Function = reinterpret_cast<std::uintptr_t>(stub(import_count++));
  VirtualProtect(&entry, sizeof entry, former, &former);
}

/// Something in this program's image.
template <class T>
T* at(std::uint64_t offset) noexcept {
  return reinterpret_cast<T*>(reinterpret_cast<std::byte*>(GetModuleHandleW(nullptr)) + offset);
}

}  // namespace

const void* on_import(std::size_t number, const void* place) noexcept {
  const Import& import = imports[number];
  if (import.is_point) call_at(place);
  if (import.failure == nullptr || !call_fails(import.failure->function)) return import.function;
  SetLastError(import.failure->error);
  return reinterpret_cast<const void*>(import.failure->in_place);
}

void end_process() noexcept { TerminateProcess(GetCurrentProcess(), exit_code_at_end); }
void stop_process() noexcept {}  // Whether a stopped process is in the way is asked on Linux, where it could hold a lock on a file.

void watch_system_calls() {
  const auto& headers = *at<IMAGE_NT_HEADERS64>(static_cast<std::uint64_t>(at<IMAGE_DOS_HEADER>(0)->e_lfanew));
  const DWORD table = headers.OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress;
  for (const auto* module = at<IMAGE_IMPORT_DESCRIPTOR>(table); module->Name != 0; ++module) {
    if (is_c_library(at<char>(module->Name))) continue;
    // Two tables side by side: the names, and the functions that the system has found for them.
    const auto* name = at<IMAGE_THUNK_DATA>(module->OriginalFirstThunk);
    for (auto* entry = at<IMAGE_THUNK_DATA>(module->FirstThunk); entry->u1.Function != 0; ++entry, ++name) {
      const bool has_name = !IMAGE_SNAP_BY_ORDINAL(name->u1.Ordinal);
      replace(*entry, has_name ? at<IMAGE_IMPORT_BY_NAME>(name->u1.AddressOfData)->Name : "");
    }
  }
}

}  // namespace carry::test::points::detail
