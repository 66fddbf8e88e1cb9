// A subscriber that waits for a publisher which is killed.

#include "process/checked_message.h"
#include "process/own_participant.h"
#include "support/catch.h"
#include "support/child_process.h"

#include <carry/async/event_loop.h>
#include <carry/async/subscriber.h>
#include <carry/carry.h>
#include <carry/event/bell_observer.h>
#include <carry/publish_subscribe/subscriber.h>

using namespace carry;
using namespace carry::test;

namespace {

constexpr SubscriberOptions reporting{.report_publisher_gone = true};

/// Kills a publisher while `receive` waits, three times: it says so each time, and goes on.
template <class Receive>
void is_told_of_kills(const std::string& topic, const Receive& receive) {
  for (int round = 0; round != 3; ++round) {
    auto publisher = ChildProcess::start_role("publisher", {topic, "overwrite", "8", "0"});
    REQUIRE(publisher.read_line() == "ready");
    REQUIRE_FALSE(receive());
    publisher.kill();
    std::error_code error;
    while (!error) error = receive();  // what it left
    CHECK(error == Errc::publisher_gone);
  }
}

}  // namespace

TEST_CASE("a parked subscriber is told when the last publisher is killed", "[process]") {
  publish_subscribe::Subscriber<Checked, event::BellObserver> subscriber("gone-parked", reporting);
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  is_told_of_kills("gone-parked", [&] { return subscriber.receive([](auto&) { return std::error_code(); }, 20s); });
}

TEST_CASE("a coroutine is told when the last publisher is killed", "[process]") {
  async::Subscriber<Checked> subscriber("gone-coroutine", reporting);
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  auto loop = async::event_loop::make();
  REQUIRE(loop);
  is_told_of_kills("gone-coroutine", [&] {
    std::error_code error;
    loop->spawn([](auto& s, auto& e) -> async::task<void> {
      const auto sample = co_await s.receive();
      if (!sample) e = sample.error();
    }(subscriber, error));
    CHECK_FALSE(loop->run());
    return error;
  });
}
