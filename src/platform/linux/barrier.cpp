#include <carry/platform/barrier.h>

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace carry::platform {

namespace {

bool membarrier(int command) noexcept { return ::syscall(SYS_membarrier, command, 0, 0) == 0; }

}  // namespace

bool register_for_barriers() noexcept {
  static const bool registered = membarrier(MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED);
  return registered;
}

bool barrier_in_all_processes() noexcept { return membarrier(MEMBARRIER_CMD_GLOBAL_EXPEDITED); }

}  // namespace carry::platform
