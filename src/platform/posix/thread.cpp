#include <carry/platform/thread.h>

#include <cerrno>

#include <sched.h>
#include <time.h>

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#endif

namespace carry::platform {

void relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  _mm_pause();
#elif defined(__aarch64__) || defined(__arm__)
  asm volatile("yield");
#endif
}

void yield() noexcept { ::sched_yield(); }

void sleep_for(std::chrono::nanoseconds duration) noexcept {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
  timespec left{.tv_sec = seconds.count(), .tv_nsec = (duration - seconds).count()};
  while (::nanosleep(&left, &left) != 0 && errno == EINTR) continue;
}

}  // namespace carry::platform
