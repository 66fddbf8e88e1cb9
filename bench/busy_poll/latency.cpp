// Rows P1, P2 and P3 of the bars: one way = half a round trip, one clock.

#include "busy_poll/busy_poll.h"

#include <carry/container/vector.h>

#include <algorithm>
#include <cmath>
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

/// Runs `measure` between two bare ping-pongs until they agree.
template <class Measure>
Summary between_probes(const Effort& effort, Measure&& measure, std::vector<Percentiles>& probes) {
  std::vector<Percentiles> accepted;
  for (int attempt = 0; attempt != 4 * effort.runs && static_cast<int>(accepted.size()) != effort.runs; ++attempt) {
    const Percentiles before = raw_ping_pong(effort.round_trips / 4);
    const Percentiles result = measure();
    const Percentiles after = raw_ping_pong(effort.round_trips / 4);
    if (std::abs(before.p50 - after.p50) > 0.25 * std::min(before.p50, after.p50) && attempt < 3 * effort.runs) continue;
    probes.push_back(before);
    probes.push_back(after);
    accepted.push_back(result);
  }
  return summarize(accepted);
}

}  // namespace

void measure_latency(Report& report, const Effort& effort) {
  report.title("Latency, one way, two pinned processes that poll");
  std::vector<Percentiles> probes;
  const Summary spsc = between_probes(effort, [&] { return spsc_ping_pong(effort.round_trips / 4); }, probes);
  const auto plain_run = [&] {
    return carry_ping_pong<Plain>(
        "bench-48", effort.round_trips, [](std::uint64_t n) { return Plain{{n}}; }, [](const Plain& m) { return m.words[5]; });
  };
  const Summary plain = between_probes(effort, plain_run, probes);
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
  const Summary kib = between_probes(effort, filled(1024, effort.round_trips / 2), probes);
  const Summary mib = between_probes(effort, filled(1024 * 1024, effort.round_trips / 40), probes);
  const Summary raw = summarize(probes);
  const double reference = raw.median.p50;
  report.latency("bare cache line ping-pong (raw)", raw, reference);
  report.latency("bare SPSC ring, 64 bytes", spsc, reference);
  report.latency("carry, 48 bytes", plain, reference);
  report.latency("carry, vector of 1 KiB, to data[0]", kib, reference);
  report.latency("carry, vector of 1 MiB, to data[0]", mib, reference);
}

}  // namespace carry::bench
