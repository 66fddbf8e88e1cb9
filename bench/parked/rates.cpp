// Row W5 of the bars: what looking for a while before parking does to latency and CPU, at several rates.

#include "parked/parked.h"

#include <carry/event/bell_observer.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <string>

#include <sys/resource.h>

namespace carry::bench {

namespace {

struct Cost {
  double latency_p50 = 0, latency_p99 = 0, cpu_percent = 0;
};

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

template <class Observer>
Cost receive_at(int rate, int seconds, std::chrono::microseconds spin) {
  auto& cost = shared<Cost>();
  auto& ready = shared<std::atomic<bool>>();
  Child receiving(1, [&] {
    publish_subscribe::Subscriber<Ball, Observer> in("rate", {.spin = spin});
    quit_unless(in.initialize(), "subscriber");
    quit_unless(in.subscribe(), "subscriber");
    ready = true;
    std::vector<double> latencies;
    const double cpu_before = cpu_seconds();
    const std::int64_t begin = now_ns();
    bool more = true;
    while (more) {
      quit_unless(in.receive(
                      [&](auto& data) {
                        const auto ball = data.acquire();
                        latencies.push_back(static_cast<double>(now_ns() - ball->sent));
                        more = ball->number != last_ball;
                        return std::error_code();
                      },
                      0ms),
                  "receive");
    }
    const double elapsed = static_cast<double>(now_ns() - begin) / 1e9;
    const Percentiles found = percentiles(latencies);
    cost = {found.p50, found.p99, 100 * (cpu_seconds() - cpu_before) / elapsed};
  });
  {
    const Child sending(0, [&] {
      publish_subscribe::Publisher<Ball> out("rate", {.capacity = 4096});
      quit_unless(out.initialize(), "publisher");
      while (!ready) platform::sleep_for(1ms);
      const std::int64_t distance = 1'000'000'000 / rate;
      const std::int64_t begin = now_ns();
      const int count = rate * seconds;
      for (int i = 1; i <= count; ++i) {
        const std::int64_t due = begin + i * distance;
        if (distance > 1'000'000) platform::sleep_for(std::chrono::nanoseconds(due - now_ns() - 200'000));
        while (now_ns() < due) platform::relax();
        out.publish(Ball{.number = i == count ? last_ball : static_cast<std::uint64_t>(i), .sent = now_ns()});
      }
    });
  }
  receiving.wait();
  return cost;
}

}  // namespace

void measure_rates(Report& report, const ParkedEffort& effort) {
  report.title("Receiving at a rate: one way in microseconds, and CPU of the receiver");
  for (const int rate : {10, 1'000, 100'000}) {
    const auto row = [&](const std::string& how, const Cost& cost) {
      char text[100];
      std::snprintf(text, sizeof text, "p99 %.1f us, CPU %.2f %%", cost.latency_p99 / 1000, cost.cpu_percent);
      report.value(std::to_string(rate) + "/s, " + how, cost.latency_p50 / 1000, "us", text);
    };
    row("polling", receive_at<event::ShmAtomicObserver>(rate, effort.seconds_per_rate, 0us));
    row("parking at once", receive_at<event::BellObserver>(rate, effort.seconds_per_rate, 0us));
    row("up to 20 us of looking first", receive_at<event::BellObserver>(rate, effort.seconds_per_rate, 20us));
  }
}

}  // namespace carry::bench
