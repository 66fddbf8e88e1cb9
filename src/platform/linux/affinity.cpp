#include <carry/platform/thread.h>

#include <algorithm>
#include <thread>

#include <pthread.h>
#include <sched.h>

namespace carry::platform {

bool pin_to_core(unsigned core) noexcept {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core % std::max(1u, std::thread::hardware_concurrency()), &cores);
  return ::pthread_setaffinity_np(::pthread_self(), sizeof cores, &cores) == 0;
}

}  // namespace carry::platform
