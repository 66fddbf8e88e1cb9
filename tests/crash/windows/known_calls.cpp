#include "crash/windows/known_calls.h"

#include <algorithm>
#include <array>

#include <windows.h>

namespace carry::test::points::detail {

namespace {

// By reason. Those that wait are not here: they may take the signal of an event.
constexpr auto harmless = std::to_array<std::string_view>(
    {// They ask. SystemFunction036 is RtlGenRandom.
     "EqualSid", "FormatMessageA", "GetAce", "GetCurrentProcess", "GetCurrentProcessId", "GetCurrentThread", "GetCurrentThreadId",
     "GetEnvironmentVariableW", "GetFileInformationByHandle", "GetFileInformationByHandleEx", "GetFileType", "GetFinalPathNameByHandleW",
     "GetHandleInformation", "GetLastError", "GetLengthSid", "GetModuleFileNameW", "GetModuleHandleA", "GetModuleHandleW", "GetProcAddress",
     "GetProcessAffinityMask", "GetProcessTimes", "GetProcessWorkingSetSize", "GetSecurityInfo", "GetStdHandle", "GetSystemInfo", "GetTempPathW",
     "GetThreadContext", "GetThreadPriority", "GetTokenInformation", "IsDBCSLeadByteEx", "IsDebuggerPresent", "IsWellKnownSid",
     "ProcessIdToSessionId", "SystemFunction036", "VirtualQuery",
     // They tell the time.
     "GetSystemTimeAsFileTime", "GetThreadTimes", "GetTickCount64", "QueryPerformanceCounter", "QueryPerformanceFrequency",
     // They translate.
     "ConvertSidToStringSidW", "ConvertStringSecurityDescriptorToSecurityDescriptorW", "LCMapStringEx", "MultiByteToWideChar", "WideCharToMultiByte",
     // This process's memory, and words of its threads.
     "FlsAlloc", "FlsGetValue", "FlsSetValue", "LocalFree", "SetLastError", "TlsAlloc", "TlsGetValue", "TlsSetValue", "VirtualProtect",
     // Locks of this process, and its threads.
     "DeleteCriticalSection", "EnterCriticalSection", "InitializeCriticalSection", "LeaveCriticalSection", "ResumeThread", "SetThreadContext",
     "SetThreadPriority", "Sleep", "SuspendThread", "SwitchToThread", "TryEnterCriticalSection",
     // Exceptions.
     "AddVectoredExceptionHandler", "RaiseException", "RemoveVectoredExceptionHandler", "RtlCaptureContext", "RtlLookupFunctionEntry", "RtlUnwindEx",
     "RtlVirtualUnwind", "SetUnhandledExceptionFilter", "__C_specific_handler",
     // The end of this process: how its points are carried out.
     "TerminateProcess"});

template <std::intptr_t value>
std::intptr_t returns() noexcept {
  return value;
}
constexpr auto no = returns<0>;  // FALSE, or a null handle
constexpr auto no_file = returns<-1>;
constexpr auto no_memory = returns<ERROR_NOT_ENOUGH_MEMORY>;

constexpr auto failures = std::to_array<Failure>({
    {"CreateFileW", ERROR_TOO_MANY_OPEN_FILES, no_file},
    {"CreateDirectoryW", ERROR_DISK_FULL, no},
    {"DeleteFileW", ERROR_SHARING_VIOLATION, no},
    {"RemoveDirectoryW", ERROR_SHARING_VIOLATION, no},
    {"FindFirstFileExW", ERROR_NOT_ENOUGH_MEMORY, no_file},
    {"FindNextFileW", ERROR_NOT_ENOUGH_MEMORY, no},
    {"GetFileInformationByHandle", ERROR_NOT_ENOUGH_MEMORY, no},
    {"GetFinalPathNameByHandleW", ERROR_NOT_ENOUGH_MEMORY, no},
    {"CreateFileMappingW", ERROR_COMMITMENT_LIMIT, no},
    {"OpenFileMappingW", ERROR_NO_SYSTEM_RESOURCES, no},
    {"MapViewOfFile", ERROR_NOT_ENOUGH_MEMORY, no},
    {"VirtualAlloc", ERROR_COMMITMENT_LIMIT, no},
    {"CreateEventW", ERROR_NO_SYSTEM_RESOURCES, no},
    {"OpenEventW", ERROR_NO_SYSTEM_RESOURCES, no},
    {"CreateWaitableTimerExW", ERROR_NO_SYSTEM_RESOURCES, no},
    {"OpenProcessToken", ERROR_NO_SYSTEM_RESOURCES, no},
    {"GetTokenInformation", ERROR_NOT_ENOUGH_MEMORY, no},
    {"GetSecurityInfo", ERROR_NOT_ENOUGH_MEMORY, no_memory},
    {"ConvertSidToStringSidW", ERROR_NOT_ENOUGH_MEMORY, no},
    {"ConvertStringSecurityDescriptorToSecurityDescriptorW", ERROR_NOT_ENOUGH_MEMORY, no},
    {"FlsAlloc", ERROR_NOT_ENOUGH_MEMORY, returns<FLS_OUT_OF_INDEXES>},
    {"FlsSetValue", ERROR_NOT_ENOUGH_MEMORY, no},
});

}  // namespace

bool is_harmless(std::string_view function) noexcept { return std::ranges::find(harmless, function) != harmless.end(); }

const Failure* failure_of(std::string_view function) noexcept {
  const auto found = std::ranges::find(failures, function, &Failure::function);
  return found == failures.end() ? nullptr : &*found;
}

bool is_c_library(std::string_view module) noexcept { return module.starts_with("msvcrt") || module.starts_with("api-ms-win-crt-"); }

}  // namespace carry::test::points::detail
