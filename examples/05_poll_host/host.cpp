// A program that has a poll() loop already hosts carry's tasks in it: one more descriptor. Here the loop waits for a pipe as well.

#include <carry/async/event_loop.h>
#include <carry/async/subscriber.h>
#include <carry/async/wait.h>
#include <carry/publish_subscribe/publisher.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <thread>

#include <poll.h>
#include <unistd.h>

using namespace std::chrono_literals;

struct Tick {
  int number = 0;
};

carry::async::task<> print_ticks(carry::async::Subscriber<Tick>& ticks) {
  for (int i = 0; i != 5; ++i) {
    const auto tick = co_await ticks.receive();
    if (!tick) co_return;
    std::printf("tick %d\n", (*tick)->number);
  }
  const auto none = co_await carry::async::with_timeout(ticks.receive(), 10ms);
  std::printf("and now nothing for 10 ms: %s\n", none ? "not so" : none.error().message().c_str());
}

int main() {
  auto loop = carry::async::event_loop::make();
  if (!loop) {
    std::fprintf(stderr, "%s\n", loop.error().message().c_str());
    return 1;
  }
  carry::async::Subscriber<Tick> ticks("ticks");
  if (ticks.initialize() || ticks.subscribe()) return 1;
  loop->spawn(print_ticks(ticks));

  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) return 1;
  std::jthread other([write_end = pipe[1]] {
    carry::publish_subscribe::Publisher<Tick> publisher("ticks");
    if (publisher.initialize()) return;
    for (int i = 1; i <= 5; ++i) {
      publisher.publish(Tick{i});
      std::this_thread::sleep_for(2ms);
    }
    (void)!::write(write_end, "x", 1);
  });

  // The host's own loop. process_ready() does what is due and never waits; deadlines of tasks make the descriptor readable, too.
  std::array<pollfd, 2> waiting{pollfd{static_cast<int>(loop->native_handle()), POLLIN, 0}, pollfd{pipe[0], POLLIN, 0}};
  for (bool tasks = true, host = true; tasks || host;) {
    const auto left = loop->process_ready();
    if (!left) return 1;
    tasks = *left;
    if (!tasks && !host) break;
    waiting[1].fd = host ? pipe[0] : -1;
    if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return 1;
    if (host && (waiting[1].revents & POLLIN) != 0) {
      std::printf("the host's own event\n");
      host = false;
    }
  }
}
