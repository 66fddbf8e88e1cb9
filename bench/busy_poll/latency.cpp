// Rows P1, P2 and P3 of the bars: one way = half a round trip, one clock.

#include "busy_poll/busy_poll.h"

#include <carry/container/vector.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace carry::bench {

namespace {

struct Plain {
  std::array<std::uint64_t, 6> words{};
};
struct Filled {
  std::uint64_t number = 0;
  vector<char> data;
};
constexpr int warm_up = 10'000;
constexpr std::int64_t longest_run_ns = 4'000'000'000;

/// Times `trip(number)` until there are enough round trips or the time is up, on a machine that others use too. The last number is last_message.
template <class Trip>
Percentiles time_trips(int count, Trip&& trip) {
  std::vector<double> one_way;
  one_way.reserve(static_cast<std::size_t>(count));
  const std::int64_t end_of_time = now_ns() + longest_run_ns;
  for (int i = 1; i <= warm_up + count; ++i) {
    const std::int64_t begin = now_ns();
    trip(static_cast<std::uint64_t>(i));
    const std::int64_t end = now_ns();
    if (i > warm_up) one_way.push_back(static_cast<double>(end - begin) / 2);
    if (end > end_of_time && !one_way.empty()) break;
  }
  trip(last_message);
  return percentiles(one_way);
}

Percentiles raw_ping_pong(int round_trips) {
  auto& words = shared<PingPong>();
  const Child child(1, [&] {
    for (std::uint64_t seen = 0; seen != last_message;) {
      const std::uint64_t ping = words.ping.load(std::memory_order_acquire);
      if (ping == seen) platform::relax();
      else words.pong.store(seen = ping, std::memory_order_release);
    }
  });
  return time_trips(round_trips, [&](std::uint64_t number) {
    words.ping.store(number, std::memory_order_release);
    while (words.pong.load(std::memory_order_acquire) != number) platform::relax();
  });
}

Percentiles spsc_ping_pong(int round_trips) {
  struct Pair {
    SpscRing there, back;
  };
  auto& rings = shared<Pair>();
  const Child child(1, [&] {
    Message64 message;
    while (message.words[0] != last_message) {
      while (!rings.there.pop(message)) platform::relax();
      rings.back.push(message);
    }
  });
  Message64 message;
  return time_trips(round_trips, [&](std::uint64_t number) {
    message.words[0] = number;
    rings.there.push(message);
    while (!rings.back.pop(message)) platform::relax();
  });
}

template <class T>
Sample<T> wait_for(Subscriber<T>& subscriber) {
  for (;;) {
    if (auto sample = subscriber.try_receive()) return sample;
    platform::relax();
  }
}

std::uint64_t number_of(const Plain& message) { return message.words[0]; }
std::uint64_t number_of(const Filled& message) { return message.number; }

/// Ping-pong through carry. `prepare` builds a message before the clock starts, `touch` reads it; the reply is a small message. In children, so that
/// every run has a fresh pair of participants.
template <class T, class Prepare, class Touch>
Percentiles carry_ping_pong(const std::string& topic, int count, Prepare prepare, Touch touch) {
  auto& result = shared<Percentiles>();
  const Child echo(1, [&] {
    Subscriber<T> in(topic + "-there");
    Publisher<Plain> out(topic + "-back");
    quit_unless(in.initialize(), "subscriber");
    quit_unless(in.subscribe(), "subscriber");
    quit_unless(out.initialize(), "publisher");
    Plain reply;
    do {
      const auto sample = wait_for(in);
      reply.words[1] = touch(*sample);
      reply.words[0] = number_of(*sample);
      out.publish(reply);
    } while (reply.words[0] != last_message);
  });
  {
    const Child caller(0, [&] {
      Subscriber<Plain> in(topic + "-back");
      Publisher<T> out(topic + "-there");
      quit_unless(in.initialize(), "subscriber");
      quit_unless(in.subscribe(), "subscriber");
      quit_unless(out.initialize(), "publisher");
      while (out.num_subscribers() == 0) platform::sleep_for(1ms);
      std::vector<double> one_way;
      const std::int64_t end_of_time = now_ns() + longest_run_ns;
      std::uint64_t number = 0;
      do {
        ++number;
        const bool enough = static_cast<int>(one_way.size()) == count || (now_ns() > end_of_time && !one_way.empty());
        T message = prepare(enough ? last_message : number);
        const std::int64_t begin = now_ns();
        out.publish(std::move(message));
        const std::uint64_t answer = wait_for(in)->words[0];
        const std::int64_t end = now_ns();
        if (number > static_cast<std::uint64_t>(warm_up)) one_way.push_back(static_cast<double>(end - begin) / 2);
        if (answer == last_message) break;
      } while (true);
      result = percentiles(one_way);
    });
  }
  return result;
}

/// Measures between two bare ping-pongs until there are enough runs in which the two agree: others use the machine too, and how far its cores
/// are from each other changes by the minute. Gives up after four times as many, and takes what there is.
Summary between_probes(const Effort& effort, const std::function<Percentiles()>& measure) {
  std::vector<Run> agreed, others;
  while (std::ssize(agreed) != effort.runs && std::ssize(agreed) + std::ssize(others) != 4 * effort.runs) {
    const Percentiles before = raw_ping_pong(effort.round_trips / 4);
    const Percentiles measured = measure();
    const Percentiles after = raw_ping_pong(effort.round_trips / 4);
    const bool agree = std::abs(before.p50 - after.p50) <= 0.25 * std::min(before.p50, after.p50);
    const Percentiles raw{.p50 = (before.p50 + after.p50) / 2,
                          .p90 = (before.p90 + after.p90) / 2,
                          .p99 = (before.p99 + after.p99) / 2,
                          .p999 = (before.p999 + after.p999) / 2,
                          .max = std::max(before.max, after.max)};
    (agree ? agreed : others).push_back({measured, raw});
  }
  return summarize(agreed.empty() ? others : agreed);
}

}  // namespace

void measure_latency(Report& report, const Effort& effort) {
  report.title("Latency, one way, two pinned processes that poll; raw: a bare cache line, handed to and fro before and after each run");
  report.latency_head();
  const auto measure = [&](const char* name, const std::function<Percentiles()>& run) { report.latency(name, between_probes(effort, run)); };
  measure("raw", [&] { return raw_ping_pong(effort.round_trips / 4); });
  measure("bare SPSC ring, 64 bytes", [&] { return spsc_ping_pong(effort.round_trips / 4); });
  measure("carry, 48 bytes", [&] {
    return carry_ping_pong<Plain>(
        "bench-48", effort.round_trips, [](std::uint64_t n) { return Plain{{n}}; }, [](const Plain& m) { return m.words[5]; });
  });
  const auto filled = [](std::size_t bytes, int count) {
    return [bytes, count] {
      const auto prepare = [bytes](std::uint64_t n) {
        Filled message;
        message.number = n;
        message.data.resize(bytes, static_cast<char>(n));
        return message;
      };
      return carry_ping_pong<Filled>("bench-" + std::to_string(bytes), count, prepare,
                                     [](const Filled& m) { return static_cast<std::uint64_t>(m.data[0]); });
    };
  };
  measure("carry, vector of 1 KiB, to data[0]", filled(1024, effort.round_trips / 2));
  measure("carry, vector of 1 MiB, to data[0]", filled(1024 * 1024, effort.round_trips / 40));
}

}  // namespace carry::bench
