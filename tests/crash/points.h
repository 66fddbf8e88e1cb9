#pragma once

// Every store to shared memory, and every system call that lasts, as a numbered point at which this process can end, or at which a call can fail.
//
// Nobody lists the points. The library and the roles are compiled with g++'s -fsanitize=thread, so that the compiler itself calls a function before
// each store; this program defines these functions (stores.cpp), and does not have ThreadSanitizer's. System calls come by a seccomp filter
// that lets the harmless ones through and hands all others to a signal handler (linux/system_calls.cpp), or by stubs in the table of what this program
// imports (windows/system_calls.cpp). A new store, or a call that is not known as harmless, is a point without anybody's doing. The normal build has
// none of it.

#include <cstddef>
#include <cstdint>

namespace carry::test::points {

/// What a process does at its points.
enum class Deed {
  nothing,
  count,
  end,   ///< SIGKILL, or TerminateProcess, at the point with the given number, before the store or the call is done.
  stop,  ///< SIGSTOP likewise, and once it goes on the store or the call is done. Linux.
  fail,  ///< The call with the given number, counted among those that can fail, returns an error instead of being done.
};

/// How a test sees a process that has come to its end that way.
inline constexpr int exit_code_at_end = 128 + 9;

/// From here on this process has points. It says how many when it exits, in a line on standard output:
/// "points <points> <stores> <calls> <calls that can fail> <places in the code>".
void arm(Deed deed, std::uint64_t number);

/// From here on this process has no points.
void disarm() noexcept;

/// The name of the call that has failed, by Deed::fail; null if none has.
const char* failed_call() noexcept;

namespace detail {

struct Counts {
  std::uint64_t points;
  std::uint64_t stores;
  std::uint64_t calls;
  std::uint64_t calls_that_can_fail;
  std::uint64_t places;
};
Counts counts() noexcept;

/// A store of this process is about to happen there. `place`: where in the code.
void store_at(const volatile void* address, const void* place) noexcept;

/// A system call that lasts is about to be made.
void call_at(const void* place) noexcept;

/// A system call that can fail is about to be made; true: it shall.
bool call_fails(const char* name) noexcept;

/// The process has mapped memory that others see, and may write to it.
void shared_at(std::uintptr_t begin, std::size_t bytes) noexcept;

/// From here on system calls come to the functions above.
void watch_system_calls();

/// Ends this process without giving it a say.
void end_process() noexcept;

/// Stops this process until somebody lets it go on.
void stop_process() noexcept;

}  // namespace detail

}  // namespace carry::test::points
