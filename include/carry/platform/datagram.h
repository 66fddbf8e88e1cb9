#pragma once

#include <carry/platform/bell.h>
#include <carry/platform/domain_directory.h>
#include <carry/result.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace carry::platform {

/// Where small values of other processes arrive, one datagram each. Linux only: elsewhere make() says not_supported.
///
/// A Unix domain socket `<id>.<number>.socket` in the domain directory: who may enter it, may send.
/// Crash safety: the kernel frees it; its name goes with what else a dead participant left.
class DatagramInbox {
 public:
  /// Errors: address_in_use, no_such_file_or_directory when the directory was removed meanwhile, too_many_files_open, those of the system.
  static Result<DatagramInbox> make(const DomainDirectory& directory, ParticipantId owner, std::uint64_t number);

  DatagramInbox(DatagramInbox&&) noexcept;
  DatagramInbox& operator=(DatagramInbox&&) noexcept;
  /// Takes the name away. No effect in a forked child.
  ~DatagramInbox();

  /// True: `value` holds a datagram of exactly that size. Others are forgotten. Never blocks.
  bool take(void* value, std::size_t bytes) noexcept;

  /// Waits until something arrives, or until the deadline (time_point::max(): without limit).
  void wait(std::chrono::steady_clock::time_point deadline);

  /// Ends a wait(), from any thread.
  void ring() noexcept;

  NativeHandle native_handle() const noexcept;

 private:
  struct State;
  explicit DatagramInbox(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

/// The way to another process's inbox.
class DatagramOutbox {
 public:
  /// Errors: no_such_file_or_directory or connection_refused when its owner is gone, too_many_files_open, those of the system.
  static Result<DatagramOutbox> open(const DomainDirectory& directory, ParticipantId owner, std::uint64_t number);

  DatagramOutbox(DatagramOutbox&&) noexcept;
  DatagramOutbox& operator=(DatagramOutbox&&) noexcept;
  ~DatagramOutbox();

  /// False: the inbox is gone. A full inbox forgets the value. Never blocks, and raises no signal.
  bool send(const void* value, std::size_t bytes) noexcept;

 private:
  struct State;
  explicit DatagramOutbox(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace carry::platform
