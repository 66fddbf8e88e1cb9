// A thread that is cancelled in an event loop ends in its sleep and not in a task; the loop can be run again.

#include "process/checked_message.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/expect.h"

#include <carry/async/event_loop.h>
#include <carry/async/subscriber.h>
#include <carry/async/task.h>
#include <carry/async/wait.h>
#include <carry/carry.h>
#include <carry/event/bell_observer.h>
#include <carry/platform/thread.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <atomic>
#include <thread>

#include <pthread.h>

using namespace carry;
using namespace carry::test;

namespace {
async::task<> receive_until(async::Subscriber<Checked>& subscriber, std::uint64_t last, std::uint64_t& number) {
  while (number != last) {
    auto sample = co_await subscriber.receive();
    if (!sample) co_return;
    number = (*sample)->is_whole() ? (*sample)->number : last;
  }
}

/// cancelled_loop DRIVER: threads that run a loop are cancelled wherever they are; the last one hears what is published.
int cancel_loop(const Arguments& arguments) {
  const bool with_epoll = arguments.at(0) == "epoll";
  auto made = async::event_loop::make(with_epoll ? async::driver::epoll : async::driver::io_uring);
  if (!made && !with_epoll) {
    say("done");  // Refused by the system.
    return 0;
  }
  async::event_loop& loop = *made;
  async::Subscriber<Checked> subscriber("loops");
  publish_subscribe::Publisher<Checked> publisher("loops", {.overflow = Overflow::overwrite_oldest});
  expect(!subscriber.initialize() && !subscriber.subscribe() && !publisher.initialize(), "ports");
  constexpr std::uint64_t last = 9;
  std::uint64_t number = 0;
  loop.spawn(receive_until(subscriber, last, number));
  for (int i = 0; i != 100; ++i) {
    std::thread running([&] { (void)loop.run(); });
    if (i % 2 == 0) expect(!publisher.publish(Checked(10)), "publish");
    platform::sleep_for(std::chrono::microseconds(20 * i));
    expect(::pthread_cancel(running.native_handle()) == 0, "cancel");
    if (!with_epoll) loop.post([] {});
    running.join();
  }
  expect(!publisher.publish(Checked(last)), "publish");
  expect(!loop.run() && number == last, "what was published is heard after all");
  say("done");
  return 0;
}

async::task<> block(publish_subscribe::Subscriber<Checked, event::BellObserver>& subscriber, std::atomic<bool>& blocks, std::uint64_t& number) {
  const auto take = [&](auto& data) {
    number = data.acquire()->number;
    return std::error_code();
  };
  blocks = true;
  (void)subscriber.receive(take, std::chrono::seconds(20));
  (void)co_await async::sleep_for(std::chrono::hours(1));
}

/// cancelled_task: the thread is cancelled while a task of its loop blocks, and ends after that.
int cancel_task(const Arguments&) {
  auto loop = async::event_loop::make(async::driver::epoll);
  publish_subscribe::Subscriber<Checked, event::BellObserver> subscriber("blocks", {.spin = std::chrono::microseconds(0)});
  publish_subscribe::Publisher<Checked> publisher("blocks");
  expect(loop && !subscriber.initialize() && !subscriber.subscribe() && !publisher.initialize(), "ports");
  std::atomic<bool> blocks = false;
  std::uint64_t number = 0;
  loop->spawn(block(subscriber, blocks, number));
  std::thread running([&] { (void)loop->run(); });
  while (!blocks) platform::yield();
  expect(::pthread_cancel(running.native_handle()) == 0, "cancel");
  expect(!publisher.publish(Checked(9)), "publish");
  running.join();
  expect(number == 9, "the task has gone on");
  say("done");
  return 0;
}

const Role cancelled_task_role{"cancelled_task", cancel_task};
const Role cancelled_loop_role{"cancelled_loop", cancel_loop};

}  // namespace

TEST_CASE("a thread that runs an event loop and is cancelled lets go of it", "[process][fork]") {
  auto process = ChildProcess::start_role("cancelled_loop", {GENERATE(as<std::string>(), "epoll", "io_uring")});
  CHECK(process.read_line().value_or("nothing") == "done");
  CHECK(process.wait() == 0);
}

TEST_CASE("a thread that is cancelled while a task of its loop blocks ends in the loop", "[process][fork]") {
  auto process = ChildProcess::start_role("cancelled_task");
  CHECK(process.read_line().value_or("nothing") == "done");
  CHECK(process.wait() == 0);
}
