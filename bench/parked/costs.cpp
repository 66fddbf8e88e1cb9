// Rows W4, W7 and W8 of the bars: what sleepers cost a publisher, a thousand of them on one context, and how soon a death is seen.

#include "parked/trips.h"

#include <carry/event/bell_observer.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include <signal.h>
#include <unistd.h>

#ifdef CARRY_BENCH_ASIO
#include <carry/asio/subscriber.h>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#endif

namespace carry::bench {

namespace {

using Polling = publish_subscribe::Subscriber<Ball>;
using Parking = publish_subscribe::Subscriber<Ball, event::BellObserver>;

template <class Subscriber>
void start(Subscriber& subscriber) {
  quit_unless(subscriber.initialize(), "subscriber");
  quit_unless(subscriber.subscribe(), "subscriber");
}

/// Nanoseconds per call of `operation`.
template <class Operation>
double cost_of(const Operation& operation) {
  constexpr int calls = 10'000;
  const std::int64_t begin = now_ns();
  for (int i = 0; i != calls; ++i) operation();
  return static_cast<double>(now_ns() - begin) / calls;
}

struct PublishCosts {
  double polling = 0, known_sleeper = 0, fence = 0;
};

/// One thread publishes to a subscriber that polls, and to one that has slept but does not at the moment.
PublishCosts publish_costs(int batches) {
  auto& result = shared<PublishCosts>();
  Child(0, [&] {
    publish_subscribe::Publisher<Ball> to_polling("cost-polling");
    publish_subscribe::Publisher<Ball> to_sleeper("cost-sleeper");
    quit_unless(to_polling.initialize(), "publisher");
    quit_unless(to_sleeper.initialize(), "publisher");
    Polling polling("cost-polling");
    Parking sleeper("cost-sleeper", {.spin = 0us});
    start(polling);
    start(sleeper);
    (void)sleeper.receive([](auto&) { return std::error_code(); }, 1ms);
    std::vector<double> poll, sleep, fence;
    std::atomic<int> word = 0;
    for (int i = 0; i != batches; ++i) {
      poll.push_back(cost_of([&] { to_polling.publish(Ball{}); }));
      sleep.push_back(cost_of([&] { to_sleeper.publish(Ball{}); }));
      fence.push_back(cost_of([&] {
        word.store(1, std::memory_order_release);
        std::atomic_thread_fence(std::memory_order_seq_cst);
      }));
    }
    result = {median(poll), median(sleep), median(fence)};
  }).wait();
  return result;
}

/// Milliseconds from a publisher's SIGKILL until a parked subscriber has been told.
double death_seen_after() {
  auto& ready = shared<std::atomic<bool>>();
  auto& result = shared<double>();
  Child(0, [&] {
    const pid_t publisher = ::fork();
    if (publisher == 0) {
      publish_subscribe::Publisher<Ball> out("death");
      quit_unless(out.initialize(), "publisher");
      while (out.num_subscribers() == 0) platform::sleep_for(1ms);
      out.publish(Ball{});
      for (;;) ::pause();
    }
    Parking in("death", {.spin = 0us, .report_publisher_gone = true});
    start(in);
    quit_unless(in.receive([](auto&) { return std::error_code(); }, 10s), "receive");
    std::int64_t killed = 0;
    const Child killer(1, [&] {
      while (!ready) platform::sleep_for(1ms);
      platform::sleep_for(20ms);  // the subscriber sleeps by now
      result = static_cast<double>(now_ns());
      ::kill(publisher, SIGKILL);
    });
    ready = true;
    (void)in.receive([](auto&) { return std::error_code(); }, 10s);
    killed = static_cast<std::int64_t>(result);
    result = static_cast<double>(now_ns() - killed) / 1e6;
    int status = 0;
    ::waitpid(publisher, &status, 0);
  }).wait();
  return result;
}

#ifdef CARRY_BENCH_ASIO
constexpr int many = 1000;

/// Medians over rounds.
struct Thousand {
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
    result_.sending_microseconds = median(microseconds);
  }
  /// What `prepare` starts is run on `context`.
  void receive(::asio::io_context& context, const std::function<void()>& prepare) {
    std::vector<double> microseconds;
    for (int i = 1; i <= count; ++i) {
      prepare();
      ready_ = i;
      context.run();
      context.restart();
      if (i != 1) microseconds.push_back(static_cast<double>(now_ns() - begin_) / 1e3);  // the first one meets every page for the first time
    }
    result_.microseconds = median(microseconds);
  }
  const Thousand& result() const { return result_; }

 private:
  static constexpr int count = 20;
  std::atomic<int> ready_ = 0;
  std::atomic<std::int64_t> begin_ = 0;
  Thousand result_;
};

/// A byte wakes a context, which then runs a thousand callbacks.
void raw_thousand(Rounds& rounds) {
  const Pipes pipes(0);
  const Child receiving(1, [&] {
    ::asio::io_context context(1);
    ::asio::posix::stream_descriptor in(context, pipes.there[0]);
    int called = 0;
    rounds.receive(context, [&] {
      in.async_wait(::asio::posix::stream_descriptor::wait_read, [&](std::error_code) {
        char byte = 0;
        (void)!::read(pipes.there[0], &byte, 1);
        for (int i = 0; i != many; ++i) ::asio::post(context, [&] { ++called; });
      });
    });
    if (called == 0) std::abort();
    (void)in.release();
  });
  Child(0, [&] { rounds.send([&] { (void)!::write(pipes.there[1], "x", 1); }); }).wait();
}

/// One message for each of a thousand subscribers on one context.
void carry_thousand(Rounds& rounds) {
  const Child receiving(1, [&] {
    ::asio::io_context context(1);
    std::vector<asio::Subscriber<Ball>> in;
    in.reserve(many);
    for (int i = 0; i != many; ++i) {
      quit_unless(in.emplace_back(context, "many-" + std::to_string(i)).subscribe(), "subscriber");
    }
    rounds.receive(context, [&] {
      for (auto& subscriber : in) subscriber.async_receive([](std::error_code error, const Sample<Ball>&) { quit_unless(error, "receive"); });
    });
  });
  Child(0, [&] {
    std::vector<publish_subscribe::Publisher<Ball>> out;
    out.reserve(many);
    for (int i = 0; i != many; ++i) quit_unless(out.emplace_back("many-" + std::to_string(i)).initialize(), "publisher");
    for (auto& publisher : out) {
      while (publisher.num_subscribers() == 0) platform::sleep_for(1ms);
    }
    rounds.send([&] {
      for (auto& publisher : out) publisher.publish(Ball{});
    });
  }).wait();
}

Thousand rounds_of(void (&play)(Rounds&)) {
  auto& rounds = shared<Rounds>();
  play(rounds);
  return rounds.result();
}
#endif

}  // namespace

void measure_costs(Report& report, const ParkedEffort& effort) {
  report.title("What sleepers cost");
  const PublishCosts publish = publish_costs(effort.runs * 20);
  report.value("publish(), the subscriber polls", publish.polling, "ns");
  report.value("publish(), the subscriber has slept, now not", publish.known_sleeper, "ns");
  report.value("a store and a fence", publish.fence, "ns");
#ifdef CARRY_BENCH_ASIO
  std::vector<double> raw, carry, publishing;
  for (int i = 0; i != effort.runs; ++i) {
    raw.push_back(rounds_of(raw_thousand).microseconds);
    const Thousand thousand = rounds_of(carry_thousand);
    carry.push_back(thousand.microseconds);
    publishing.push_back(thousand.sending_microseconds);
  }
  report.value("Asio: a wake-up, 1000 posted callbacks", median(raw), "us");
  report.value("publishing to 1000 topics, being read", median(publishing), "us");
  report.value("carry::asio: 1000 subscribers, a message each", median(carry), "us", std::to_string(median(carry) / median(raw)).substr(0, 4) + " x");
#endif
  std::vector<double> deaths;
  for (int i = 0; i != effort.runs * 4; ++i) deaths.push_back(death_seen_after());
  const Percentiles seen = percentiles(deaths);
  report.value("a killed publisher is reported after", seen.p50, "ms", "at most " + std::to_string(seen.max).substr(0, 5) + " ms");
}

}  // namespace carry::bench
