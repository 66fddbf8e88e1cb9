#pragma once

#include <chrono>

namespace carry::platform {

/// One step of a spin loop: tells the core that this thread waits, in favour of its sibling hyperthread. Never a system call.
void relax() noexcept;

/// Lets another runnable thread go first.
void yield() noexcept;

/// Keeps the calling thread on one core, counted from 0 and taken modulo the number of cores. False: the system refuses.
bool pin_to_core(unsigned core) noexcept;

/// Sleeps about that long. For back-off in control paths that wait for another process, never to be right.
void sleep_for(std::chrono::nanoseconds duration) noexcept;

/// While it lives, a request to cancel the calling thread (pthread_cancel) waits: much of what is done on the way to sleep and back may not be left
/// in the middle. Costs two accesses to the thread's own memory. Windows: nothing.
class CancellationDeferred {
 public:
  CancellationDeferred() noexcept;
  CancellationDeferred(const CancellationDeferred&) = delete;
  CancellationDeferred& operator=(const CancellationDeferred&) = delete;
  ~CancellationDeferred();

 private:
  int former_ = 0;
};

/// While it lives, such a request that a CancellationDeferred has wait is heeded after all: around a sleep, in which nothing is done halfway.
class CancellationHeeded {
 public:
  CancellationHeeded() noexcept;
  CancellationHeeded(const CancellationHeeded&) = delete;
  CancellationHeeded& operator=(const CancellationHeeded&) = delete;
  ~CancellationHeeded();

 private:
  int former_ = 0;
};

/// While it lives, it waits there, too: around what is not carry's, and may call what sleeps.
class CancellationRefused {
 public:
  CancellationRefused() noexcept;
  CancellationRefused(const CancellationRefused&) = delete;
  CancellationRefused& operator=(const CancellationRefused&) = delete;
  ~CancellationRefused();

 private:
  bool was_deferred_ = false;
};

/// Heeds, here, a request that a CancellationDeferred has wait: the thread ends by an exception that nobody may catch.
void heed_cancellation();

/// Has call(argument) called in this thread when it ends, after the destructors of its thread_local objects where the system can order
/// that. Not called for the thread that ends the process. Returns false if there is no memory for it.
/// In place of a thread_local object with a destructor: mingw frees such an object before it destroys it.
bool at_thread_end(void (*call)(void*), void* argument) noexcept;

}  // namespace carry::platform
