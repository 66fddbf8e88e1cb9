// Programs of two versions of the layout in one domain. tests/next_layout builds those of the next one, the tool too.

#include "process/own_participant.h"
#include "support/captured_log.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/holdings.h"

#include <carry/domain/segment_layout.h>

using namespace carry;
using namespace carry::test;

namespace {

const std::string own_version = std::to_string(domain::layout_version);
const std::string next_version = std::to_string(domain::layout_version + 1);

/// What somebody of version `reader` says of the participant `id`, who has the other one.
void check_report(const std::string& text, const std::string& id, bool reader_is_next) {
  INFO(text);
  const std::string& theirs = reader_is_next ? own_version : next_version;
  const std::string& his = reader_is_next ? next_version : own_version;
  const auto place = text.find(id);
  REQUIRE(place != std::string::npos);
  CHECK(text.find("rebuild one of the two programs (it has layout " + theirs + ", this program layout " + his + ")", place) != std::string::npos);
}

std::string run(const char* tool, const char* command) {
  auto process = ChildProcess::start_program(tool, {command});
  std::string text;
  while (const auto line = process.read_line()) text += *line + '\n';
  CHECK(process.wait() == 0);
  return text;
}

ChildProcess start(bool next, const std::string& role, const Arguments& arguments) {
  if (!next) return ChildProcess::start_role(role, arguments);
  Arguments words{"@" + role};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return ChildProcess::start_program(CARRY_NEXT_LAYOUT, words);
}

/// A publisher and a subscriber of each version, on one topic at the same time: each gets the messages of its own kind, and no others.
void check_both_kinds_go_on() {
  std::vector<ChildProcess> subscribers;
  std::vector<ChildProcess> publishers;
  for (const bool next : {false, true}) subscribers.push_back(start(next, "subscriber", {"both-layouts", "50", "1"}));
  for (auto& subscriber : subscribers) REQUIRE(subscriber.read_line().value_or("nothing") == "ready");
  for (const bool next : {false, true}) publishers.push_back(start(next, "publisher", {"both-layouts", "block", "64", "50"}));
  for (auto& publisher : publishers) CHECK(publisher.wait() == 0);
  for (auto& subscriber : subscribers) {
    CHECK(subscriber.read_line().value_or("nothing") == "50 0");
    CHECK(subscriber.wait() == 0);
  }
}

bool is_listed(const std::string& id) {
  const auto ids = own_participant().directory().participants();
  REQUIRE(ids);
  return std::ranges::any_of(*ids, [&](const auto& each) { return each.to_string() == id; });
}

}  // namespace

TEST_CASE("programs of two layouts report each other, map nothing of each other, and go on with their own kind", "[process][crowds]") {
  const std::string own_id = own_participant().id().to_string();
  const CapturedLog log;
  auto neighbour = start(true, "neighbour", {});
  REQUIRE(neighbour.read_line().value_or("nothing") == next_version);
  const std::string id = neighbour.read_line().value_or("nothing");
  check_report(neighbour.read_line().value_or("nothing"), own_id, true);
  CHECK(own_participant().peers()->size() == 1);
  check_report(log.text(), id, false);

  check_both_kinds_go_on();
  CHECK(count_mappings_named(id) == 0);
  neighbour.write_line(own_id);
  CHECK(neighbour.read_line() == "0");

  // Either version's tool sees its own, says what the other one is, and removes neither.
  for (const bool next : {false, true}) {
    const char* tool = next ? CARRY_NEXT_LAYOUT_TOOL : CARRY_TOOL;
    const std::string list = run(tool, "list");
    check_report(list, next ? own_id : id, next);
    CHECK(list.find((next ? id : own_id) + "  pid ") != std::string::npos);
    CHECK(run(tool, "clean").find("removed what 0 dead participants left") != std::string::npos);
    CHECK(is_listed(own_id));
    CHECK(is_listed(id));
  }
  check_both_kinds_go_on();
  neighbour.write_line(own_id);
  CHECK(neighbour.read_line() == "0");

  // The dead are removed by anybody.
  neighbour.kill();
  neighbour.wait();
  run(CARRY_TOOL, "clean");
  CHECK_FALSE(is_listed(id));
  auto visitor = start(false, "joiner", {"both-layouts"});
  REQUIRE(visitor.read_line() == "ready");
  visitor.kill();
  visitor.wait();
  run(CARRY_NEXT_LAYOUT_TOOL, "clean");
  CHECK(is_listed(own_id));
  CHECK(visible_participants() == 1);
}
