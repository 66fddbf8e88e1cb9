// Rows W4 and W8 of the bars: what sleepers cost a publisher, and how soon a death is seen.

#include "parked/parked.h"

#include <carry/event/bell_observer.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <atomic>
#include <string>
#include <vector>

#include <signal.h>
#include <unistd.h>

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

}  // namespace

void measure_costs(Report& report, const ParkedEffort& effort) {
  report.title("What sleepers cost");
  const PublishCosts publish = publish_costs(effort.runs * 20);
  report.value("publish(), the subscriber polls", publish.polling, "ns");
  report.value("publish(), the subscriber has slept, now not", publish.known_sleeper, "ns");
  report.value("a store and a fence", publish.fence, "ns");
  std::vector<double> deaths;
  for (int i = 0; i != effort.runs * 4; ++i) deaths.push_back(death_seen_after());
  const Percentiles seen = percentiles(deaths);
  report.value("a killed publisher is reported after", seen.p50, "ms", "at most " + std::to_string(seen.max).substr(0, 5) + " ms");
}

}  // namespace carry::bench
