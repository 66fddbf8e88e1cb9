// Notifications between processes that are killed.

#include "process/own_participant.h"
#include "support/becomes_true.h"
#include "support/catch.h"
#include "support/child_process.h"

#include <carry/carry.h>
#include <carry/event/bell_notifier.h>
#include <carry/event/bell_observer.h>
#include <carry/event/domain_socket_notifier.h>
#include <carry/event/domain_socket_observer.h>

#include <string>

using namespace carry;
using namespace carry::test;

namespace {

/// Says "ready", and then every value it hears, until it is killed.
template <class Observer>
int echo_notifications(const Arguments& arguments) {
  Observer observer;
  if (observer.initialize(arguments.at(0)) || observer.subscribe()) return 2;
  say("ready");
  for (;;) {
    const auto error = observer.receive(0s, [](std::uint64_t value) {
      say(std::to_string(value));
      return std::error_code();
    });
    if (error) return 3;
  }
}
const Role bell_echo_role{"bell-echo", echo_notifications<event::BellObserver>};
const Role socket_echo_role{"socket-echo", echo_notifications<event::DomainSocketObserver>};

/// notify ID COUNT: the same number of values, and then sleeps until it is killed.
int notify_and_stay(const Arguments& arguments) {
  event::DomainSocketNotifier notifier;
  if (notifier.initialize(arguments.at(0))) return 2;
  for (std::uint64_t value = 1; value <= std::stoull(arguments.at(1)); ++value) (void)notifier.notify_observers(value);
  say("ready");
  (void)hear();
  return 0;
}
const Role notify_role{"notify", notify_and_stay};

template <class Notifier>
void survives_killed_observers(const char* role) {
  Notifier notifier;
  REQUIRE_FALSE(notifier.initialize(role));
  for (std::uint64_t round = 1; round != 6; ++round) {
    auto observer = ChildProcess::start_role(role, {role});
    REQUIRE(observer.read_line() == "ready");
    CHECK(notifier.num_observers() == 1);
    REQUIRE_FALSE(notifier.notify_observers(round));
    CHECK(observer.read_line() == std::to_string(round));
    observer.kill();
    for (int i = 0; i != 1000; ++i) REQUIRE_FALSE(notifier.notify_observers(0));  // SIGPIPE would end this process
    CHECK(becomes_true([&] { return notifier.num_observers() == 0; }));
  }
}

}  // namespace

TEST_CASE("observers that are killed do not harm who notifies them by bells", "[process]") {
  survives_killed_observers<event::BellNotifier>("bell-echo");
}

TEST_CASE("observers that are killed do not harm who notifies them by sockets", "[process]") {
  survives_killed_observers<event::DomainSocketNotifier>("socket-echo");
}

TEST_CASE("an observer outlives the notifiers that are killed", "[process]") {
  event::DomainSocketObserver observer;
  REQUIRE_FALSE(observer.initialize("killed-notifier"));
  REQUIRE_FALSE(observer.subscribe());
  for (int round = 0; round != 5; ++round) {
    auto notifier = ChildProcess::start_role("notify", {"killed-notifier", "3"});
    REQUIRE(notifier.read_line() == "ready");
    notifier.kill();
    for (std::uint64_t expected = 1; expected != 4; ++expected) {
      CHECK_FALSE(observer.receive(20s, [&](std::uint64_t value) {
        CHECK(value == expected);
        return std::error_code();
      }));
    }
  }
}
