#include "process/checked_message.h"
#include "process/own_participant.h"
#include "support/catch.h"
#include "support/child_process.h"

#include <carry/carry.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

using namespace carry::test;
using carry::Overflow;
using carry::publish_subscribe::Publisher;
using carry::publish_subscribe::Subscriber;

namespace {

/// Starts a role and waits until it says that it is ready.
ChildProcess ready(std::string_view role, const Arguments& arguments) {
  auto child = ChildProcess::start_role(role, arguments);
  REQUIRE(child.read_line() == "ready");
  return child;
}

}  // namespace

TEST_CASE("subscribers in other processes that were there first get every message, also the last of a publisher that ends at once", "[process]") {
  std::vector<ChildProcess> subscribers;
  for (int i = 0; i != 3; ++i) subscribers.push_back(ready("subscriber", {"first", "20", "3"}));
  auto publisher = ChildProcess::start_role("publisher", {"first", "overwrite", "64", "20"});
  CHECK(publisher.wait() == 0);
  for (auto& subscriber : subscribers) {
    CHECK(subscriber.read_line() == "20 0");
    CHECK(subscriber.wait() == 0);
  }
}

TEST_CASE("nothing is lost between processes under block, however slow the subscribers", "[process]") {
  std::vector<ChildProcess> subscribers;
  subscribers.push_back(ready("subscriber", {"block", "20000", "0"}));
  subscribers.push_back(ready("subscriber", {"block", "20000", "5"}));
  auto publisher = ready("publisher", {"block", "block", "16", "20000"});
  for (auto& subscriber : subscribers) {
    CHECK(subscriber.read_line() == "20000 0");
    CHECK(subscriber.wait() == 0);
  }
  CHECK(publisher.wait() == 0);
}

TEST_CASE("overwriting between processes: received and missed make up the sequence", "[process]") {
  auto subscriber = ready("subscriber", {"overwrite", "100000", "6"});
  auto publisher = ready("publisher", {"overwrite", "overwrite", "16", "100000"});
  const auto line = subscriber.read_line();
  REQUIRE(line);
  const auto received = std::stoull(*line);
  const auto missed = std::stoull(line->substr(line->find(' ')));
  CHECK(received + missed == 100000);
  CHECK(subscriber.wait() == 0);
  CHECK(publisher.wait() == 0);
}

TEST_CASE("a killed subscriber neither blocks a publisher nor keeps its slots", "[process]") {
  for (const auto overflow : {Overflow::overwrite_oldest, Overflow::block}) {
    const std::string topic = overflow == Overflow::block ? "killed-block" : "killed-overwrite";
    Publisher<Checked> publisher(topic, {.capacity = 16, .overflow = overflow, .block_timeout = 20s});
    REQUIRE_FALSE(publisher.initialize());
    auto subscriber = ready("subscriber", {topic, "0", "6"});
    std::uint64_t number = 0;
    for (int i = 0; i != 100; ++i) REQUIRE_FALSE(publisher.publish(Checked(++number)));
    subscriber.kill();
    subscriber.wait();
    for (int i = 0; i != 1000; ++i) REQUIRE_FALSE(publisher.publish(Checked(++number)));
    if (overflow == Overflow::block) CHECK(publisher.num_subscribers() == 0);
  }
}

TEST_CASE("what a killed publisher had published is still received, and its successor is found", "[process]") {
  Subscriber<Checked> subscriber("successor");
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  for (int round = 0; round != 5; ++round) {
    auto publisher = ready("publisher", {"successor", "block", "8", "0"});
    std::uint64_t expected = 0;
    const auto receive_one = [&](std::chrono::nanoseconds timeout) {
      return subscriber.receive(
          [&](Subscriber<Checked>::data_access_type& data) {
            const auto sample = data.acquire();
            CHECK(sample->is_whole());
            CHECK(sample->number == ++expected);
            return std::error_code();
          },
          timeout);
    };
    for (int i = 0; i != 100; ++i) REQUIRE_FALSE(receive_one(20s));
    publisher.kill();
    publisher.wait();
    while (!receive_one(1ms)) continue;  // The rest of the dead publisher's ring, in order.
    auto visitor = ChildProcess::start_role("visitor", {"successor-other"});
    CHECK(visitor.wait() == 0);
    CHECK(visible_participants() == 1);  // The visitor buried the dead, and left itself.
  }
}
