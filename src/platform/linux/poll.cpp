#include "platform/linux/system.h"

#include <carry/platform/thread.h>

#include <poll.h>

namespace carry::platform::linux_system {

namespace {

timespec until(std::chrono::steady_clock::time_point deadline) noexcept {
  using namespace std::chrono;
  const auto now = steady_clock::now();
  const auto left = deadline <= now ? nanoseconds(0) : nanoseconds(deadline - now);
  const auto whole = duration_cast<seconds>(left);
  return {.tv_sec = static_cast<time_t>(whole.count()), .tv_nsec = static_cast<long>((left - whole).count())};
}

}  // namespace

bool wait_until_readable(int descriptor, std::chrono::steady_clock::time_point deadline) {
  const CancellationHeeded heeded;
  pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
  for (;;) {
    const bool limited = deadline != std::chrono::steady_clock::time_point::max();
    const timespec left = limited ? until(deadline) : timespec{};
    const int ready = ::ppoll(&waiting, 1, limited ? &left : nullptr, nullptr);
    if (ready >= 0 || errno != EINTR) return ready > 0;
  }
}

}  // namespace carry::platform::linux_system
