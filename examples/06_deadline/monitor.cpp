// Deadline monitoring: a thread waits for two topics of different types and for times, and is told when a sensor that should speak every 20 ms is late.

#include <carry/carry.h>
#include <carry/container/string.h>
#include <carry/event/multiplexer.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <cstdio>
#include <thread>

using carry::publish_subscribe::Publisher;
using carry::publish_subscribe::Subscriber;

struct Reading {
  double value = 0;
};
struct Command {
  carry::string text;
};

/// Speaks every 5 ms, falls silent for 60 ms, speaks again, and asks to stop.
void be_sensor(std::stop_source failed) {
  Publisher<Reading> readings("readings");
  Publisher<Command> commands("commands");
  if (readings.initialize() || commands.initialize()) {
    failed.request_stop();
    return;
  }
  for (int i = 0; i != 20; ++i) {
    readings.publish(Reading{i * 0.5});
    std::this_thread::sleep_for(i == 9 ? 60ms : 5ms);
  }
  Command stop;
  stop.text = "stop";
  commands.publish(std::move(stop));
}

int main() {
  Subscriber<Reading> readings("readings");
  Subscriber<Command> commands("commands");
  if (readings.initialize() || readings.subscribe() || commands.initialize() || commands.subscribe()) return 1;
  std::stop_source done;
  std::thread sensor(be_sensor, done);

  int received = 0;
  int late = 0;
  carry::event::Multiplexer multiplexer;
  multiplexer.add(
      readings,
      [&](auto&) {
        ++received;
        return std::error_code();
      },
      20ms,
      [&] {
        ++late;
        std::printf("no reading for 20 ms\n");
        return std::error_code();
      });
  multiplexer.add(commands, [&](auto& data) {
    if (data.acquire()->text == "stop") done.request_stop();
    return std::error_code();
  });
  multiplexer.every(50ms, [&] {
    std::printf("%d readings so far\n", received);
    return std::error_code();
  });
  const auto error = multiplexer.run(done.get_token());
  sensor.join();
  if (error) std::fprintf(stderr, "%s\n", error.message().c_str());
  std::printf("%d readings, late %d times\n", received, late);
  return error || received == 0 || late == 0 ? 1 : 0;
}
