#include <carry/platform/thread.h>

#include "platform/windows/system.h"

#include <algorithm>
#include <memory>
#include <new>

namespace carry::platform {

namespace {

// CREATE_WAITABLE_TIMER_HIGH_RESOLUTION, which mingw's headers lack. Windows before 10 1803 refuses it.
constexpr DWORD high_resolution = 0x00000002;

// Sleep() works in ticks of up to 15.6 ms; this timer is exact to about half a millisecond. One per call, because mingw's run
// time frees a thread's variables before it runs their destructors.
bool sleep_by_timer(std::chrono::nanoseconds duration) noexcept {
  const windows::KernelObject timer(CreateWaitableTimerExW(nullptr, nullptr, high_resolution, TIMER_MODIFY_STATE | SYNCHRONIZE));
  if (!timer) return false;
  LARGE_INTEGER due{};
  due.QuadPart = -((duration.count() + 99) / 100);  // negative: from now on, in units of 100 ns
  if (!SetWaitableTimer(timer.get(), &due, 0, nullptr, nullptr, FALSE)) return false;
  return WaitForSingleObject(timer.get(), INFINITE) == WAIT_OBJECT_0;
}

/// Calls of one thread, the last one first.
struct ThreadEndCall {
  void (*call)(void*);
  void* argument;
  ThreadEndCall* next;
};

using Question = BOOLEAN(WINAPI*)();

/// Answers yes in the last thread of a process that ends: the others were stopped wherever they were, perhaps with a mutex held.
Question process_ends = nullptr;  // written before run_calls() can be called

/// May be called with a lock of the system held, one that a thread takes that starts: nothing here may wait for the loader.
void WINAPI run_calls(void* first) {
  if (process_ends != nullptr && process_ends()) return;
  for (auto* each = static_cast<ThreadEndCall*>(first); each != nullptr;) {
    const std::unique_ptr<ThreadEndCall> owned(each);
    each = each->next;
    owned->call(owned->argument);
  }
}

}  // namespace

bool at_thread_end(void (*call)(void*), void* argument) noexcept {
  // Fiber-local storage: every thread is a fiber, and unlike thread-local storage it has a callback at the end.
  static const DWORD index = [] {
    const FARPROC found = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "RtlDllShutdownInProgress");
    process_ends = reinterpret_cast<Question>(reinterpret_cast<void*>(found));
    return FlsAlloc(run_calls);
  }();
  if (index == FLS_OUT_OF_INDEXES) return false;
  auto* first = static_cast<ThreadEndCall*>(FlsGetValue(index));
  std::unique_ptr<ThreadEndCall> added(new (std::nothrow) ThreadEndCall{call, argument, first});
  if (added == nullptr || !FlsSetValue(index, added.get())) return false;
  (void)added.release();
  return true;
}

CancellationDeferred::CancellationDeferred() noexcept = default;
CancellationDeferred::~CancellationDeferred() = default;
CancellationHeeded::CancellationHeeded() noexcept = default;
CancellationHeeded::~CancellationHeeded() = default;
CancellationRefused::CancellationRefused() noexcept = default;
CancellationRefused::~CancellationRefused() = default;
void heed_cancellation() {}

void relax() noexcept { YieldProcessor(); }

void yield() noexcept { SwitchToThread(); }

bool pin_to_core(unsigned core) noexcept {
  SYSTEM_INFO system{};
  GetSystemInfo(&system);
  const DWORD cores = std::max<DWORD>(1, system.dwNumberOfProcessors);
  return SetThreadAffinityMask(GetCurrentThread(), DWORD_PTR{1} << (core % cores)) != 0;
}

void sleep_for(std::chrono::nanoseconds duration) noexcept {
  constexpr std::chrono::nanoseconds longest = std::chrono::hours(24);
  if (duration <= std::chrono::nanoseconds::zero()) return;
  if (duration > longest) duration = longest;
  if (sleep_by_timer(duration)) return;
  Sleep(static_cast<DWORD>(std::chrono::ceil<std::chrono::milliseconds>(duration).count()));
}

}  // namespace carry::platform
