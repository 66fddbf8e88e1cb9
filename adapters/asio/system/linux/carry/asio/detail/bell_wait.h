#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/buffer.hpp>
#include <asio/posix/stream_descriptor.hpp>

#include <carry/domain/bell.h>

#include <array>
#include <cstddef>
#include <system_error>
#include <utility>

namespace carry::asio::detail {

/// Waits for a bell in an execution context: one descriptor, and one read of it at a time, which empties the bell.
class BellWait {
 public:
  BellWait(const ::asio::any_io_executor& executor, domain::Bell& bell) : descriptor_(executor, static_cast<int>(bell.native_handle())) {}
  BellWait(const BellWait&) = delete;
  BellWait& operator=(const BellWait&) = delete;
  ~BellWait() { (void)descriptor_.release(); }  // It is the bell's.

  /// Calls heard(rung) once, from a thread of the context, when the bell was rung or cancel() was called. Not while one is outstanding.
  template <class Heard>
  void start(Heard heard) {
    descriptor_.async_read_some(::asio::buffer(tokens_), [heard = std::move(heard)](std::error_code error, std::size_t) { heard(!error); });
  }
  void cancel() noexcept {
    std::error_code ignored;
    descriptor_.cancel(ignored);
  }

 private:
  ::asio::posix::stream_descriptor descriptor_;
  std::array<char, 256> tokens_{};
};

}  // namespace carry::asio::detail
