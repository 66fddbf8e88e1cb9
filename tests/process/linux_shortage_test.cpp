// A process that is out of file descriptors cannot map a newcomer. Until it can, nothing is overwritten behind the newcomer's back.

#include "process/checked_message.h"
#include "support/becomes_true.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/expect.h"
#include "support/linux/few_descriptors.h"

#include <carry/async/event_loop.h>
#include <carry/carry.h>
#include <carry/domain/participant.h>
#include <carry/event/bell_observer.h>
#include <carry/platform/thread.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <atomic>
#include <thread>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace carry;
using namespace carry::test;
using publish_subscribe::Publisher;

namespace {

/// short_publisher TOPIC: is short of descriptors from its first message on, until it is told that a subscriber is there and has tried to publish.
int publish_when_short(const Arguments& arguments) {
  Publisher<Checked> publisher(arguments.at(0), {.capacity = 8, .overflow = Overflow::block, .block_timeout = 1ms});
  expect(!publisher.initialize() && !publisher.publish(Checked(0)), "initialize");
  const FewDescriptors no_more(0);
  say("short");
  hear();
  std::error_code shortage;
  (void)(*domain::Participant::current())->peers(shortage);
  expect(shortage == std::errc::too_many_files_open, "somebody may be missing");
  // What the window has left may go out; a new one may not be opened.
  std::uint64_t published = 0;
  while (published != 100 && !publisher.publish(Checked(published + 1))) ++published;
  expect(published < 8, "no window is opened unseen, after " + std::to_string(published));
  no_more.end();
  while (published != 100) {
    if (!publisher.publish(Checked(published + 1))) ++published;
  }
  say("done");
  return 0;
}

/// short_subscriber TOPIC: is short of descriptors when a publisher comes.
int subscribe_when_short(const Arguments& arguments) {
  publish_subscribe::Subscriber<Checked> subscriber(arguments.at(0));
  publish_subscribe::Subscriber<Checked> late(arguments.at(0));
  expect(!subscriber.initialize() && !subscriber.subscribe() && !late.initialize(), "initialize");
  const FewDescriptors no_more(0);
  say("short");
  hear();
  std::error_code error;
  expect(!subscriber.try_receive(error) && error == std::errc::too_many_files_open, "the reason why nothing is received: " + error.message());
  error = late.subscribe();
  expect(error == std::errc::too_many_files_open, "the reason why it cannot subscribe: " + error.message());
  no_more.end();
  for (std::uint64_t expected = 1; expected <= 20; ++expected) {
    const auto failed = subscriber.receive(
        [&](auto& data) {
          expect(data.acquire()->number == expected, "message " + std::to_string(expected));
          return std::error_code();
        },
        30s);
    expect(!failed, failed.message());
  }
  expect(!late.subscribe(), "subscribe");
  say("done");
  return 0;
}

/// short_ringer TOPIC: is short of descriptors when it first rings a bell; publishes messages 1 to 50, each when the one before was received.
int ring_when_short(const Arguments& arguments) {
  Publisher<Checked> publisher(arguments.at(0), {.capacity = 1, .overflow = Overflow::block, .block_timeout = 30s});
  expect(!publisher.initialize(), "initialize");
  say("ready");
  hear();
  while (publisher.num_subscribers() == 0) platform::sleep_for(1ms);
  const FewDescriptors no_more(0);
  for (std::uint64_t number = 1; number <= 50; ++number) {
    const auto error = publisher.publish(Checked(number));
    expect(!error, error.message());
  }
  no_more.end();
  say("done");
  return 0;
}

/// short_knower TOPIC: is short of descriptors when a subscriber that it knows parks, and another process has joined meanwhile.
int ring_whom_it_knows(const Arguments& arguments) {
  Publisher<Checked> publisher(arguments.at(0));
  expect(!publisher.initialize(), "initialize");
  while (publisher.num_subscribers() == 0) platform::sleep_for(1ms);
  expect(!publisher.publish(Checked(1)), "publish");
  const FewDescriptors no_more(0);
  say("short");
  hear();
  expect(!publisher.publish(Checked(2)), "publish");
  say("published");
  hear();
  no_more.end();
  return 0;
}

/// short_parker TOPIC: is short of descriptors when it first parks.
int park_when_short(const Arguments& arguments) {
  publish_subscribe::Subscriber<Checked, event::BellObserver> subscriber(arguments.at(0), {.spin = 0us});
  Publisher<Checked> publisher(arguments.at(0));
  expect(!subscriber.initialize() && !subscriber.subscribe() && !publisher.initialize(), "initialize");
  const auto ignore = [](auto&) { return std::error_code(); };
  const FewDescriptors no_more(0);
  auto error = subscriber.receive(ignore, 10s);
  expect(error == std::errc::too_many_files_open, "the reason why it cannot park: " + error.message());
  expect(!async::event_loop::make(), "a loop without a bell");
  expect(!publisher.publish(Checked(1)) && !subscriber.receive(ignore, 10s), "what is there is received nevertheless");
  no_more.end();
  error = subscriber.receive(ignore, 1ms);
  expect(error == Errc::timeout, "it parks: " + error.message());
  say("done");
  return 0;
}

const Role ringer_role{"short_ringer", ring_when_short};
const Role knower_role{"short_knower", ring_whom_it_knows};
const Role parker_role{"short_parker", park_when_short};
const Role short_role{"short_publisher", publish_when_short};
const Role short_subscriber_role{"short_subscriber", subscribe_when_short};

}  // namespace

TEST_CASE("a publisher that cannot map a newcomer overwrites nothing that it needs", "[process][shortage]") {
  auto publisher = ChildProcess::start_role("short_publisher", {"short"});
  REQUIRE(publisher.read_line() == "short");
  auto subscriber = ChildProcess::start_role("subscriber", {"short", "100", "0"});
  REQUIRE(subscriber.read_line() == "ready");
  publisher.write_line("a subscriber is there");
  CHECK(publisher.read_line().value_or("nothing") == "done");
  CHECK(subscriber.read_line() == "100 0");
  CHECK(subscriber.wait() == 0);
  CHECK(publisher.wait() == 0);
}

TEST_CASE("a subscriber that cannot map a newcomer says why, and gets everything when it can", "[process][shortage]") {
  auto subscriber = ChildProcess::start_role("short_subscriber", {"short-newcomer"});
  REQUIRE(subscriber.read_line() == "short");
  auto publisher = ChildProcess::start_role("publisher", {"short-newcomer", "block", "8", "20"});
  REQUIRE(publisher.read_line() == "ready");
  subscriber.write_line("a publisher is there");
  CHECK(subscriber.read_line().value_or("nothing") == "done");
  CHECK(subscriber.wait() == 0);
  CHECK(publisher.wait() == 0);
}

TEST_CASE("a publisher without a descriptor left wakes who is parked", "[process][shortage]") {
  auto publisher = ChildProcess::start_role("short_ringer", {"short-ringer"});
  REQUIRE(publisher.read_line() == "ready");
  auto parked = ChildProcess::start_role("parked", {"short-ringer", "50"});
  REQUIRE(parked.read_line() == "ready");
  publisher.write_line("somebody is parked");
  CHECK(publisher.read_line().value_or("nothing") == "done");
  CHECK(parked.read_line() == "50 0");
  CHECK(parked.wait() == 0);
  CHECK(publisher.wait() == 0);
}

TEST_CASE("a publisher that cannot map a newcomer wakes those whom it knows", "[process][shortage]") {
  publish_subscribe::Subscriber<Checked, event::BellObserver> subscriber("short-knower", {.spin = 0us});
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  auto publisher = ChildProcess::start_role("short_knower", {"short-knower"});
  std::uint64_t number = 0;
  while (number == 0) {
    if (const auto sample = subscriber.try_receive()) number = sample->number;  // without parking
  }
  REQUIRE(number == 1);
  REQUIRE(publisher.read_line() == "short");
  auto newcomer = ChildProcess::start_role("subscriber", {"unrelated", "0", "0"});
  REQUIRE(newcomer.read_line() == "ready");
  std::error_code error;
  std::atomic<bool> woken = false;
  std::thread parking([&] {
    error = subscriber.receive(
        [&](auto& data) {
          number = data.acquire()->number;
          return std::error_code();
        },
        120s);
    woken = true;
  });
  platform::sleep_for(20ms);  // it is parked by now
  publisher.write_line("it is parked");
  CHECK(publisher.read_line() == "published");
  CHECK(becomes_true([&] { return woken.load(); }));  // long before its deadline
  parking.join();
  CHECK_FALSE(error);
  CHECK(number == 2);
  publisher.write_line("it was woken");
  CHECK(publisher.wait() == 0);
  newcomer.kill();
}

TEST_CASE("a subscriber without a descriptor left cannot park, says so, and can when it has one", "[process][shortage]") {
  auto subscriber = ChildProcess::start_role("short_parker", {"short-parker"});
  CHECK(subscriber.read_line().value_or("nothing") == "done");
  CHECK(subscriber.wait() == 0);
}
