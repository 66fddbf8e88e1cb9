#pragma once

// What the round trips of the kernel and those of carry share.

#include "parked/parked.h"

#include <array>
#include <functional>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace carry::bench {

inline constexpr int warm_up = 500;

/// The caller's side of a ping-pong: sends the next number when an answer comes.
class Trips {
 public:
  Trips(int count, Percentiles& result) : count_(count), result_(result) { times_.reserve(static_cast<std::size_t>(count)); }

  /// The first number, or the one after an answer. last_ball: it is the last.
  std::uint64_t next() {
    const std::int64_t now = now_ns();
    if (number_ > warm_up) times_.push_back(static_cast<double>(now - sent_));
    ++number_;
    sent_ = now_ns();
    if (static_cast<int>(times_.size()) < count_) return static_cast<std::uint64_t>(number_);
    result_ = percentiles(times_);
    return last_ball;
  }

 private:
  int count_;
  Percentiles& result_;
  std::vector<double> times_;
  int number_ = 0;
  std::int64_t sent_ = 0;
};

/// A pipe in either direction.
class Pipes {
 public:
  explicit Pipes(int flags) {
    if (::pipe2(there.data(), flags) != 0 || ::pipe2(back.data(), flags) != 0) std::abort();
  }
  ~Pipes() {
    for (const int end : {there[0], there[1], back[0], back[1]}) ::close(end);
  }
  Pipes(const Pipes&) = delete;
  Pipes& operator=(const Pipes&) = delete;

  std::array<int, 2> there{}, back{};
};

/// One side of `count` round trips; the caller's side measures.
using Side = std::function<void(bool is_caller, int count, Percentiles& result)>;

/// A way of the kernel to wake another process; each call makes both sides of one measurement.
using Way = std::function<Side()>;

Side futex();
Side fifo_with_poll();
Side fifo_with_epoll();
Side eventfd_with_epoll();
#if __has_include(<liburing.h>) && defined(CARRY_BENCH_LIBURING)
#define CARRY_BENCH_IO_URING
Side fifo_with_io_uring();
#endif
#if __has_include(<asio.hpp>)
#define CARRY_BENCH_ASIO
Side fifo_with_asio();
#endif

}  // namespace carry::bench
