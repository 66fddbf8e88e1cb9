// The pair of examples/01_hello, as a person at two terminals uses it.

#include "process/own_participant.h"
#include "support/becomes_true.h"
#include "support/catch.h"
#include "support/child_process.h"

#include <string>
#include <vector>

using namespace carry::test;

namespace {

ChildProcess start_subscriber() {
  auto subscriber = ChildProcess::start_program(CARRY_HELLO_SUBSCRIBER);
  REQUIRE(subscriber.read_line() == "listening");
  return subscriber;
}

/// The next note's text: what stands before its latency. Lines of the log, which begin with their time in brackets, are passed over.
std::string read_note(ChildProcess& subscriber) {
  std::string line = "[";
  while (line.starts_with('[')) line = subscriber.read_line().value_or("(nothing)");
  return line.substr(0, line.rfind("  ("));
}

void check_hears(ChildProcess& subscriber, const std::vector<std::string>& notes) {
  for (const std::string& note : notes) CHECK(read_note(subscriber) == note);
}

}  // namespace

TEST_CASE("subscribers that were there first print every line, the last of a publisher that ends at once too", "[process]") {
  std::vector<ChildProcess> subscribers;
  for (int i = 0; i != 3; ++i) subscribers.push_back(start_subscriber());
  auto publisher = ChildProcess::start_program(CARRY_HELLO_PUBLISHER);
  const std::string long_line(100'000, 'x');
  for (const std::string& line : {std::string("first"), std::string(), long_line, std::string("exit")}) publisher.write_line(line);
  CHECK(publisher.wait() == 0);
  for (auto& subscriber : subscribers) {
    check_hears(subscriber, {"first", "", long_line, "exit"});
    CHECK(subscriber.wait() == 0);
  }
}

TEST_CASE("a subscriber that comes after the publisher prints what is published from then on, and the publisher may be another", "[process]") {
  auto publisher = ChildProcess::start_program(CARRY_HELLO_PUBLISHER);
  REQUIRE(becomes_true([] { return visible_participants() >= 2; }));
  auto subscriber = start_subscriber();
  publisher.write_line("one");
  check_hears(subscriber, {"one"});
  publisher.kill();
  CHECK(publisher.wait() != 0);

  auto successor = ChildProcess::start_program(CARRY_HELLO_PUBLISHER);
  successor.write_line("two");
  successor.write_line("exit");
  CHECK(successor.wait() == 0);
  check_hears(subscriber, {"two", "exit"});
  CHECK(subscriber.wait() == 0);
}
