#pragma once

#include <carry/domain/port_memory.h>
#include <carry/platform/bell.h>
#include <carry/result.h>

#include <chrono>
#include <cstdint>
#include <memory>

namespace carry::domain {

class Participant;

/// Where a thread or an event loop of this process parks: a kernel object, and in shared memory a generation that says since when it listens.
///
/// Whoever parks: arms (stores address() where publishers look, and fences), looks once more, wait(); then answer(), and looks again.
/// docs/design/wake_up.md argues why no wake-up is lost.
/// Thread safety: ring() by any thread; the rest by the one that parks.
class Bell {
 public:
  /// Errors: Errc::heap_exhausted, those of platform::Bell::make().
  static Result<std::unique_ptr<Bell>> make(Participant& participant);

  /// What armed words hold: never 0.
  std::uint64_t address() const noexcept { return address_; }

  /// Waits until it is rung or the deadline has come. True if it was rung.
  bool wait(std::chrono::steady_clock::time_point deadline) { return bell_.wait(deadline); }

  /// Forgets the rings so far and begins a new generation: what is stored after the look that follows rings again.
  void answer() noexcept {
    bell_.drain();
    begin_generation();
  }

  /// The second half of it, for those who read native_handle() themselves. After the read, before the look.
  void begin_generation() noexcept;

  /// Wakes one's own thread or loop.
  void ring() noexcept { bell_.ring(); }

  platform::Bell& kernel_object() noexcept { return bell_; }
  platform::NativeHandle native_handle() const noexcept { return bell_.native_handle(); }

 private:
  Bell(platform::Bell bell, PortBlock record, std::uint64_t address) noexcept;

  platform::Bell bell_;
  PortBlock record_;
  std::uint64_t address_;
};

}  // namespace carry::domain
