// Rows P6 and P7 of the bars: messages per second.

#include "busy_poll/busy_poll.h"

#include <atomic>
#include <string>
#include <vector>

namespace carry::bench {

namespace {

/// Messages per second through a bare ring.
double spsc_stream(std::uint64_t count) {
  auto& ring = shared<SpscRing>();
  const std::int64_t begin = now_ns();
  {
    const Child consumer(1, [&] {
      Message64 message;
      while (message.words[0] != last_message) {
        while (!ring.pop(message)) platform::relax();
      }
    });
    const Child producer(0, [&] {
      Message64 message;
      for (std::uint64_t i = 1; i <= count; ++i) {
        message.words[0] = i == count ? last_message : i;
        while (!ring.push(message)) platform::relax();
      }
    });
  }
  return static_cast<double>(count) / static_cast<double>(now_ns() - begin) * 1e3;
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
      // With more processes than cores, whoever gets a core should find work for his time slice.
      Publisher<Streamed> out("bench-stream", {.capacity = readers > 1 ? std::size_t{16384} : 1024, .overflow = Overflow::block});
      quit_unless(out.initialize(), "publisher");
      while (progress.ready.load() != readers || out.num_subscribers() != readers) platform::sleep_for(1ms);
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

}  // namespace

void measure_streams(Report& report, const Effort& effort) {
  report.title("Streaming, 64 bytes a message, nothing lost (Overflow::block)");
  std::vector<double> bare, one, four;
  for (int i = 0; i != effort.runs; ++i) {
    bare.push_back(spsc_stream(effort.stream_messages));
    one.push_back(carry_stream(1, effort.stream_messages));
    four.push_back(carry_stream(4, effort.stream_messages / 4));
  }
  report.value("bare SPSC ring, 1 -> 1", median(bare), "M/s");
  report.value("carry, 1 -> 1", median(one), "M/s", std::to_string(median(one) / median(bare)).substr(0, 4) + " x bare ring");
  report.value("carry, 1 -> 4, deliveries", median(four), "M/s");
}

}  // namespace carry::bench
