// The survivors notice what they are there to notice.

#include "crash/play.h"
#include "process/checked_message.h"
#include "process/own_participant.h"
#include "support/catch.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

using namespace carry;
using namespace carry::test;

namespace {

/// breaker TOPIC: publishes a message that is not whole.
int break_message(const Arguments& arguments) {
  publish_subscribe::Publisher<Checked> publisher(arguments.at(0));
  Checked message(5);
  ++message.checksum;
  return publisher.initialize() || publisher.publish(std::move(message)) ? 1 : 0;
}

/// holder: holds what the survivors know about until it is told to end.
int hold(const Arguments&) {
  publish_subscribe::Subscriber<Checked> subscriber("down");
  if (subscriber.initialize() || subscriber.subscribe()) return 1;
  say("holds");
  (void)hear();
  return 0;
}

/// What the survivors say of it; nothing if they are content.
template <class Step>
std::string complaint_about(Step&& step) {
  try {
    step();
    return {};
  } catch (const std::runtime_error& failure) {
    return failure.what();
  }
}

const Role breaker_role{"breaker", break_message};
const Role holder_role{"holder", hold};

}  // namespace

TEST_CASE("survivors notice a message that is not whole", "[crash][rest]") {
  Survivors survivors;
  const std::string complaint = complaint_about([&] {
    (void)end_of(ChildProcess::start_role("breaker", {"up"}), survivors);
    survivors.outlive("it");
  });
  INFO(complaint);
  CHECK((complaint.contains("not whole") || complaint.contains("broken")));
}

TEST_CASE("survivors notice what is left behind", "[crash][rest]") {
  Survivors survivors;
  const auto outlive = [&] { survivors.outlive("it"); };
  const std::string& directory = own_participant().directory().path();
  const auto names = std::distance(std::filesystem::directory_iterator(directory), std::filesystem::directory_iterator());
  const std::string name = directory + "/" + platform::ParticipantId::random().to_string() + ".7.bell";
  std::ofstream(name) << "left";
  CHECK(complaint_about(outlive).contains(std::to_string(names + 1) + " names, "));
  std::filesystem::remove(name);
  CHECK(complaint_about(outlive) == "");
  auto holder = ChildProcess::start_role("holder");
  REQUIRE(holder.read_line() == "holds");
  CHECK(complaint_about(outlive).contains("not given back"));
}
