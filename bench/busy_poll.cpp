// Latency and throughput between two pinned processes that poll, beside the limits of the machine in the same run.
//
//   bench_busy_poll [--quick] [--json FILE]
//
// One way = half a round trip, one clock. A run of carry counts only if the bare ping-pong before and after it agree within 25 %.

#include "support/measure.h"
#include "support/raw.h"

#include <carry/carry.h>
#include <carry/container/vector.h>
#include <carry/platform/thread.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <cmath>
#include <cstring>

using namespace carry::bench;
using carry::publish_subscribe::Publisher;
using carry::publish_subscribe::Subscriber;

namespace {

struct Plain {
  std::array<std::uint64_t, 6> words{};
};
struct Filled {
  std::uint64_t number = 0;
  carry::vector<char> data;
};
struct Streamed {
  std::array<std::uint64_t, 7> words{};
};

int round_trips = 200'000;
int runs = 5;
std::uint64_t stream_messages = 10'000'000;
constexpr int warm_up = 10'000;
constexpr std::int64_t longest_run_ns = 4'000'000'000;
constexpr std::uint64_t last_message = ~std::uint64_t{0};

template <class T>
void quit_unless(std::error_code error, T what) {
  if (!error) return;
  std::fprintf(stderr, "%s: %s\n", what, error.message().c_str());
  std::_Exit(1);
}

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

Percentiles raw_ping_pong() {
  auto& words = shared<PingPong>();
  const Child child(1, [&] {
    for (std::uint64_t seen = 0; seen != last_message;) {
      const std::uint64_t ping = words.ping.load(std::memory_order_acquire);
      if (ping == seen) carry::platform::relax();
      else words.pong.store(seen = ping, std::memory_order_release);
    }
  });
  return time_trips(round_trips / 4, [&](std::uint64_t number) {
    words.ping.store(number, std::memory_order_release);
    while (words.pong.load(std::memory_order_acquire) != number) carry::platform::relax();
  });
}

Percentiles spsc_ping_pong() {
  struct Pair {
    SpscRing there, back;
  };
  auto& rings = shared<Pair>();
  const Child child(1, [&] {
    Message64 message;
    while (message.words[0] != last_message) {
      while (!rings.there.pop(message)) carry::platform::relax();
      rings.back.push(message);
    }
  });
  Message64 message;
  return time_trips(round_trips / 4, [&](std::uint64_t number) {
    message.words[0] = number;
    rings.there.push(message);
    while (!rings.back.pop(message)) carry::platform::relax();
  });
}

template <class T>
carry::Sample<T> wait_for(Subscriber<T>& subscriber) {
  for (;;) {
    if (auto sample = subscriber.try_receive()) return sample;
    carry::platform::relax();
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
      while (out.num_subscribers() == 0) carry::platform::sleep_for(1ms);
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

/// Messages per second through a bare ring.
double spsc_stream() {
  auto& ring = shared<SpscRing>();
  const std::int64_t begin = now_ns();
  {
    const Child consumer(1, [&] {
      Message64 message;
      while (message.words[0] != last_message) {
        while (!ring.pop(message)) carry::platform::relax();
      }
    });
    const Child producer(0, [&] {
      Message64 message;
      for (std::uint64_t i = 1; i <= stream_messages; ++i) {
        message.words[0] = i == stream_messages ? last_message : i;
        while (!ring.push(message)) carry::platform::relax();
      }
    });
  }
  return static_cast<double>(stream_messages) / static_cast<double>(now_ns() - begin) * 1e3;
}

/// Deliveries in millions per second, 64-byte slots, to `readers` processes. Every message is checked to arrive once, in order.
double carry_stream(std::size_t readers, std::uint64_t count) {
  struct Progress {
    std::atomic<std::uint64_t> ready = 0;
    std::atomic<std::int64_t> begin = 0;
    std::atomic<std::uint64_t> errors = 0;
  };
  auto& progress = shared<Progress>();
  std::int64_t end = 0;
  {
    const Child producer(0, [&] {
      Publisher<Streamed> out("bench-stream", {.capacity = 1024, .overflow = carry::Overflow::block});
      quit_unless(out.initialize(), "publisher");
      while (progress.ready.load() != readers || out.num_subscribers() != readers) carry::platform::sleep_for(1ms);
      progress.begin = now_ns();
      Streamed message;
      for (std::uint64_t i = 1; i <= count; ++i) {
        message.words[0] = i;
        out.publish(message);
      }
    });
    std::vector<Child> consumers;
    for (std::size_t r = 0; r != readers; ++r) {
      consumers.emplace_back(static_cast<int>(1 + r), [&] {
        Subscriber<Streamed> in("bench-stream", {.spins_before_yield = readers > 1 ? std::uint64_t{100} : 0});
        quit_unless(in.initialize(), "subscriber");
        quit_unless(in.subscribe(), "subscriber");
        bool counted = false;
        std::uint64_t expected = 1;
        while (expected <= count) {
          if (!counted && in.num_publishers() != 0) counted = ++progress.ready != 0;
          const auto error = in.receive(
              [&](Subscriber<Streamed>::data_access_type& data) {
                if (data.acquire()->words[0] != expected++) ++progress.errors;
                return std::error_code();
              },
              counted ? 10s : 1ms);
          if (counted && error) ++progress.errors, expected = count + 1;
        }
      });
    }
  }
  end = now_ns();
  if (progress.errors != 0)
    std::printf("  %llu errors in the stream: the figure does not count\n", static_cast<unsigned long long>(progress.errors.load()));
  return static_cast<double>(count * readers) / static_cast<double>(end - progress.begin) * 1e3;
}

/// Nanoseconds per publish() with that many subscribers connected, in one process and one thread.
double publish_cost(std::size_t readers, int batches) {
  auto& result = shared<double>();
  {
    const Child child(0, [&] {
      const std::string topic = "bench-cost-" + std::to_string(readers);
      Publisher<Streamed> out(topic, {.capacity = 256});
      quit_unless(out.initialize(), "publisher");
      std::vector<Subscriber<Streamed>> in;
      for (std::size_t i = 0; i != readers; ++i) {
        in.emplace_back(topic);
        quit_unless(in.back().initialize(), "subscriber");
        quit_unless(in.back().subscribe(), "subscriber");
      }
      std::vector<double> costs;
      Streamed message;
      for (int b = 0; b != batches; ++b) {
        const std::int64_t begin = now_ns();
        for (int i = 0; i != 10'000; ++i) {
          message.words[0] = static_cast<std::uint64_t>(i);
          out.publish(message);
        }
        costs.push_back(static_cast<double>(now_ns() - begin) / 10'000);
      }
      result = median(costs);
    });
  }
  return result;
}

double empty_receive_cost() {
  auto& result = shared<double>();
  {
    const Child child(0, [&] {
      Publisher<Streamed> out("bench-empty");
      Subscriber<Streamed> in("bench-empty");
      quit_unless(out.initialize(), "publisher");
      quit_unless(in.initialize(), "subscriber");
      quit_unless(in.subscribe(), "subscriber");
      std::vector<double> costs;
      for (int b = 0; b != 200; ++b) {
        const std::int64_t begin = now_ns();
        for (int i = 0; i != 10'000; ++i) {
          if (in.try_receive()) std::abort();
        }
        costs.push_back(static_cast<double>(now_ns() - begin) / 10'000);
      }
      result = median(costs);
    });
  }
  return result;
}

/// Microseconds of initialize() + subscribe() in a new process, with ten participants there, and the bytes it then has committed.
std::pair<double, double> join_cost() {
  struct State {
    std::atomic<int> ready = 0;
    std::atomic<bool> done = false;
    double microseconds[20];
    double committed = 0;
  };
  auto& state = shared<State>();
  std::vector<Child> others;
  for (int i = 0; i != 10; ++i) {
    others.emplace_back(1, [&] {
      Publisher<Plain> out("bench-join");
      quit_unless(out.initialize(), "publisher");
      ++state.ready;
      while (!state.done) carry::platform::sleep_for(1ms);
    });
  }
  while (state.ready != 10) carry::platform::sleep_for(1ms);
  for (int i = 0; i != 20; ++i) {
    const Child joiner(0, [&, i] {
      const std::int64_t begin = now_ns();
      Subscriber<Plain> in("bench-join");
      quit_unless(in.initialize(), "subscriber");
      quit_unless(in.subscribe(), "subscriber");
      state.microseconds[i] = static_cast<double>(now_ns() - begin) / 1e3;
      auto participant = carry::domain::Participant::current();
      const auto& header = *reinterpret_cast<const carry::domain::SegmentHeader*>((*participant)->base());
      state.committed = static_cast<double>(header.heap_committed.load() + carry::domain::ports_offset + 4096);
    });
  }
  state.done = true;
  return {median({state.microseconds, state.microseconds + 20}), state.committed};
}

/// Runs `measure` between two bare ping-pongs until they agree.
template <class Measure>
Summary between_probes(Measure&& measure, std::vector<Percentiles>& probes) {
  std::vector<Percentiles> accepted;
  for (int attempt = 0; attempt != 4 * runs && static_cast<int>(accepted.size()) != runs; ++attempt) {
    const Percentiles before = raw_ping_pong();
    const Percentiles result = measure();
    const Percentiles after = raw_ping_pong();
    if (std::abs(before.p50 - after.p50) > 0.25 * std::min(before.p50, after.p50) && attempt < 3 * runs) continue;
    probes.push_back(before);
    probes.push_back(after);
    accepted.push_back(result);
  }
  return summarize(accepted);
}

void measure_latency(Report& report) {
  report.title("Latency, one way, two pinned processes that poll");
  std::vector<Percentiles> probes;
  const Summary spsc = between_probes([] { return spsc_ping_pong(); }, probes);
  const auto plain_run = [] {
    return carry_ping_pong<Plain>("bench-48", round_trips, [](std::uint64_t n) { return Plain{{n}}; }, [](const Plain& m) { return m.words[5]; });
  };
  const Summary plain = between_probes(plain_run, probes);
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
  const Summary kib = between_probes(filled(1024, round_trips / 2), probes);
  const Summary mib = between_probes(filled(1024 * 1024, round_trips / 40), probes);
  const Summary raw = summarize(probes);
  const double reference = raw.median.p50;
  report.latency("bare cache line ping-pong (raw)", raw, reference);
  report.latency("bare SPSC ring, 64 bytes", spsc, reference);
  report.latency("carry, 48 bytes", plain, reference);
  report.latency("carry, vector of 1 KiB, to data[0]", kib, reference);
  report.latency("carry, vector of 1 MiB, to data[0]", mib, reference);
}

void measure_costs(Report& report) {
  report.title("publish(), 56 bytes, nobody contending");
  const int batches = runs * 40;
  const double one = publish_cost(1, batches);
  report.value("publish, 1 reader connected", one, "ns");
  for (const std::size_t readers : {std::size_t{4}, std::size_t{64}, std::size_t{1000}}) {
    const double cost = publish_cost(readers, batches);
    report.value("publish, " + std::to_string(readers) + " readers connected", cost, "ns", std::to_string(cost / one).substr(0, 4) + " x one reader");
  }
  report.value("try_receive, nothing there", empty_receive_cost(), "ns");
  const auto [microseconds, committed] = join_cost();
  report.value("join: initialize + subscribe, 10 others", microseconds, "us");
  report.value("memory committed by a subscriber", committed / 1024, "KiB");
}

void measure_streams(Report& report) {
  report.title("Streaming, 64 bytes a message, nothing lost (Overflow::block)");
  std::vector<double> bare, one, four;
  for (int i = 0; i != runs; ++i) {
    bare.push_back(spsc_stream());
    one.push_back(carry_stream(1, stream_messages));
    four.push_back(carry_stream(4, stream_messages / 4));
  }
  report.value("bare SPSC ring, 1 -> 1", median(bare), "M/s");
  report.value("carry, 1 -> 1", median(one), "M/s", std::to_string(median(one) / median(bare)).substr(0, 4) + " x bare ring");
  report.value("carry, 1 -> 4, deliveries", median(four), "M/s");
}

}  // namespace

int main(int argc, char** argv) {
  std::string json;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--quick") == 0) {
      round_trips = 100'000;
      runs = 3;
      stream_messages = 3'000'000;
    } else if (std::strcmp(argv[i], "--json") == 0 && i + 1 < argc) {
      json = argv[++i];
    } else {
      std::printf("usage: %s [--quick] [--json FILE]\n", argv[0]);
      return 2;
    }
  }
  spdlog::set_level(spdlog::level::warn);
  pin_to(0);
  Report report;
  measure_latency(report);
  measure_costs(report);
  measure_streams(report);
  if (!json.empty()) report.write_json(json);
}
