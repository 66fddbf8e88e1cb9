// Processes that do not see each other's pids, or have the same, or another clock: nothing that carry decides goes by these.

#include "process/checked_message.h"
#include "process/own_participant.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/linux/forked_child.h"

#include <carry/carry.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <fstream>

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>
#include <csignal>

using namespace carry;
using namespace carry::test;
using publish_subscribe::Publisher;
using publish_subscribe::Subscriber;

namespace {

constexpr int refused = 77;

/// Received and missed are 1 to `last`.
int receive_all_of(const std::string& topic, std::uint64_t last) {
  Subscriber<Checked> subscriber(topic, {.spins_before_yield = 100});
  if (subscriber.initialize() || subscriber.subscribe()) return 2;
  say("ready");
  for (std::uint64_t next = 1; next <= last; ++next) {
    const auto error = subscriber.receive(
        [&](auto& data) {
          const auto sample = data.acquire();
          return sample->number == next && sample->is_whole() ? std::error_code() : std::make_error_code(std::errc::bad_message);
        },
        20s);
    if (error) return 5;
  }
  return 0;
}

/// Runs in a child of a process that has entered a namespace: the child is in it.
template <class Act>
int in_child(Act&& act) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(act());
  const int status = wait_for(child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// foreigner TOPIC: receives 100 messages as pid 1 of a namespace of its own.
int receive_as_first(const Arguments& arguments) {
  if (::unshare(CLONE_NEWPID) != 0) return refused;
  return in_child([&] { return ::getpid() == 1 ? receive_all_of(arguments.at(0), 100) : 6; });
}

/// traveller TOPIC: the same, with a steady clock that is a day ahead.
int receive_tomorrow(const Arguments& arguments) {
  if (::unshare(CLONE_NEWTIME) != 0) return refused;
  if (!(std::ofstream("/proc/self/timens_offsets") << "monotonic 86400 0\n" << std::flush)) return refused;
  return in_child([&] { return receive_all_of(arguments.at(0), 100); });
}

/// Has the next child get that pid. False: the kernel does not allow it.
bool next_pid(pid_t pid) { return static_cast<bool>(std::ofstream("/proc/sys/kernel/ns_last_pid") << pid - 1 << std::flush); }

/// In a namespace of its own: a publisher is killed, and another process gets its pid, which subscribes and publishes.
int reuse_pid(const std::string& topic) {
  if (::mount("proc", "/proc", "proc", 0, nullptr) != 0) return refused;
  const pid_t first = ::fork();
  if (first == 0) {
    Publisher<Checked> publisher(topic, {.history = 1});
    if (publisher.initialize() || publisher.publish(Checked(1))) ::_exit(2);
    ::raise(SIGKILL);
  }
  if (wait_for(first) != SIGKILL || !next_pid(first)) return refused;
  const pid_t second = ::fork();
  if (second == 0) {
    Publisher<Checked> publisher(topic);
    ::_exit(publisher.initialize() || publisher.publish(Checked(2)) ? 2 : 0);
  }
  if (second != first) return refused;
  return wait_for(second) == 0 ? 0 : 5;
}

/// reuser TOPIC: see reuse_pid().
int reuse_in_namespace(const Arguments& arguments) {
  if (::unshare(CLONE_NEWPID | CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return refused;
  return in_child([&] { return reuse_pid(arguments.at(0)); });
}

const Role foreigner_role{"foreigner", receive_as_first};
const Role traveller_role{"traveller", receive_tomorrow};
const Role reuser_role{"reuser", reuse_in_namespace};

void check_receiver(const std::string& role) {
  Publisher<Checked> publisher(role, {.overflow = Overflow::block, .block_timeout = 20s});
  auto receiver = ChildProcess::start_role(role, {role});
  const auto line = receiver.read_line();
  if (!line) {
    REQUIRE(receiver.wait() == refused);
    WARN("the system gives no such namespace: not tested");
    return;
  }
  REQUIRE_FALSE(publisher.initialize());
  for (std::uint64_t i = 1; i <= 100; ++i) REQUIRE_FALSE(publisher.publish(Checked(i)));
  CHECK(receiver.wait() == 0);
}

}  // namespace

TEST_CASE("processes of different pid namespaces exchange messages", "[process][fork][namespaces]") { check_receiver("foreigner"); }

TEST_CASE("processes whose steady clocks differ by a day exchange messages", "[process][fork][namespaces]") { check_receiver("traveller"); }

TEST_CASE("a process that has a killed one's pid does not revive it", "[process][fork][namespaces]") {
  Subscriber<Checked> subscriber("reuser");
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  auto reuser = ChildProcess::start_role("reuser", {"reuser"});
  std::uint64_t last = 0;
  while (reuser.is_running()) {
    if (const auto sample = subscriber.try_receive()) last = sample->number;
  }
  const int code = reuser.wait();
  if (code == refused) {
    WARN("the system gives no such namespace: not tested");
    return;
  }
  CHECK(code == 0);
  while (const auto sample = subscriber.try_receive()) last = sample->number;
  CHECK(last == 2);
  // The next one that comes clears up.
  auto visitor = ChildProcess::start_role("visitor", {"reuser"});
  CHECK(visitor.wait() == 0);
  CHECK_FALSE(subscriber.try_receive());
  CHECK(subscriber.num_publishers() == 0);
  CHECK(visible_participants() == 1);
}
