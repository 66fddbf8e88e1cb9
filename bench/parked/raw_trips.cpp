// Round trips with what the kernel offers to wake another process, without carry.

#include "parked/trips.h"

#include <atomic>
#include <memory>

#include <linux/futex.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>

#ifdef CARRY_BENCH_IO_URING
#include <liburing.h>
#endif

#ifdef CARRY_BENCH_ASIO
#include <asio/awaitable.hpp>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/use_awaitable.hpp>
#endif

namespace carry::bench {

namespace {

/// What one side tells the other.
enum Token : std::uint8_t { go_on = 1, finish = 2 };

Token token_of(std::uint64_t number) { return number == last_ball ? finish : go_on; }

/// One side: wait() sleeps until the other side has called wake(token), and returns the token.
template <class Wait, class Wake>
void play(bool is_caller, int count, Percentiles& result, Wait wait, Wake wake) {
  Trips trips(count, result);
  for (;;) {
    const Token token = is_caller ? token_of(trips.next()) : wait();
    wake(token);
    if (token == finish) return;
    if (is_caller) (void)wait();
  }
}

/// The descriptors of one side of a pair of pipes.
struct Ends {
  int in, out;
};
Ends ends(const Pipes& pipes, bool is_caller) { return is_caller ? Ends{pipes.back[0], pipes.there[1]} : Ends{pipes.there[0], pipes.back[1]}; }
void write_token(int out, Token token) { (void)!::write(out, &token, 1); }

/// The descriptor `in`, to be waited for with an epoll instance.
class Epoll {
 public:
  explicit Epoll(int in) { ::epoll_ctl(epoll_, EPOLL_CTL_ADD, in, &event_); }
  ~Epoll() { ::close(epoll_); }
  Epoll(const Epoll&) = delete;
  Epoll& operator=(const Epoll&) = delete;
  void wait() { ::epoll_wait(epoll_, &event_, 1, -1); }

 private:
  int epoll_ = ::epoll_create1(0);
  epoll_event event_{.events = EPOLLIN, .data = {}};
};

}  // namespace

Side futex() {
  struct Words {
    alignas(64) std::atomic<std::uint32_t> there = 0;
    alignas(64) std::atomic<std::uint32_t> back = 0;
  };
  return [&words = shared<Words>()](bool is_caller, int count, Percentiles& result) {
    auto& own = is_caller ? words.back : words.there;
    auto& others = is_caller ? words.there : words.back;
    const auto call = [](std::atomic<std::uint32_t>& word, int operation, std::uint32_t value) {
      ::syscall(SYS_futex, &word, operation, value, nullptr, nullptr, 0);
    };
    const auto wait = [&] {
      std::uint32_t token = 0;
      while ((token = own.exchange(0)) == 0) call(own, FUTEX_WAIT, 0);
      return static_cast<Token>(token);
    };
    const auto wake = [&](Token token) {
      others = token;
      call(others, FUTEX_WAKE, 1);
    };
    play(is_caller, count, result, wait, wake);
  };
}

Side fifo_with_poll() {
  return [pipes = std::make_shared<Pipes>(O_NONBLOCK)](bool is_caller, int count, Percentiles& result) {
    const Ends own = ends(*pipes, is_caller);
    const auto wait = [&] {
      Token token{};
      pollfd waiting{.fd = own.in, .events = POLLIN, .revents = 0};
      ::poll(&waiting, 1, -1);
      (void)!::read(own.in, &token, 1);
      return token;
    };
    play(is_caller, count, result, wait, [&](Token token) { write_token(own.out, token); });
  };
}

Side fifo_with_epoll() {
  return [pipes = std::make_shared<Pipes>(O_NONBLOCK)](bool is_caller, int count, Percentiles& result) {
    const Ends own = ends(*pipes, is_caller);
    Epoll epoll(own.in);
    const auto wait = [&] {
      Token token{};
      epoll.wait();
      (void)!::read(own.in, &token, 1);
      return token;
    };
    play(is_caller, count, result, wait, [&](Token token) { write_token(own.out, token); });
  };
}

Side eventfd_with_epoll() {
  return [there = ::eventfd(0, EFD_NONBLOCK), back = ::eventfd(0, EFD_NONBLOCK)](bool is_caller, int count, Percentiles& result) {
    const int in = is_caller ? back : there;
    const int out = is_caller ? there : back;
    Epoll epoll(in);
    const auto wait = [&] {
      eventfd_t value = 0;
      epoll.wait();
      ::eventfd_read(in, &value);
      return static_cast<Token>(value);
    };
    play(is_caller, count, result, wait, [&](Token token) { ::eventfd_write(out, token); });
  };
}

#ifdef CARRY_BENCH_IO_URING
Side fifo_with_io_uring() {
  return [pipes = std::make_shared<Pipes>(0)](bool is_caller, int count, Percentiles& result) {
    const Ends own = ends(*pipes, is_caller);
    io_uring ring{};
    if (::io_uring_queue_init(8, &ring, 0) != 0) return;
    const auto wait = [&] {
      Token token{};
      io_uring_cqe* completion = nullptr;
      ::io_uring_prep_read(::io_uring_get_sqe(&ring), own.in, &token, 1, 0);
      ::io_uring_submit_and_wait(&ring, 1);
      ::io_uring_peek_cqe(&ring, &completion);
      ::io_uring_cqe_seen(&ring, completion);
      return token;
    };
    play(is_caller, count, result, wait, [&](Token token) { write_token(own.out, token); });
    ::io_uring_queue_exit(&ring);
  };
}
#endif

#ifdef CARRY_BENCH_ASIO
Side fifo_with_asio() {
  return [pipes = std::make_shared<Pipes>(O_NONBLOCK)](bool is_caller, int count, Percentiles& result) {
    const Ends own = ends(*pipes, is_caller);
    ::asio::io_context context(1);
    ::asio::posix::stream_descriptor in(context, own.in);
    ::asio::co_spawn(
        context,
        [&]() -> ::asio::awaitable<void> {
          Trips trips(count, result);
          Token token{};
          for (;;) {
            if (!is_caller) co_await in.async_read_some(::asio::buffer(&token, 1), ::asio::use_awaitable);
            else token = token_of(trips.next());
            write_token(own.out, token);
            if (token == finish) co_return;
            if (is_caller) co_await in.async_read_some(::asio::buffer(&token, 1), ::asio::use_awaitable);
          }
        },
        ::asio::detached);
    context.run();
    (void)in.release();
  };
}
#endif

}  // namespace carry::bench
