// `carry list` and `carry clean` in a domain that the members of a group share, run by several users.

#include "support/catch.h"
#include "support/child_process.h"
#include "support/environment.h"
#include "support/linux/private_runtime.h"
#include "support/linux/user.h"

#include <carry/carry.h>

#include <filesystem>

#include <fcntl.h>

using namespace carry;
using namespace carry::test;
namespace fs = std::filesystem;

namespace {

const std::string group_text = std::to_string(robots);

/// tool USER GROUPS RUNTIME COMMAND: `carry COMMAND --group`. Whatever directory the tool lies in, opened by who may.
int run_tool(const Arguments& arguments) {
  const int tool = ::open(CARRY_TOOL, O_RDONLY | O_CLOEXEC);
  become_user(arguments.at(0), arguments.at(1));
  set_environment("CARRY_RUNTIME_DIR", arguments.at(2));
  set_environment("CARRY_DOMAIN", "shared");
  std::vector<std::string> words{"carry", arguments.at(3), "--group", group_text};
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  ::fexecve(tool, pointers.data(), environ);
  return 126;
}

const Role tool_role("linux_group_tool", run_tool);

/// joiner USER RUNTIME: takes part until it is told to leave.
int stay(const Arguments& arguments) {
  become_user(arguments.at(0), "members");
  if (!initialize_dynamic_buffer({.domain = "shared", .group = group_text, .runtime_directory = arguments.at(1)})) return 2;
  say("ready");
  (void)hear();
  return 0;
}

const Role stay_role("linux_group_stay", stay);

struct Outcome {
  std::string text;
  int code = 0;
};

Outcome run(uid_t user, const std::string& runtime, const char* command, const char* groups = "members") {
  auto child = ChildProcess::start_role("linux_group_tool", {std::to_string(user), groups, runtime, command});
  Outcome outcome;
  while (const auto line = child.read_line()) outcome.text += *line + '\n';
  outcome.code = child.wait();
  return outcome;
}

void check_output(const Outcome& outcome, int code, const std::vector<std::string>& parts) {
  INFO(outcome.text);
  CHECK(outcome.code == code);
  for (const auto& part : parts) {
    CAPTURE(part);
    CHECK(outcome.text.find(part) != std::string::npos);
  }
}

}  // namespace

TEST_CASE("carry lists and cleans a group's domain as far as the user may, and says what stays", "[process][users]") {
  if (!can_become_others()) return;
  const PrivateRuntime runtime;
  fs::permissions(runtime.path(), fs::perms::all | fs::perms::sticky_bit);
  check_output(run(first_user, runtime.text(), "list"), 0, {"no such domain"});
  CHECK(fs::is_empty(runtime.path()));
  auto first = ChildProcess::start_role("linux_group_stay", {std::to_string(first_user), runtime.text()});
  REQUIRE(first.read_line() == "ready");
  auto second = ChildProcess::start_role("linux_group_stay", {std::to_string(second_user), runtime.text()});
  REQUIRE(second.read_line() == "ready");
  check_output(run(second_user, runtime.text(), "list"), 0, {"2 participants", "  uid 61234  alive", "  uid 61235  alive"});
  check_output(run(third_user, runtime.text(), "list", "-"), 1, {"uid 61236 is no member of group 62345", "carry-g-62345"});

  first.kill();
  first.wait();
  check_output(run(second_user, runtime.text(), "list"), 0, {"  uid 61234  dead", "  uid 61235  alive"});
  check_output(run(second_user, runtime.text(), "clean"), 1,
               {"removed what 0 dead", "is dead and stays: uid 61234 or an administrator may remove it"});
  check_output(run(0, runtime.text(), "clean"), 0, {"removed what 1 dead"});
  check_output(run(second_user, runtime.text(), "list"), 0, {"1 participants"});

  second.kill();
  second.wait();
  check_output(run(first_user, runtime.text(), "clean"), 0, {"removed what 1 dead"});  // The directory is his.
  check_output(run(first_user, runtime.text(), "list"), 0, {"no such domain"});
}
