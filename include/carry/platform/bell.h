#pragma once

#include <carry/platform/domain_directory.h>
#include <carry/result.h>

#include <chrono>
#include <cstdint>
#include <memory>

namespace carry::platform {

/// What an event loop waits on. Linux: a file descriptor, readable when rung. Windows: the HANDLE of an auto-reset event.
using NativeHandle = std::intptr_t;

/// The kernel object that wakes a parked thread of this process. Rings are a hint: several are one, and one may come without a cause.
///
/// Linux: a FIFO `<id>.<number>.bell` in the domain directory. Windows: a named event.
/// Crash safety: the kernel frees it; a FIFO's name goes with what else a dead participant left.
class Bell {
 public:
  /// Errors: file_exists, no_such_file_or_directory when the directory was removed meanwhile, too_many_files_open, those of the system.
  static Result<Bell> make(const DomainDirectory& directory, ParticipantId owner, std::uint64_t number);

  Bell(Bell&&) noexcept;
  Bell& operator=(Bell&&) noexcept;
  /// Takes the name away. No effect in a forked child.
  ~Bell();

  /// Waits until somebody rings, or until the deadline (time_point::max(): without limit). True if it was rung. What was rung stays until drain().
  bool wait(std::chrono::steady_clock::time_point deadline);

  /// Forgets every ring so far.
  void drain() noexcept;

  /// Rings it oneself, from any thread.
  void ring() noexcept;

  NativeHandle native_handle() const noexcept;

 private:
  struct State;
  explicit Bell(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

/// A bell of another process (or of the own one), to be rung.
///
/// Thread safety: ring() by any thread. Never blocks and never raises a signal, whatever became of the owner.
class PeerBell {
 public:
  /// Errors: no_such_file_or_directory, Errc::not_secure for something that is no bell, too_many_files_open, those of the system.
  static Result<PeerBell> open(const DomainDirectory& directory, ParticipantId owner, std::uint64_t number);

  PeerBell(PeerBell&&) noexcept;
  PeerBell& operator=(PeerBell&&) noexcept;
  ~PeerBell();

  /// One system call. A bell that nobody hears any more is rung into nowhere.
  void ring() const noexcept;

  /// Has the process keep what ring_in_shortage() needs: on Linux one descriptor. Idempotent.
  static void prepare_for_shortage(const DomainDirectory& directory) noexcept;

  /// Rings once although the process has nothing left to open a bell with: its shortage of descriptors or of memory must not let others sleep. False:
  /// it was not rung.
  static bool ring_in_shortage(const DomainDirectory& directory, ParticipantId owner, std::uint64_t number) noexcept;

 private:
  struct State;
  explicit PeerBell(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace carry::platform
