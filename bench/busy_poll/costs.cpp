// Rows P4, P5, P8, P9 and P10 of the bars: what single operations cost.

#include "busy_poll/busy_poll.h"

#include <carry/domain/participant.h>

#include <atomic>
#include <string>
#include <utility>
#include <vector>

namespace carry::bench {

namespace {

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
      Publisher<Streamed> out("bench-join");
      quit_unless(out.initialize(), "publisher");
      ++state.ready;
      while (!state.done) platform::sleep_for(1ms);
    });
  }
  while (state.ready != 10) platform::sleep_for(1ms);
  for (int i = 0; i != 20; ++i) {
    const Child joiner(0, [&, i] {
      const std::int64_t begin = now_ns();
      Subscriber<Streamed> in("bench-join");
      quit_unless(in.initialize(), "subscriber");
      quit_unless(in.subscribe(), "subscriber");
      state.microseconds[i] = static_cast<double>(now_ns() - begin) / 1e3;
      auto participant = domain::Participant::current();
      const auto& header = *reinterpret_cast<const domain::SegmentHeader*>((*participant)->base());
      state.committed = static_cast<double>(header.heap_committed.load() + domain::ports_offset + 4096);
    });
  }
  state.done = true;
  return {median({state.microseconds, state.microseconds + 20}), state.committed};
}

}  // namespace

void measure_costs(Report& report, const Effort& effort) {
  report.title("publish(), 56 bytes, nobody contending");
  const int batches = effort.runs * 40;
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

}  // namespace carry::bench
