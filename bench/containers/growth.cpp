// H8: a publisher streams messages with data while the dynamic buffer grows: how long the publish takes in which it grows, and how long all others do.

#include "containers/contest.h"

#include <carry/container/vector.h>
#include <carry/memory/dynamic_buffer.h>
#include <carry/publish_subscribe/publisher.h>

#include <utility>

namespace carry::bench {

namespace {

struct Block {
  vector<char> bytes;
};

struct Growth {
  std::vector<double> in_what_there_is, with_growth;
  int errors = 0;
};

/// Publishes 64 MiB in messages of 16 KiB, which the ring keeps.
Growth stream(const char* topic) {
  constexpr std::size_t count = 4096;
  publish_subscribe::Publisher<Block> publisher(topic, {.capacity = count});
  Growth growth;
  if (publisher.initialize()) return ++growth.errors, growth;
  std::uint64_t committed = dynamic_buffer_statistics().committed_bytes;
  for (std::size_t i = 0; i != count; ++i) {
    const std::int64_t start = now_ns();
    const auto error = publisher.publish(Block{vector<char>(16'000, 'x')});
    const auto passed = static_cast<double>(now_ns() - start);
    growth.errors += error ? 1 : 0;
    const bool grew = std::exchange(committed, dynamic_buffer_statistics().committed_bytes) != committed;
    (grew ? growth.with_growth : growth.in_what_there_is).push_back(passed);
  }
  return growth;
}

void print(Report& report, const std::string& what, std::vector<double>& values) {
  if (values.empty()) return report.value(what + ": times", 0, "");
  const Percentiles all = percentiles(values);
  char text[120];
  std::snprintf(text, sizeof text, "  p99 %.1f us, worst %.1f us, %zu times", all.p99 / 1000, all.max / 1000, values.size());
  report.value(what, all.p50 / 1000, "us", text);
}

}  // namespace

void measure_growth(Report& report, const ContestEffort&) {
  report.title("H8: messages of 16 KB are published, 64 MB in all");
  Growth growing = stream("growing");
  print(report, "in memory that is there", growing.in_what_there_is);
  print(report, "when the buffer grows", growing.with_growth);
  if (!initialize_dynamic_buffer({.initial_bytes = dynamic_buffer_statistics().committed_bytes + (std::size_t{100} << 20)})) return;
  Growth ahead = stream("committed ahead");
  print(report, "committed ahead", ahead.in_what_there_is);
  print(report, "committed ahead, when the buffer grows", ahead.with_growth);
  report.value("errors", growing.errors + ahead.errors, "");
}

}  // namespace carry::bench
