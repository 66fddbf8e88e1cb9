// Somebody removes the domain's directory while it is in use.

#include "process/checked_message.h"
#include "process/own_participant.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/expect.h"
#include "support/linux/private_runtime.h"

#include <carry/carry.h>
#include <carry/event/bell_observer.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <filesystem>

using namespace carry;
using namespace carry::test;
using publish_subscribe::Publisher;
using publish_subscribe::Subscriber;

namespace {

bool take_part(const std::string& runtime) { return initialize_dynamic_buffer({.domain = "removed", .runtime_directory = runtime}).has_value(); }

/// removed_subscriber RUNTIME: receives numbers from 1 on, parked, until 0.
int receive_until_zero(const Arguments& arguments) {
  Subscriber<Checked, event::BellObserver> subscriber("numbers", {.spin = 0us});
  if (!take_part(arguments.at(0)) || subscriber.initialize() || subscriber.subscribe()) return 2;
  say("ready");
  std::uint64_t last = 0;
  for (bool more = true; more;) {
    const auto error = subscriber.receive(
        [&](auto& data) {
          const auto sample = data.acquire();
          more = sample->number != 0;
          return !more || sample->number == ++last ? std::error_code() : std::make_error_code(std::errc::bad_message);
        },
        20s);
    if (error) return 5;
  }
  say(std::to_string(last));
  return 0;
}

/// removed_publisher RUNTIME: publishes 1000 numbers, waits for a line, 1000 more, and 0.
int publish_around_removal(const Arguments& arguments) {
  Publisher<Checked> publisher("numbers", {.overflow = Overflow::block, .block_timeout = 20s});
  if (!take_part(arguments.at(0)) || publisher.initialize()) return 2;
  say("ready");
  (void)hear();
  std::uint64_t number = 0;
  for (int half = 0; half != 2; ++half) {
    for (int i = 0; i != 1000; ++i) {
      if (publisher.publish(Checked(++number))) return 3;
    }
    say("half");
    (void)hear();
  }
  // Ports still come and go.
  Subscriber<Checked> another("numbers");
  if (another.initialize() || another.subscribe()) return 4;
  return publisher.publish(Checked(0)) ? 3 : 0;
}

/// removed_newcomer RUNTIME: joins, publishes, receives.
int come_anew(const Arguments& arguments) {
  Publisher<Checked> publisher("numbers");
  Subscriber<Checked> subscriber("numbers");
  if (!take_part(arguments.at(0)) || publisher.initialize() || subscriber.initialize() || subscriber.subscribe()) return 2;
  if (publisher.publish(Checked(77))) return 3;
  const auto sample = subscriber.try_receive();
  return sample && sample->number == 77 ? 0 : 5;
}

const Role subscriber_role{"removed_subscriber", receive_until_zero};
const Role publisher_role{"removed_publisher", publish_around_removal};
const Role newcomer_role{"removed_newcomer", come_anew};

}  // namespace

TEST_CASE("who is there goes on when the domain's directory is removed, and who comes makes another", "[process]") {
  const PrivateRuntime runtime;
  auto subscriber = ChildProcess::start_role("removed_subscriber", {runtime.text()});
  REQUIRE(subscriber.read_line() == "ready");
  auto publisher = ChildProcess::start_role("removed_publisher", {runtime.text()});
  REQUIRE(publisher.read_line() == "ready");
  publisher.write_line("go");
  REQUIRE(publisher.read_line() == "half");
  publisher.write_line("go");
  std::filesystem::remove_all(runtime.user_path());
  REQUIRE(publisher.read_line() == "half");
  auto newcomer = ChildProcess::start_role("removed_newcomer", {runtime.text()});
  CHECK(newcomer.wait() == 0);
  publisher.write_line("go");
  CHECK(subscriber.read_line() == "2000");
  CHECK(subscriber.wait() == 0);
  CHECK(publisher.wait() == 0);
  CHECK_FALSE(std::filesystem::exists(runtime.domain_path("removed")));
}
