// Row W1 of the bars: round trips between two processes that sleep for every message.

#include "parked/trips.h"

#include <carry/async/event_loop.h>
#include <carry/async/subscriber.h>
#include <carry/event/bell_observer.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <sys/resource.h>

#ifdef CARRY_BENCH_ASIO
#include <carry/asio/subscriber.h>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/use_awaitable.hpp>
#endif

namespace carry::bench {

namespace {

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

void run_loop(async::driver wanted, bool is_caller, int count, Percentiles& result) {
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

Side async_side(async::driver wanted) {
  return [wanted](bool is_caller, int count, Percentiles& result) { run_loop(wanted, is_caller, count, result); };
}

#ifdef CARRY_BENCH_ASIO
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

/// Two processes, the caller on core 0.
Percentiles between(int second_core, int count, const Side& side) {
  auto& result = shared<Percentiles>();
  const Child echo(second_core, [&] { side(false, count, result); });
  Child(0, [&] { side(true, count, result); }).wait();
  return result;
}

/// CPU time of all children that have ended, microseconds.
double cpu_of_children() {
  rusage used{};
  ::getrusage(RUSAGE_CHILDREN, &used);
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 + static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

/// The rows of one table, each measured beside another way, before and after.
class Table {
 public:
  Table(Report& report, const ParkedEffort& effort, int second_core) : report_(report), effort_(effort), second_core_(second_core) {}

  void row(const std::string& name, const Way& way, const Way& beside) {
    const auto limit = [&] { return between(second_core_, effort_.round_trips / 2, beside()); };
    std::vector<Run> runs;
    std::vector<double> cpu;
    for (int i = 0; i != effort_.runs; ++i) {
      const Percentiles before = limit();
      const double cpu_before = cpu_of_children();
      const Percentiles measured = between(second_core_, effort_.round_trips, way());
      cpu.push_back((cpu_of_children() - cpu_before) / (effort_.round_trips + warm_up));
      const Percentiles after = limit();
      runs.push_back({measured, {.p50 = (before.p50 + after.p50) / 2, .p99 = (before.p99 + after.p99) / 2}});
    }
    report_.latency(name, summarize(runs));
    cpu_.emplace_back(name, median(cpu));
  }
  void finish() {
    for (const auto& [name, microseconds] : cpu_) report_.value(name + ", CPU", microseconds, "us", "both processes, per round trip");
  }

 private:
  Report& report_;
  const ParkedEffort& effort_;
  int second_core_;
  std::vector<std::pair<std::string, double>> cpu_;
};

}  // namespace

void measure_trips(Report& report, const ParkedEffort& effort) {
  for (const int second_core : {1, 0}) {
    report.title(std::string("Round trips, two parked processes, ") + (second_core == 0 ? "one core" : "two cores") +
                 "; raw: the kernel's way that it uses, before and after");
    report.latency_head();
    Table table(report, effort, second_core);
    table.row("futex", futex, fifo_with_poll);
    table.row("FIFO, epoll and read", fifo_with_epoll, fifo_with_poll);
    table.row("eventfd, epoll and read", eventfd_with_epoll, fifo_with_poll);
    table.row("carry, blocking receive", [] { return blocking_side; }, fifo_with_poll);
    table.row("carry::async on epoll", [] { return async_side(async::driver::epoll); }, fifo_with_epoll);
#ifdef CARRY_BENCH_IO_URING
    table.row("FIFO, read by io_uring", fifo_with_io_uring, fifo_with_poll);
    table.row("carry::async on io_uring", [] { return async_side(async::driver::io_uring); }, fifo_with_io_uring);
#endif
#ifdef CARRY_BENCH_ASIO
    table.row("FIFO, a coroutine of Asio", fifo_with_asio, fifo_with_poll);
    table.row("carry::asio", [] { return asio_side; }, fifo_with_asio);
#endif
    table.finish();
  }
}

}  // namespace carry::bench
