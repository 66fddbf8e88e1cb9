// Calls of the system as points (Windows on x86-64). Every function that this program imports from the system's libraries is reached by way of the import table.
// There each gets a stub in place of it, which makes a point and goes on to the function, but for those that leave nothing behind.

#include "crash/points.h"
#include "platform/windows/system.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <system_error>

namespace carry::test::points::detail {

namespace {

/// They change nothing that others see, or that outlives the process. All others have points.
constexpr std::array<std::string_view, 56> harmless{
    "GetLastError",
    "SetLastError",
    "TlsGetValue",
    "TlsSetValue",
    "TlsAlloc",
    "TlsFree",
    "FlsAlloc",
    "FlsGetValue",
    "FlsSetValue",
    "FlsFree",
    "EnterCriticalSection",
    "LeaveCriticalSection",
    "TryEnterCriticalSection",
    "InitializeCriticalSection",
    "DeleteCriticalSection",
    "InitializeCriticalSectionAndSpinCount",
    "InitializeCriticalSectionEx",
    "Sleep",
    "SwitchToThread",
    "SleepEx",
    "QueryPerformanceCounter",
    "QueryPerformanceFrequency",
    "GetSystemTimeAsFileTime",
    "GetSystemTimePreciseAsFileTime",
    "GetTickCount",
    "GetTickCount64",
    "GetCurrentProcess",
    "GetCurrentProcessId",
    "GetCurrentThread",
    "GetCurrentThreadId",
    "GetProcessHeap",
    "HeapAlloc",
    "HeapFree",
    "HeapReAlloc",
    "GetModuleHandleA",
    "GetModuleHandleW",
    "GetProcAddress",
    "VirtualQuery",
    "VirtualProtect",
    "RtlCaptureContext",
    "RtlLookupFunctionEntry",
    "RtlUnwindEx",
    "RtlVirtualUnwind",
    "RaiseException",
    "SetUnhandledExceptionFilter",
    "UnhandledExceptionFilter",
    "IsDBCSLeadByteEx",
    "MultiByteToWideChar",
    "WideCharToMultiByte",
    "GetSystemInfo",
    "GetProcessTimes",
    "GetEnvironmentVariableW",
    "GetStdHandle",
    "TerminateProcess",
    "GetProcessAffinityMask",
    "FormatMessageW",
};
constexpr std::array<std::string_view, 4> libraries{"kernel32.dll", "kernelbase.dll", "ntdll.dll", "advapi32.dll"};

/// push rcx, rdx, r8, r9; sub rsp, 40; mov rcx, place; mov rax, call_at; call rax; add rsp, 40; pop r9, r8, rdx, rcx; mov rax, function; jmp rax
struct Stub {
  std::array<unsigned char, 64> code;

  void fill(std::uint64_t place, std::uint64_t called, std::uint64_t function) noexcept {
    constexpr std::array<unsigned char, 12> first{0x51, 0x52, 0x41, 0x50, 0x41, 0x51, 0x48, 0x83, 0xec, 0x28, 0x48, 0xb9};
    constexpr std::array<unsigned char, 2> load_rax{0x48, 0xb8};
    constexpr std::array<unsigned char, 12> last{0xff, 0xd0, 0x48, 0x83, 0xc4, 0x28, 0x41, 0x59, 0x41, 0x58, 0x5a, 0x59};
    constexpr std::array<unsigned char, 2> jump_rax{0xff, 0xe0};
    unsigned char* at = code.data();
    const auto add = [&at](const void* bytes, std::size_t size) {
      std::memcpy(at, bytes, size);
      at += size;
    };
    add(first.data(), first.size());
    add(&place, sizeof(place));
    add(load_rax.data(), load_rax.size());
    add(&called, sizeof(called));
    add(last.data(), last.size());
    add(load_rax.data(), load_rax.size());
    add(&function, sizeof(function));
    add(jump_rax.data(), jump_rax.size());
  }
};
static_assert(sizeof(Stub) == 64);

constexpr std::size_t most_stubs = 1024;

constinit decltype(&MapViewOfFile) original_map_view = nullptr;

LPVOID WINAPI map_view(HANDLE section, DWORD access, DWORD high, DWORD low, SIZE_T bytes) {
  call_at(reinterpret_cast<const void*>(&map_view));
  void* const view = original_map_view(section, access, high, low, bytes);
  if (view == nullptr || (access & FILE_MAP_WRITE) == 0) return view;
  MEMORY_BASIC_INFORMATION region{};
  auto* end = static_cast<std::byte*>(view);
  while (VirtualQuery(end, &region, sizeof(region)) != 0 && region.AllocationBase == view) end += region.RegionSize;
  shared_at(reinterpret_cast<std::uintptr_t>(view), static_cast<std::size_t>(end - static_cast<std::byte*>(view)));
  return view;
}

template <class T>
T* at(std::byte* image, DWORD offset) noexcept {
  return reinterpret_cast<T*>(image + offset);
}

bool is_watched(const char* library) noexcept {
  return std::ranges::any_of(libraries, [&](std::string_view known) { return ::_stricmp(known.data(), library) == 0; });
}

void replace(IMAGE_THUNK_DATA& entry, std::uint64_t function) {
  DWORD former = 0;
  if (!VirtualProtect(&entry, sizeof(entry), PAGE_READWRITE, &former)) throw std::system_error(platform::windows::last_error(), "VirtualProtect");
  entry.u1.Function = function;
  VirtualProtect(&entry, sizeof(entry), former, &former);
}

}  // namespace

void end_process() noexcept { TerminateProcess(GetCurrentProcess(), exit_code_at_end); }

void watch_system_calls() {
  auto* const image = reinterpret_cast<std::byte*>(GetModuleHandleW(nullptr));
  auto* stub = static_cast<Stub*>(VirtualAlloc(nullptr, most_stubs * sizeof(Stub), MEM_RESERVE | MEM_COMMIT, PAGE_EXECUTE_READWRITE));
  if (stub == nullptr) throw std::system_error(platform::windows::last_error(), "VirtualAlloc");
  const Stub* const end = stub + most_stubs;
  const auto& dos = *at<IMAGE_DOS_HEADER>(image, 0);
  const auto& headers = *at<IMAGE_NT_HEADERS64>(image, static_cast<DWORD>(dos.e_lfanew));
  const DWORD imports = headers.OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress;
  for (auto* library = at<IMAGE_IMPORT_DESCRIPTOR>(image, imports); library->Name != 0; ++library) {
    if (!is_watched(at<char>(image, library->Name))) continue;
    auto* name = at<IMAGE_THUNK_DATA>(image, library->OriginalFirstThunk);
    for (auto* entry = at<IMAGE_THUNK_DATA>(image, library->FirstThunk); entry->u1.Function != 0 && stub != end; ++entry, ++name) {
      if (IMAGE_SNAP_BY_ORDINAL(name->u1.Ordinal)) continue;
      const char* const called = at<IMAGE_IMPORT_BY_NAME>(image, static_cast<DWORD>(name->u1.AddressOfData))->Name;
      if (std::ranges::find(harmless, called) != harmless.end()) continue;
      if (std::strcmp(called, "MapViewOfFile") == 0) {
        original_map_view = reinterpret_cast<decltype(&MapViewOfFile)>(entry->u1.Function);
        replace(*entry, reinterpret_cast<std::uint64_t>(&map_view));
        continue;
      }
      stub->fill(reinterpret_cast<std::uint64_t>(called), reinterpret_cast<std::uint64_t>(&call_at), entry->u1.Function);
      replace(*entry, reinterpret_cast<std::uint64_t>(stub++));
    }
  }
}

}  // namespace carry::test::points::detail
