#include <carry/platform/thread.h>

#include "platform/windows/system.h"

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

}  // namespace

void relax() noexcept { YieldProcessor(); }

void yield() noexcept { SwitchToThread(); }

void sleep_for(std::chrono::nanoseconds duration) noexcept {
  constexpr std::chrono::nanoseconds longest = std::chrono::hours(24);
  if (duration <= std::chrono::nanoseconds::zero()) return;
  if (duration > longest) duration = longest;
  if (sleep_by_timer(duration)) return;
  Sleep(static_cast<DWORD>(std::chrono::ceil<std::chrono::milliseconds>(duration).count()));
}

}  // namespace carry::platform
