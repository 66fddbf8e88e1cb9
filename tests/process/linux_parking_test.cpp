// Processes that park, and what becomes of those who ring and those who listen.

#include "process/checked_message.h"
#include "process/own_participant.h"
#include "support/becomes_true.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/environment.h"
#include "support/expect.h"

#include <carry/async/event_loop.h>
#include <carry/async/subscriber.h>
#include <carry/async/wait.h>
#include <carry/carry.h>
#include <carry/event/bell_observer.h>
#include <carry/platform/thread.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <filesystem>
#include <random>
#include <thread>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace carry;
using namespace carry::test;
using publish_subscribe::Publisher;
using Parking = publish_subscribe::Subscriber<Checked, event::BellObserver>;

namespace {

/// parked TOPIC COUNT: says "ready", parks for each of COUNT messages (0: for ever), with pauses of random length in between; says how many were
/// received and missed. Exit code 4: slept for 30 seconds.
int receive_parked(const Arguments& arguments) {
  Parking subscriber(arguments.at(0), {.spin = 0us});
  if (subscriber.initialize() || subscriber.subscribe()) return 2;
  say("ready");
  const std::uint64_t last = std::stoull(arguments.at(1));
  std::uint64_t received = 0;
  std::minstd_rand random(static_cast<unsigned>(::getpid()));
  for (bool more = true; more;) {
    for (auto pause = random() % 16 == 0 ? random() % 4000 : random() % 40; pause != 0; --pause) platform::relax();
    const auto error = subscriber.receive(
        [&](auto& data) {
          const auto sample = data.acquire();
          if (!sample->is_whole()) return std::make_error_code(std::errc::bad_message);
          ++received;
          more = last == 0 || sample->number != last;
          return std::error_code();
        },
        last == 0 ? 0ns : 30s);
    if (error) return error == std::errc::timed_out ? 4 : 5;
  }
  say(std::to_string(received) + " " + std::to_string(subscriber.missed()));
  return 0;
}

/// strict TOPIC: publishes with a subscriber that polls, in a thread to which the kernel allows no system call but writing and ending.
int publish_without_system_calls(const Arguments& arguments) {
  publish_subscribe::Subscriber<std::uint64_t> subscriber(arguments.at(0));
  // No lap: a sample that is held in the next slot would be a reason to ask the kernel who is dead.
  Publisher<std::uint64_t> publisher(arguments.at(0), {.capacity = 131'072});
  if (subscriber.initialize() || subscriber.subscribe() || publisher.initialize()) return 2;
  const std::uint64_t messages = 100'000;
  std::atomic<bool> connected = false;
  std::atomic<bool> published = false;
  std::thread publishing([&] {
    (void)publisher.publish(std::uint64_t{1});
    while (!connected) std::this_thread::yield();
    (void)publisher.publish(std::uint64_t{2});
    if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0) ::_exit(77);
    for (std::uint64_t i = 3; i <= messages; ++i) {
      if (publisher.publish(i)) break;
    }
    published = true;
    ::syscall(SYS_exit, 0);
  });
  std::uint64_t last = 0;
  while (last != messages) {
    if (const auto sample = subscriber.try_receive()) {
      last = *sample;
      connected = true;
    }
  }
  while (!published) std::this_thread::yield();
  say("done");
  ::_exit(0);
}

/// idle: 100 subscribers parked on one loop for three seconds; says how many microseconds of CPU that took.
int idle(const Arguments&) {
  auto loop = async::event_loop::make();
  if (!loop) return 2;
  std::vector<std::unique_ptr<async::Subscriber<Checked>>> subscribers;
  for (int i = 0; i != 100; ++i) {
    subscribers.push_back(std::make_unique<async::Subscriber<Checked>>("idle-" + std::to_string(i)));
    if (subscribers.back()->initialize() || subscribers.back()->subscribe()) return 3;
    loop->spawn([](async::Subscriber<Checked>& subscriber) -> async::task<> { (void)co_await subscriber.receive(); }(*subscribers.back()));
  }
  const auto cpu = [] {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1'000'000 + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
  };
  long before = 0;
  long after = 0;
  loop->spawn([](async::event_loop& l, long& b, long& a, auto now) -> async::task<> {
    (void)co_await async::sleep_for(10ms);
    b = now();
    (void)co_await async::sleep_for(3s);
    a = now();
    l.stop();
  }(*loop, before, after, cpu));
  if (loop->run()) return 4;
  say(std::to_string(after - before));
  return 0;
}

/// From now on that system call is refused to this thread, and to those it starts: as in many containers.
void refuse(unsigned call) {
  sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{.len = static_cast<unsigned short>(std::size(code)), .filter = code};
  expect(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0, "seccomp");
}

/// parked-without-barrier TOPIC COUNT: as parked, in a process that may not use membarrier.
int receive_parked_without_barrier(const Arguments& arguments) {
  refuse(SYS_membarrier);
  return receive_parked(arguments);
}
const Role without_barrier_role{"parked-without-barrier", receive_parked_without_barrier};

/// publisher-without-barrier TOPIC OVERFLOW CAPACITY COUNT: as publisher, likewise: it cannot register for the barriers of others.
int publish_without_barrier(const Arguments& arguments) {
  refuse(SYS_membarrier);
  Publisher<Checked> publisher(arguments.at(0), {.capacity = 8, .overflow = Overflow::block, .linger = 30s});
  if (publisher.initialize()) return 2;
  say("ready");
  for (std::uint64_t i = 1; i <= std::stoull(arguments.at(1)); ++i) {
    if (publisher.publish(Checked(i))) return 3;
  }
  return 0;
}
const Role publisher_without_barrier_role{"publisher-without-barrier", publish_without_barrier};

/// refused: a process that may not use io_uring.
int run_where_io_uring_is_refused(const Arguments&) {
  refuse(SYS_io_uring_setup);
  auto wanted = async::event_loop::make(async::driver::io_uring);
  expect(!wanted, "io_uring is refused");
  auto loop = async::event_loop::make();
  expect(loop && loop->chosen() == async::driver::epoll, "epoll instead");
  bool slept = false;
  loop->spawn([](bool& s) -> async::task<> { s = !co_await async::sleep_for(1ms); }(slept));
  expect(!loop->run() && slept, "and it works");
  say("done");
  return 0;
}

const Role refused_role{"refused", run_where_io_uring_is_refused};
const Role parked_role{"parked", receive_parked};
const Role strict_role{"strict", publish_without_system_calls};
const Role idle_role{"idle", idle};

std::size_t bells() {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(own_participant().directory().path())) count += entry.is_fifo() ? 1u : 0u;
  return count;
}

}  // namespace

TEST_CASE("parked processes get every message, and none sleeps through one", "[process]") {
  const std::string messages = std::to_string(setting("CARRY_PARKED_MESSAGES", 20000));
  std::vector<ChildProcess> parked;
  for (int i = 0; i != 2; ++i) {
    parked.push_back(ChildProcess::start_role("parked", {"parked", messages}));
    REQUIRE(parked.back().read_line() == "ready");
  }
  auto publisher = ChildProcess::start_role("publisher", {"parked", "block", "4", messages});
  for (auto& process : parked) {
    CHECK(process.read_line() == messages + " 0");
    CHECK(process.wait() == 0);
  }
  CHECK(publisher.wait() == 0);
}

TEST_CASE("ringing the bell of a process that was killed neither signals nor blocks, and nothing of it stays", "[process]") {
  REQUIRE(::signal(SIGPIPE, SIG_DFL) != SIG_ERR);
  Publisher<Checked> publisher("killed-parked");
  REQUIRE_FALSE(publisher.initialize());
  for (int round = 0; round != 20; ++round) {
    auto parked = ChildProcess::start_role("parked", {"killed-parked", "0"});
    REQUIRE(parked.read_line() == "ready");
    REQUIRE(becomes_true([&] { return bells() != 0; }));
    for (std::uint64_t i = 0; i != 100; ++i) REQUIRE_FALSE(publisher.publish(Checked(i)));
    parked.kill();
    for (std::uint64_t i = 0; i != 1000; ++i) {
      std::thread([&] { CHECK_FALSE(publisher.publish(Checked(i % 50))); }).join();
      if (i == 10) parked.wait();
    }
  }
  auto visitor = ChildProcess::start_role("visitor", {"killed-parked"});
  CHECK(visitor.wait() == 0);
  CHECK(bells() == 0);
}

TEST_CASE("a publisher that is killed leaves a subscriber parked, and its successor wakes it", "[process]") {
  auto parked = ChildProcess::start_role("parked", {"successor", "1000000"});
  REQUIRE(parked.read_line() == "ready");
  for (int round = 0; round != 10; ++round) {
    auto publisher = ChildProcess::start_role("publisher", {"successor", "overwrite", "8", "0"});
    REQUIRE(publisher.read_line() == "ready");
    publisher.kill();
  }
  Publisher<Checked> last("successor");
  REQUIRE_FALSE(last.initialize());
  REQUIRE_FALSE(last.publish(Checked(1000000)));
  CHECK(parked.read_line());
  CHECK(parked.wait() == 0);
}

TEST_CASE("publishing to subscribers that poll makes no system call", "[process][no_system_call]") {
  auto strict = ChildProcess::start_role("strict", {"strict"});
  CHECK(strict.read_line().value_or("killed by the kernel") == "done");
  CHECK(strict.wait() == 0);
}

TEST_CASE("where membarrier is refused, on either side or on both, nobody sleeps through a message", "[process]") {
  const auto [waiting_role, publisher_role] = GENERATE(table<std::string, std::string>(
      {{"parked-without-barrier", "publisher"}, {"parked", "publisher-without-barrier"}, {"parked-without-barrier", "publisher-without-barrier"}}));
  const std::string topic = waiting_role + publisher_role;
  const std::string messages = "20000";
  auto parked = ChildProcess::start_role(waiting_role, {topic, messages});
  REQUIRE(parked.read_line() == "ready");
  auto publisher = publisher_role == "publisher" ? ChildProcess::start_role(publisher_role, {topic, "block", "8", messages})
                                                 : ChildProcess::start_role(publisher_role, {topic, messages});
  REQUIRE(publisher.read_line() == "ready");
  CHECK(parked.read_line() == messages + " 0");
  CHECK(parked.wait() == 0);
  CHECK(publisher.wait() == 0);
}

TEST_CASE("where io_uring is refused, the loop uses epoll", "[process]") {
  auto refused = ChildProcess::start_role("refused");
  CHECK(refused.read_line() == "done");
  CHECK(refused.wait() == 0);
}

TEST_CASE("a hundred parked subscribers use no CPU", "[process][idle]") {
  auto idle = ChildProcess::start_role("idle");
  const std::string microseconds = idle.read_line().value_or("1000000000");
  CHECK(std::stol(microseconds) < 20'000);  // of three seconds; the measured figure is in the benchmark
  CHECK(idle.wait() == 0);
}
