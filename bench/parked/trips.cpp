// Rows W1 of the bars: round trips between two processes that sleep for every message.

#include "parked/parked.h"

#include <carry/async/event_loop.h>
#include <carry/async/subscriber.h>
#include <carry/event/bell_observer.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <array>
#include <atomic>
#include <functional>
#include <string>

#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/syscall.h>

#if __has_include(<asio.hpp>)
#include <carry/asio/subscriber.h>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/use_awaitable.hpp>
#endif

namespace carry::bench {

namespace {

constexpr int warm_up = 500;

/// One end of a way to wake: send() wakes the other end, and wait() returns when woken.
using Send = std::function<void(std::uint64_t)>;

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

/// Two processes on these cores; each gets its side.
Percentiles between(int first_core, int second_core, const std::function<void(bool is_caller, Percentiles&)>& side) {
  auto& result = shared<Percentiles>();
  {
    const Child echo(second_core, [&] { side(false, result); });
    const Child caller(first_core, [&] { side(true, result); });
  }
  return result;
}

struct Pipes {
  std::array<int, 2> there{}, back{};
  Pipes() {
    if (::pipe2(there.data(), O_NONBLOCK) != 0 || ::pipe2(back.data(), O_NONBLOCK) != 0) std::abort();
  }
  ~Pipes() {
    for (const int end : {there[0], there[1], back[0], back[1]}) ::close(end);
  }
};

struct Flags {
  std::atomic<std::uint32_t> there = 0, back = 0;
  std::atomic<std::uint64_t> number = 0;
};

void futex_side(Flags& flags, bool is_caller, int count, Percentiles& result) {
  auto& own = is_caller ? flags.back : flags.there;
  auto& others = is_caller ? flags.there : flags.back;
  const auto futex = [](std::atomic<std::uint32_t>& word, int operation, std::uint32_t value) {
    ::syscall(SYS_futex, &word, operation, value, nullptr, nullptr, 0);
  };
  const auto wait = [&] {
    while (own.load() == 0) futex(own, FUTEX_WAIT, 0);
    own = 0;
  };
  const auto wake = [&] {
    others = 1;
    futex(others, FUTEX_WAKE, 1);
  };
  Trips trips(count, result);
  for (;;) {
    if (!is_caller) wait();
    const std::uint64_t number = is_caller ? trips.next() : flags.number.load();
    flags.number = number;
    wake();
    if (number == last_ball) return;
    if (is_caller) wait();
  }
}

void fifo_side(const Pipes& pipes, bool with_epoll, bool is_caller, int count, Percentiles& result) {
  const int in = is_caller ? pipes.back[0] : pipes.there[0];
  const int out = is_caller ? pipes.there[1] : pipes.back[1];
  const int epoll = ::epoll_create1(0);
  epoll_event event{.events = EPOLLIN, .data = {}};
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, in, &event);
  char token = 0;
  const auto wait = [&] {
    pollfd waiting{.fd = in, .events = POLLIN, .revents = 0};
    if (with_epoll) ::epoll_wait(epoll, &event, 1, -1);
    else ::poll(&waiting, 1, -1);
    (void)!::read(in, &token, 1);
  };
  Trips trips(count, result);
  for (;;) {
    if (!is_caller) wait();
    const std::uint64_t number = is_caller ? trips.next() : 0;
    char sent = number == last_ball ? 2 : 1;
    if (!is_caller) sent = token;
    (void)!::write(out, &sent, 1);
    if (sent == 2) return;
    if (is_caller) wait();
  }
}

/// The publisher of one side.
publish_subscribe::Publisher<Ball> open_publisher(bool is_caller) {
  publish_subscribe::Publisher<Ball> out(is_caller ? "trip-there" : "trip-back");
  quit_unless(out.initialize(), "publisher");
  return out;
}
const char* in_topic(bool is_caller) { return is_caller ? "trip-back" : "trip-there"; }

void wait_for_echo(publish_subscribe::Publisher<Ball>& out) {
  while (out.num_subscribers() == 0) platform::sleep_for(1ms);
}

void blocking_side(bool is_caller, int count, Percentiles& result) {
  publish_subscribe::Subscriber<Ball, event::BellObserver> in(in_topic(is_caller), {.spin = 0us});
  quit_unless(in.initialize(), "subscriber");
  quit_unless(in.subscribe(), "subscriber");
  auto out = open_publisher(is_caller);
  if (is_caller) wait_for_echo(out);
  Ball ball;
  const auto wait = [&] {
    quit_unless(in.receive(
                    [&](auto& data) {
                      ball = *data.acquire();
                      return std::error_code();
                    },
                    0ms),
                "receive");
  };
  Trips trips(count, result);
  for (;;) {
    if (!is_caller) wait();
    if (is_caller) ball.number = trips.next();
    out.publish(Ball(ball));
    if (ball.number == last_ball) return;
    if (is_caller) wait();
  }
}

void async_side(async::driver wanted, bool is_caller, int count, Percentiles& result) {
  auto loop = async::event_loop::make(wanted);
  if (!loop) return;
  async::Subscriber<Ball> in(in_topic(is_caller));
  quit_unless(in.initialize(), "subscriber");
  quit_unless(in.subscribe(), "subscriber");
  auto out = open_publisher(is_caller);
  if (is_caller) wait_for_echo(out);
  loop->spawn([](auto& i, auto& o, bool caller, int n, Percentiles& r) -> async::task<> {
    Trips trips(n, r);
    Ball ball;
    for (;;) {
      if (!caller) {
        auto sample = co_await i.receive();
        ball = **sample;
      } else {
        ball.number = trips.next();
      }
      o.publish(Ball(ball));
      if (ball.number == last_ball) co_return;
      if (caller) (void)co_await i.receive();
    }
  }(in, out, is_caller, count, result));
  quit_unless(loop->run(), "run");
}

#if __has_include(<asio.hpp>)
void raw_asio_side(const Pipes& pipes, bool is_caller, int count, Percentiles& result) {
  ::asio::io_context context(1);
  ::asio::posix::stream_descriptor in(context, is_caller ? pipes.back[0] : pipes.there[0]);
  const int out = is_caller ? pipes.there[1] : pipes.back[1];
  ::asio::co_spawn(
      context,
      [&]() -> ::asio::awaitable<void> {
        Trips trips(count, result);
        char token = 0;
        for (;;) {
          if (!is_caller) co_await in.async_read_some(::asio::buffer(&token, 1), ::asio::use_awaitable);
          else token = trips.next() == last_ball ? 2 : 1;
          (void)!::write(out, &token, 1);
          if (token == 2) co_return;
          if (is_caller) co_await in.async_read_some(::asio::buffer(&token, 1), ::asio::use_awaitable);
        }
      },
      ::asio::detached);
  context.run();
  (void)in.release();
}

void asio_side(bool is_caller, int count, Percentiles& result) {
  ::asio::io_context context(1);
  carry::asio::Subscriber<Ball> in(context, in_topic(is_caller));
  quit_unless(in.subscribe(), "subscriber");
  auto out = open_publisher(is_caller);
  if (is_caller) wait_for_echo(out);
  ::asio::co_spawn(
      context,
      [&]() -> ::asio::awaitable<void> {
        Trips trips(count, result);
        Ball ball;
        for (;;) {
          if (!is_caller) ball = *co_await in.receive();
          else ball.number = trips.next();
          out.publish(Ball(ball));
          if (ball.number == last_ball) co_return;
          if (is_caller) (void)co_await in.receive();
        }
      },
      ::asio::detached);
  context.run();
}
#endif

}  // namespace

void measure_trips(Report& report, const ParkedEffort& effort) {
  for (const int second_core : {1, 0}) {
    report.title(std::string("Round trips, two parked processes, ") + (second_core == 0 ? "one core" : "two cores") +
                 "; raw: FIFO, poll and read, before and after");
    report.latency_head();
    const int n = effort.round_trips;
    const auto raw = [&](bool with_epoll) {
      const Pipes pipes;
      return between(0, second_core, [&](bool caller, Percentiles& r) { fifo_side(pipes, with_epoll, caller, n / 2, r); });
    };
    const auto measure = [&](const char* name, const std::function<Percentiles()>& run) {
      std::vector<Run> runs;
      for (int i = 0; i != effort.runs; ++i) {
        const Percentiles before = raw(false);
        const Percentiles measured = run();
        const Percentiles after = raw(false);
        runs.push_back({measured, {.p50 = (before.p50 + after.p50) / 2, .p99 = (before.p99 + after.p99) / 2}});
      }
      report.latency(name, summarize(runs));
    };
    measure("futex", [&] {
      auto& flags = shared<Flags>();
      return between(0, second_core, [&](bool caller, Percentiles& r) { futex_side(flags, caller, n, r); });
    });
    measure("FIFO, epoll and read", [&] { return raw(true); });
    measure("carry, blocking receive", [&] { return between(0, second_core, [&](bool c, Percentiles& r) { blocking_side(c, n, r); }); });
    measure("carry::async on epoll",
            [&] { return between(0, second_core, [&](bool c, Percentiles& r) { async_side(async::driver::epoll, c, n, r); }); });
    measure("carry::async on io_uring",
            [&] { return between(0, second_core, [&](bool c, Percentiles& r) { async_side(async::driver::io_uring, c, n, r); }); });
#if __has_include(<asio.hpp>)
    measure("Asio, FIFO and a coroutine", [&] {
      const Pipes pipes;
      return between(0, second_core, [&](bool c, Percentiles& r) { raw_asio_side(pipes, c, n, r); });
    });
    measure("carry::asio", [&] { return between(0, second_core, [&](bool c, Percentiles& r) { asio_side(c, n, r); }); });
#endif
  }
}

}  // namespace carry::bench
