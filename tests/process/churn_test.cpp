// Joining and leaving in numbers.

#include "process/checked_message.h"
#include "process/own_participant.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/environment.h"

#include <carry/carry.h>
#include <carry/platform/thread.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

using namespace carry::test;
using carry::publish_subscribe::Publisher;
using carry::publish_subscribe::Subscriber;

TEST_CASE("many processes join and leave at once", "[process]") {
  const int processes = setting("CARRY_JOINING_PROCESSES", 200);
  Publisher<Checked> publisher("crowd", {.history = 5});
  REQUIRE_FALSE(publisher.initialize());
  for (std::uint64_t i = 1; i <= 20; ++i) REQUIRE_FALSE(publisher.publish(Checked(i)));
  std::vector<ChildProcess> crowd;
  crowd.reserve(static_cast<std::size_t>(processes));
  for (int i = 0; i != processes; ++i) crowd.push_back(ChildProcess::start_role("visitor", {"crowd"}));
  int failed = 0;
  for (auto& visitor : crowd) failed += visitor.wait() == 0 ? 0 : 1;
  CHECK(failed == 0);
  CHECK(visible_participants() == 1);
  CHECK(publisher.num_subscribers() == 0);
}
