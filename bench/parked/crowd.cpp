// Row W7 of the bars: a thousand subscribers on one loop, a message for each.

#include "parked/trips.h"

#include <carry/async/event_loop.h>
#include <carry/async/subscriber.h>
#include <carry/publish_subscribe/publisher.h>

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#ifdef CARRY_BENCH_ASIO
#include <carry/asio/subscriber.h>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#endif

namespace carry::bench {

namespace {

constexpr int many = 1000;

std::string topic(int number) { return "crowd-" + std::to_string(number); }

/// Medians over rounds.
struct Times {
  double microseconds = 0, sending_microseconds = 0;
};

/// Rounds between two processes: the sender begins one, the receiver ends it.
class Rounds {
 public:
  void send(const std::function<void()>& round) {
    std::vector<double> microseconds;
    for (int i = 1; i <= count; ++i) {
      while (ready_ != i) platform::sleep_for(1ms);
      platform::sleep_for(2ms);  // the receiver sleeps by now
      begin_ = now_ns();
      round();
      microseconds.push_back(static_cast<double>(now_ns() - begin_) / 1e3);
    }
    times_.sending_microseconds = median(microseconds);
  }
  /// What `prepare` starts, `run` runs to its end.
  void receive(const std::function<void()>& prepare, const std::function<void()>& run) {
    std::vector<double> microseconds;
    for (int i = 1; i <= count; ++i) {
      prepare();
      ready_ = i;
      run();
      if (i != 1) microseconds.push_back(static_cast<double>(now_ns() - begin_) / 1e3);  // the first one meets every page for the first time
    }
    times_.microseconds = median(microseconds);
  }
  const Times& times() const { return times_; }

 private:
  static constexpr int count = 20;
  std::atomic<int> ready_ = 0;
  std::atomic<std::int64_t> begin_ = 0;
  Times times_;
};

void publish_to_all(Rounds& rounds) {
  Child(0, [&] {
    std::vector<publish_subscribe::Publisher<Ball>> out;
    out.reserve(many);
    for (int i = 0; i != many; ++i) quit_unless(out.emplace_back(topic(i)).initialize(), "publisher");
    for (auto& publisher : out) {
      while (publisher.num_subscribers() == 0) platform::sleep_for(1ms);
    }
    rounds.send([&] {
      for (auto& publisher : out) publisher.publish(Ball{});
    });
  }).wait();
}

/// On carry's own loop, a task for each.
void tasks(Rounds& rounds) {
  const Child receiving(1, [&] {
    auto loop = async::event_loop::make();
    if (!loop) quit_unless(loop.error(), "loop");
    std::vector<async::Subscriber<Ball>> in;
    in.reserve(many);
    for (int i = 0; i != many; ++i) {
      in.emplace_back(topic(i));
      quit_unless(in.back().initialize(), "subscriber");
      quit_unless(in.back().subscribe(), "subscriber");
    }
    const auto prepare = [&] {
      for (auto& subscriber : in) {
        loop->spawn([](auto& s) -> async::task<> {
          const auto sample = co_await s.receive();
          if (!sample) quit_unless(sample.error(), "receive");
        }(subscriber));
      }
    };
    rounds.receive(prepare, [&] { quit_unless(loop->run(), "run"); });
  });
  publish_to_all(rounds);
}

#ifdef CARRY_BENCH_ASIO
void run(::asio::io_context& context) {
  context.run();
  context.restart();
}

void handlers(Rounds& rounds) {
  const Child receiving(1, [&] {
    ::asio::io_context context(1);
    std::vector<asio::Subscriber<Ball>> in;
    in.reserve(many);
    for (int i = 0; i != many; ++i) quit_unless(in.emplace_back(context, topic(i)).subscribe(), "subscriber");
    const auto prepare = [&] {
      for (auto& subscriber : in) subscriber.async_receive([](std::error_code error, const Sample<Ball>&) { quit_unless(error, "receive"); });
    };
    rounds.receive(prepare, [&] { run(context); });
  });
  publish_to_all(rounds);
}

/// A byte wakes a context, which then runs a thousand callbacks.
void callbacks(Rounds& rounds) {
  const Pipes pipes(0);
  const Child receiving(1, [&] {
    ::asio::io_context context(1);
    ::asio::posix::stream_descriptor in(context, pipes.there[0]);
    int called = 0;
    const auto prepare = [&] {
      in.async_wait(::asio::posix::stream_descriptor::wait_read, [&](std::error_code) {
        char byte = 0;
        (void)!::read(pipes.there[0], &byte, 1);
        for (int i = 0; i != many; ++i) ::asio::post(context, [&] { ++called; });
      });
    };
    rounds.receive(prepare, [&] { run(context); });
    if (called == 0) std::abort();
    (void)in.release();
  });
  Child(0, [&] { rounds.send([&] { (void)!::write(pipes.there[1], "x", 1); }); }).wait();
}
#endif

Times times_of(void (&play)(Rounds&)) {
  auto& rounds = shared<Rounds>();
  play(rounds);
  return rounds.times();
}

}  // namespace

void measure_crowd(Report& report, const ParkedEffort& effort) {
  report.title("A thousand subscribers on one loop, until each has had its message");
  std::vector<double> publishing, on_loop;
  for (int i = 0; i != effort.runs; ++i) {
    const Times times = times_of(tasks);
    on_loop.push_back(times.microseconds);
    publishing.push_back(times.sending_microseconds);
  }
  report.value("publishing alone, meanwhile", median(publishing), "us");
  report.value("carry::async", median(on_loop), "us");
#ifdef CARRY_BENCH_ASIO
  std::vector<double> raw, on_asio;
  for (int i = 0; i != effort.runs; ++i) {
    raw.push_back(times_of(callbacks).microseconds);
    on_asio.push_back(times_of(handlers).microseconds);
  }
  report.value("carry::asio", median(on_asio), "us");
  report.value("Asio: one wake-up, 1000 posted callbacks", median(raw), "us");
#endif
}

}  // namespace carry::bench
