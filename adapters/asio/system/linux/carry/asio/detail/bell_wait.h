#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/posix/stream_descriptor.hpp>

#include <carry/domain/bell.h>

#include <system_error>
#include <utility>

namespace carry::asio::detail {

/// Waits for a bell in an execution context: one descriptor, and one wait for it at a time.
///
/// What was rung is read only after the wait. A read that the system does by itself, as with io_uring, could end after its buffer, and could take
/// rings along of which nobody hears.
class BellWait {
 public:
  BellWait(const ::asio::any_io_executor& executor, domain::Bell& bell)
      : bell_(bell), descriptor_(executor, static_cast<int>(bell.native_handle())) {}
  BellWait(const BellWait&) = delete;
  BellWait& operator=(const BellWait&) = delete;
  ~BellWait() { (void)descriptor_.release(); }  // It is the bell's.

  /// Calls heard(rung) once, from a thread of the context, when the bell was rung or cancel() was called. Not while one is outstanding.
  template <class Heard>
  void start(Heard heard) {
    descriptor_.async_wait(::asio::posix::descriptor_base::wait_read, [this, heard = std::move(heard)](std::error_code error) {
      if (!error) bell_.kernel_object().drain();
      heard(!error);
    });
  }
  void cancel() noexcept {
    std::error_code ignored;
    descriptor_.cancel(ignored);
  }

 private:
  domain::Bell& bell_;
  ::asio::posix::stream_descriptor descriptor_;
};

}  // namespace carry::asio::detail
