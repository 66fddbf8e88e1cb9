// The tests' own tool for processes. What it promises is what the other tests of this folder rest on.

#include "support/becomes_true.h"
#include "support/catch.h"
#include "support/child_process.h"

#include <string>

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

using carry::test::Arguments;
using carry::test::ChildProcess;

namespace {

int answer(const Arguments& arguments) {
  while (const auto line = carry::test::hear()) carry::test::say(arguments.at(0) + *line);
  return 42;
}

int spin(const Arguments&) {
  carry::test::say(std::to_string(::getpid()));
  for (;;) ::pause();
}

/// Has a child of its own and says its pid.
int nest(const Arguments&) {
  auto inner = ChildProcess::start_role("linux_spinner");
  carry::test::say(inner.read_line().value_or("nothing"));
  for (;;) ::pause();
}

const carry::test::Role answer_role("linux_answerer", answer);
const carry::test::Role spin_role("linux_spinner", spin);
const carry::test::Role nest_role("linux_nester", nest);

}  // namespace

TEST_CASE("a role hears lines, says lines, and ends with a code", "[platform]") {
  ChildProcess child = ChildProcess::start_role("linux_answerer", {"heard "});
  for (const char* line : {"one", "", "with spaces", "three"}) {
    child.write_line(line);
    CHECK(child.read_line() == "heard " + std::string(line));
  }
  CHECK(child.wait() == 42);
  CHECK(child.wait() == 42);
  CHECK_FALSE(child.read_line());
}

TEST_CASE("a killed child is known by its signal, and what it should have heard is lost", "[platform]") {
  ChildProcess child = ChildProcess::start_role("linux_spinner");
  REQUIRE(child.read_line());
  child.kill();
  child.kill();
  for (int i = 0; i != 100; ++i) child.write_line(std::string(10'000, 'x'));
  CHECK(child.wait() == ChildProcess::killed + SIGKILL);
  child.kill();
  CHECK_FALSE(child.read_line());
}

TEST_CASE("a role that nobody made known is an error", "[platform]") {
  ChildProcess child = ChildProcess::start_role("linux_nobody");
  CHECK(child.wait() == 127);
}

TEST_CASE("a child ends with the process that started it", "[platform]") {
  ChildProcess outer = ChildProcess::start_role("linux_nester");
  const auto pid = outer.read_line();
  REQUIRE(pid);
  // Tells of the end also when nobody buries the orphan.
  const int inner = static_cast<int>(::syscall(SYS_pidfd_open, std::stoi(*pid), 0));
  REQUIRE(inner >= 0);
  outer.kill();
  pollfd end{.fd = inner, .events = POLLIN, .revents = 0};
  CHECK(::poll(&end, 1, 20'000) == 1);
  ::close(inner);
}
