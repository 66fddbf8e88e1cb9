// A process that is out of file descriptors cannot map a newcomer. Until it can, nothing is overwritten behind the newcomer's back.

#include "process/checked_message.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/expect.h"

#include <carry/carry.h>
#include <carry/domain/participant.h>
#include <carry/publish_subscribe/publisher.h>

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
  rlimit limit{};
  expect(::getrlimit(RLIMIT_NOFILE, &limit) == 0, "getrlimit");
  const rlim_t allowed = limit.rlim_cur;
  const int next = ::dup(0);
  ::close(next);
  limit.rlim_cur = static_cast<rlim_t>(next);
  expect(::setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");
  say("short");
  hear();
  std::error_code shortage;
  (void)(*domain::Participant::current())->peers(shortage);
  expect(shortage == std::errc::too_many_files_open, "somebody may be missing");
  // What the window has left may go out; a new one may not be opened.
  std::uint64_t published = 0;
  while (published != 100 && !publisher.publish(Checked(published + 1))) ++published;
  expect(published < 8, "no window is opened unseen, after " + std::to_string(published));
  limit.rlim_cur = allowed;
  expect(::setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit back");
  while (published != 100) {
    if (!publisher.publish(Checked(published + 1))) ++published;
  }
  say("done");
  return 0;
}

const Role short_role{"short_publisher", publish_when_short};

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
