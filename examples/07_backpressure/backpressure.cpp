// Backpressure in one thread: a producer that is quicker than its consumer waits, suspended, until there is room; nothing is lost and nothing spins.

#include <carry/async/event_loop.h>
#include <carry/async/publisher.h>
#include <carry/async/subscriber.h>
#include <carry/async/wait.h>

#include <cstdio>

using namespace std::chrono_literals;

struct Work {
  int number = 0;
};

carry::async::task<> produce(carry::async::Publisher<Work>& out) {
  for (int i = 1; i <= 50; ++i) {
    if (const std::error_code error = co_await out.async_publish(Work{i})) {
      std::printf("cannot publish: %s\n", error.message().c_str());
      co_return;
    }
  }
  std::printf("all produced\n");
}

carry::async::task<> consume(carry::async::Subscriber<Work>& in, int& consumed) {
  while (consumed != 50) {
    const auto work = co_await in.receive();
    if (!work) co_return;
    consumed = (*work)->number;
    (void)co_await carry::async::sleep_for(1ms);  // takes its time
  }
  std::printf("all consumed, %llu missed\n", static_cast<unsigned long long>(in.missed()));
}

int main() {
  auto loop = carry::async::event_loop::make();
  carry::async::Subscriber<Work> in("work");
  carry::async::Publisher<Work> out("work", {.capacity = 4, .overflow = carry::Overflow::block});
  if (!loop || in.initialize() || in.subscribe() || out.initialize()) return 1;
  int consumed = 0;
  loop->spawn(consume(in, consumed));
  loop->spawn(produce(out));
  if (const auto error = loop->run()) std::printf("%s\n", error.message().c_str());
  return consumed == 50 ? 0 : 1;
}
