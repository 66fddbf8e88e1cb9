#include "process/checked_message.h"
#include "process/own_participant.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/environment.h"

#include <carry/carry.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <filesystem>

using namespace carry;
using namespace carry::test;
using publish_subscribe::Publisher;
using publish_subscribe::Subscriber;

namespace {

/// passer DOMAIN: joins, uses a port, leaves.
int pass(const Arguments& arguments) {
  if (!initialize_dynamic_buffer({.domain = arguments.at(0)})) return 2;
  Publisher<Checked> publisher("passing");
  if (publisher.initialize() || publisher.publish(Checked(60))) return 3;
  return 0;
}

/// idle_subscriber TOPIC: subscribes, and looks only when it is told to; says what it finds.
int subscribe_and_idle(const Arguments& arguments) {
  Subscriber<Checked> subscriber(arguments.at(0));
  if (subscriber.initialize() || subscriber.subscribe()) return 2;
  say("ready");
  while (hear()) {
    const auto sample = subscriber.try_receive();
    say(sample ? std::to_string(sample->number) : "nothing");
  }
  return 0;
}

const Role passer_role{"passer", pass};
const Role idle_role{"idle_subscriber", subscribe_and_idle};

}  // namespace

TEST_CASE("a subscriber that was there first gets every message of publishers that come, publish and end at once, again and again", "[process]") {
  const int restarts = setting("CARRY_RESTARTS", 60);
  constexpr std::uint64_t messages = 10;
  Subscriber<Checked> subscriber("restarts");
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  for (int restart = 0; restart != restarts; ++restart) {
    INFO("restart " << restart);
    auto publisher = ChildProcess::start_role("publisher", {"restarts", restart % 2 == 0 ? "block" : "overwrite", "16", std::to_string(messages)});
    for (std::uint64_t expected = 1; expected <= messages; ++expected) {
      const auto error = subscriber.receive(
          [&](auto& data) {
            const auto sample = data.acquire();
            return sample->number == expected && sample->is_whole() ? std::error_code() : std::make_error_code(std::errc::bad_message);
          },
          30s);
      REQUIRE(error == std::error_code());
    }
    CHECK(publisher.wait() == 0);
  }
  CHECK(subscriber.missed() == 0);
  CHECK_FALSE(subscriber.try_receive());
}

TEST_CASE("a publisher waits at its end for a subscriber that was there first, and no longer than told", "[process]") {
  auto idle = ChildProcess::start_role("idle_subscriber", {"idle"});
  REQUIRE(idle.read_line() == "ready");
  const auto begin = std::chrono::steady_clock::now();
  {
    Publisher<Checked> publisher("idle", {.linger = 20ms});
    REQUIRE_FALSE(publisher.initialize());
    REQUIRE_FALSE(publisher.publish(Checked(7)));
  }
  CHECK(std::chrono::steady_clock::now() - begin >= 20ms);
  idle.write_line("look");
  CHECK(idle.read_line() == "nothing");
  idle.kill();
}

TEST_CASE("processes that join and leave at once do not trip over the last one, who removes the domain", "[process]") {
  const int processes = setting("CARRY_JOINING_PROCESSES", 100);
  const std::string domain = "passers-" + platform::ParticipantId::random().to_string();
  std::vector<ChildProcess> passers;
  for (int i = 0; i != processes; ++i) passers.push_back(ChildProcess::start_role("passer", {domain}));
  int failed = 0;
  for (auto& passer : passers) failed += passer.wait() == 0 ? 0 : 1;
  CHECK(failed == 0);
  const std::string& own = own_participant().directory().path();
  const auto here = std::filesystem::path(std::u8string(own.begin(), own.end()));
  CHECK_FALSE(std::filesystem::exists(here.parent_path() / domain));
}
