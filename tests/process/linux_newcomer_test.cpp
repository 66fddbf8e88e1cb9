// What a process published before anybody had met it, and before it was killed.

#include "process/checked_message.h"
#include "process/own_participant.h"
#include "support/catch.h"
#include "support/child_process.h"

#include <carry/carry.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <signal.h>

using namespace carry;
using namespace carry::test;
using publish_subscribe::Publisher;
using publish_subscribe::Subscriber;

namespace {

/// meteor TOPIC: joins, publishes ten messages, is killed.
int burn_up(const Arguments& arguments) {
  Publisher<Checked> publisher(arguments.at(0), {.overflow = Overflow::block});
  Subscriber<Checked> subscriber(arguments.at(0) + "-of-others");
  if (publisher.initialize() || subscriber.initialize() || subscriber.subscribe()) return 2;
  for (std::uint64_t i = 1; i <= 10; ++i) {
    if (publisher.publish(Checked(i))) return 3;
  }
  return ::raise(SIGKILL);
}

const Role meteor_role{"meteor", burn_up};

/// heir TOPIC: joins, says "ready"; at the next line publishes messages 11 to 20, says "done", and ends at the line after that.
int inherit(const Arguments& arguments) {
  if (!initialize_dynamic_buffer()) return 2;
  say("ready");
  if (!hear()) return 3;
  Publisher<Checked> publisher(arguments.at(0), {.capacity = 16, .overflow = Overflow::block});
  if (publisher.initialize()) return 2;
  for (std::uint64_t i = 11; i <= 20; ++i) {
    if (publisher.publish(Checked(i))) return 4;
  }
  say("done");
  (void)hear();
  return 0;
}

const Role heir_role{"heir", inherit};

}  // namespace

TEST_CASE("subscribers that were there first get what a process published that was killed before they looked", "[process]") {
  Subscriber<Checked> first("meteor");
  Subscriber<Checked> second("meteor");
  Publisher<Checked> other("meteor-of-others");
  for (auto* subscriber : {&first, &second}) REQUIRE_FALSE((subscriber->initialize() || subscriber->subscribe()));
  REQUIRE_FALSE(other.initialize());
  auto meteor = ChildProcess::start_role("meteor", {"meteor"});
  CHECK(meteor.wait() == ChildProcess::killed + SIGKILL);
  for (auto* subscriber : {&first, &second}) {
    for (std::uint64_t i = 1; i <= 10; ++i) {
      const auto sample = subscriber->try_receive();
      REQUIRE(sample);
      CHECK(sample->number == i);
      CHECK(sample->is_whole());
    }
    CHECK_FALSE(subscriber->try_receive());
    CHECK(subscriber->missed() == 0);
  }
  CHECK(other.num_subscribers() == 0);
  // The next one that comes clears up.
  auto visitor = ChildProcess::start_role("visitor", {"meteor"});
  CHECK(visitor.wait() == 0);
  CHECK(visible_participants() == 1);
  CHECK_FALSE(first.try_receive());
  CHECK(first.num_publishers() == 0);
}

TEST_CASE("what the dead left comes first, also if they and those that published after them are met at once", "[process]") {
  Subscriber<Checked> subscriber("heirs");
  REQUIRE_FALSE((subscriber.initialize() || subscriber.subscribe()));
  auto heir = ChildProcess::start_role("heir", {"heirs"});  // joins before the other, so that it has nothing to clear up
  REQUIRE(heir.read_line() == "ready");
  auto meteor = ChildProcess::start_role("meteor", {"heirs"});
  CHECK(meteor.wait() == ChildProcess::killed + SIGKILL);
  heir.write_line("publish");
  REQUIRE(heir.read_line() == "done");
  for (std::uint64_t i = 1; i <= 20; ++i) {
    const auto sample = subscriber.try_receive();
    REQUIRE(sample);
    CHECK(sample->number == i);
    CHECK(sample->is_whole());
  }
  CHECK_FALSE(subscriber.try_receive());
  CHECK(subscriber.missed() == 0);
  heir.write_line("end");
  CHECK(heir.wait() == 0);
}
