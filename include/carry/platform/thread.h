#pragma once

#include <chrono>

namespace carry::platform {

/// One step of a spin loop: tells the core that this thread waits, in favour of its sibling hyperthread. Never a system call.
void relax() noexcept;

/// Lets another runnable thread go first.
void yield() noexcept;

/// Sleeps about that long. For back-off in control paths that wait for another process, never to be right.
void sleep_for(std::chrono::nanoseconds duration) noexcept;

}  // namespace carry::platform
