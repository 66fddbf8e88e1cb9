// fork while other threads make, commit and drop what a child must not have.

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

#include <atomic>
#include <cstring>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

using namespace carry;
using namespace carry::platform;
using test::ChildProcess;
using test::expect;

namespace {

constexpr std::size_t segment_bytes = std::size_t{8} << 20;
constexpr unsigned longest_seconds = 30;

DomainDirectory open_directory(const test::Arguments& arguments) {
  return DomainDirectory::open({.runtime_directory = arguments.at(0), .domain = "test"}).value();
}

/// Children that do nothing and stay until they are told to go.
class Children {
 public:
  Children() { expect(::pipe(ends_) == 0, "pipe"); }
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;

  void add() {
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::close(ends_[1]);
      char nothing = 0;
      (void)!::read(ends_[0], &nothing, 1);
      ::_exit(0);
    }
    pids_.push_back(pid);
  }

  ~Children() {
    ::close(ends_[1]);
    for (const pid_t pid : pids_) test::wait_for(pid);
    ::close(ends_[0]);
  }

 private:
  int ends_[2] = {};
  std::vector<pid_t> pids_;
};

/// A segment that was dropped is dead at once, although children may have been forked at any moment of its life.
int drop_while_forking(const test::Arguments& arguments) {
  ::alarm(longest_seconds);
  const auto directory = open_directory(arguments);
  for (int round = 0; round != 20; ++round) {
    Children children;
    std::atomic<bool> dropped = false;
    std::thread dropping([&] {
      const auto id = ParticipantId::random();
      auto segment = OwnSegment::create(directory, id, segment_bytes).value();
      expect(!segment.commit(0, segment_bytes) && !segment.make_visible(), "make a segment");
      std::memset(segment.base(), 1, segment_bytes);
      const auto peer = PeerSegment::open(directory, id).value();
      {
        const OwnSegment gone = std::move(segment);
      }
      expect(!peer.alive(), "a dropped segment is dead");
      dropped = true;
    });
    while (!dropped) children.add();
    dropping.join();
  }
  test::say("done");
  return 0;
}

/// The last member leaves and takes the domain with it, although children may have been forked at any moment.
int leave_while_forking(const test::Arguments& arguments) {
  ::alarm(longest_seconds);
  for (int round = 0; round != 20; ++round) {
    Children children;
    std::atomic<bool> left = false;
    std::thread leaving([&] {
      for (int i = 0; i != 20; ++i) {
        const auto directory = open_directory(arguments);
        {
          const auto table = EpochTable::open(directory).value();
        }
        expect(!std::filesystem::exists(directory.path()), "the domain is gone");
      }
      left = true;
    });
    while (!left) children.add();
    leaving.join();
  }
  test::say("done");
  return 0;
}

/// Nothing hangs when fork comes in the middle of a commit.
int commit_while_forking(const test::Arguments& arguments) {
  ::alarm(longest_seconds);
  const auto directory = open_directory(arguments);
  auto segment = OwnSegment::create(directory, ParticipantId::random(), segment_bytes).value();
  expect(!segment.make_visible(), "make_visible");
  std::atomic<bool> enough = false;
  std::thread committing([&] {
    while (!enough) {
      auto other = OwnSegment::create(directory, ParticipantId::random(), segment_bytes).value();
      expect(!other.commit(0, segment_bytes), "commit");
    }
  });
  for (int i = 0; i != 100; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(longest_seconds);
      const bool refused = forked() && segment.commit(0, segment_bytes) == Errc::forked;
      segment.base()[0] = std::byte{1};
      ::_exit(refused ? 0 : 1);
    }
    const int status = test::wait_for(child);
    expect(status == 0, "the child ends well, status " + std::to_string(status));
  }
  enough = true;
  committing.join();
  test::say("done");
  return 0;
}

const test::Role drop_role("linux_drop_while_forking", drop_while_forking);
const test::Role leave_role("linux_leave_while_forking", leave_while_forking);
const test::Role commit_role("linux_commit_while_forking", commit_while_forking);

void check_role(const char* role) {
  const test::PrivateRuntime runtime;
  ChildProcess process = ChildProcess::start_role(role, {runtime.text()});
  CHECK(process.read_line().value_or("nothing") == "done");
  CHECK(process.wait() == 0);
}

}  // namespace

TEST_CASE("a segment that is dropped while another thread forks is dead", "[platform][fork]") { check_role("linux_drop_while_forking"); }

TEST_CASE("the last member takes the domain with it while another thread forks", "[platform][fork]") { check_role("linux_leave_while_forking"); }

TEST_CASE("fork in the middle of a commit hangs neither parent nor child", "[platform][fork]") { check_role("linux_commit_while_forking"); }
