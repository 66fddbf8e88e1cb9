// What a forked child has of its parent's shared memory: nothing that anybody else could see, and nothing that keeps its parent alive.

#include "support/becomes_true.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/error_of.h"
#include "support/expect.h"
#include "support/linux/forked_child.h"
#include "support/linux/private_runtime.h"

#include <carry/error.h>
#include <carry/platform/epoch_table.h>
#include <carry/platform/own_segment.h>
#include <carry/platform/peer_segment.h>

#include <string>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace carry;
using namespace carry::platform;
using test::ChildProcess;
using test::error_of;
using test::expect;

namespace {

constexpr std::size_t segment_bytes = 1 << 20;
constexpr std::size_t counter_index = 5;

struct Shared {
  DomainDirectory directory;
  EpochTable table;
  ParticipantId id;
  OwnSegment segment;
};

Shared make_shared(const std::string& runtime) {
  auto directory = DomainDirectory::open({.runtime_directory = runtime, .domain = "test"}).value();
  auto table = EpochTable::open(directory).value();
  const auto id = ParticipantId::random();
  auto segment = OwnSegment::create(directory, id, segment_bytes).value();
  expect(!segment.commit(0, 2 * 4096), "commit");
  segment.base()[0] = std::byte{1};
  expect(!segment.make_visible(), "make_visible");
  expect(!forked(), "whoever was started is not forked");
  return {std::move(directory), std::move(table), id, std::move(segment)};
}

/// In a child: writes into all that it inherited, and tries all that it may not do.
void vandalize(Shared& shared) {
  expect(forked(), "forked() in a child");
  expect(shared.segment.base()[0] == std::byte{0}, "zeroes in place of the segment");
  expect(shared.segment.reserved_bytes() == segment_bytes, "the size stays");
  for (const std::size_t offset : {std::size_t{0}, segment_bytes - 1}) shared.segment.base()[offset] = std::byte{99};
  expect(shared.segment.commit(0, segment_bytes) == Errc::forked, "commit is refused");
  expect(shared.segment.make_visible() == Errc::forked, "make_visible is refused");
  shared.segment.withdraw();
  expect(shared.table.counter(counter_index).fetch_add(1000) == 0, "zeroes in place of the table");
  expect(!shared.table.is_current(), "a table that is not the domain's");
  shared.table.leave();
  expect(error_of(OwnSegment::create(shared.directory, ParticipantId::random(), segment_bytes)) == Errc::forked, "no new segment");
  expect(error_of(EpochTable::open(shared.directory)) == Errc::forked, "no new table");
  expect(shared.directory.liveness(shared.id) == Liveness::alive, "the parent lives");
  expect(!shared.directory.remove_dead(shared.id), "the parent's name stays");
}

/// Answers lines until there are no more.
void outlive() {
  test::say("forked");
  while (test::hear()) test::say("here");
}

/// forker RUNTIME GENERATIONS: says the id of its segment, has a child, or a child with a child, and waits for its end.
int have_children(const test::Arguments& arguments) {
  Shared shared = make_shared(arguments.at(0));
  shared.table.counter(counter_index).fetch_add(7);
  test::say(shared.id.to_string());
  for (int generation = std::stoi(arguments.at(1)); generation != 0; --generation) {
    const pid_t child = ::fork();
    if (child != 0) {
      test::wait_for(child);
      return 0;
    }
    vandalize(shared);
    // As it was, for the child's child.
    shared.segment.base()[0] = std::byte{0};
    shared.table.counter(counter_index).store(0);
  }
  {
    const Shared ended = std::move(shared);
  }
  outlive();
  return 0;
}

/// exiting forker RUNTIME: a child that ends the ordinary way, destructors and all. Says what is left of the parent's things.
int have_exiting_child(const test::Arguments& arguments) {
  Shared shared = make_shared(arguments.at(0));
  const pid_t child = ::fork();
  if (child == 0) {
    vandalize(shared);
    return 0;
  }
  expect(test::wait_for(child) == 0, "the child ends well");
  expect(shared.directory.liveness(shared.id) == Liveness::alive, "the parent lives after its child");
  expect(shared.table.is_current(), "the table is there");
  expect(shared.segment.base()[0] == std::byte{1}, "the segment is as it was");
  expect(!shared.segment.commit(0, segment_bytes), "the parent commits");
  test::say("done");
  return 0;
}

const test::Role children_role("linux_forker", have_children);
const test::Role exiting_role("linux_exiting_forker", have_exiting_child);

void check_forker(const char* generations) {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  const auto table = EpochTable::open(*directory);
  REQUIRE(table);
  ChildProcess parent = ChildProcess::start_role("linux_forker", {runtime.text(), generations});
  const auto id = ParticipantId::parse(parent.read_line().value_or(""));
  REQUIRE(id);
  const auto peer = PeerSegment::open(*directory, *id);
  REQUIRE(peer);
  REQUIRE(parent.read_line() == "forked");

  CHECK(peer->base()[0] == std::byte{1});
  CHECK(peer->base()[segment_bytes - 1] == std::byte{0});
  CHECK(table->counter(counter_index) == 7);
  CHECK(table->is_current());
  CHECK(peer->alive());
  CHECK(directory->liveness(*id) == Liveness::alive);

  parent.kill();
  CHECK(test::becomes_true([&] { return !peer->alive(); }));
  CHECK(directory->liveness(*id) == Liveness::dead);
  parent.write_line("still there?");
  CHECK(parent.read_line() == "here");
  CHECK(directory->remove_dead(*id));
  CHECK(parent.wait() == ChildProcess::killed + SIGKILL);
}

}  // namespace

TEST_CASE("a forked child that outlives its parent neither keeps it alive nor writes into what it shared", "[platform][fork]") { check_forker("1"); }

TEST_CASE("a child's child is as harmless as a child", "[platform][fork]") { check_forker("2"); }

TEST_CASE("a forked child that ends the ordinary way takes nothing with it", "[platform][fork]") {
  const test::PrivateRuntime runtime;
  ChildProcess parent = ChildProcess::start_role("linux_exiting_forker", {runtime.text()});
  CHECK(parent.wait() == 0);
  CHECK(parent.read_line() == "done");
  CHECK_FALSE(parent.read_line());
  CHECK_FALSE(std::filesystem::exists(runtime.domain_path()));
}
