// Invariant M1: a process writes into its own segment and into the domain's epoch table, and maps everything else for reading only.

#include "process/checked_message.h"
#include "process/own_participant.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/linux/forked_child.h"

#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <cstring>
#include <fstream>
#include <sstream>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace carry;
using namespace carry::test;

namespace {

struct MappedFile {
  bool is_own;  // the segment of this process
  std::string permissions;
  std::string path;
};

/// What this process has mapped of its domain.
std::vector<MappedFile> mapped_files() {
  const std::string& domain = own_participant().directory().path();
  const auto own = reinterpret_cast<std::uintptr_t>(own_participant().base());
  std::vector<MappedFile> found;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    const std::size_t at = line.find(domain);
    if (at == std::string::npos) continue;
    std::uintptr_t address = 0;
    std::string rest, permissions;
    std::istringstream(line) >> std::hex >> address >> rest >> permissions;
    found.push_back({address == own, permissions, line.substr(at + domain.size() + 1)});
  }
  return found;
}

/// A child that writes there is told so by the kernel: returns the signal that ended it.
int signal_of_writing(const void* place) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGSEGV, SIG_DFL);
    *static_cast<volatile char*>(const_cast<void*>(place)) = 1;
    ::_exit(0);
  }
  const int status = wait_for(child);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace

TEST_CASE("a subscriber maps its publishers' segments for reading only, and a write into them faults", "[process][fork]") {
  publish_subscribe::Subscriber<Checked> subscriber("mapped");
  REQUIRE_FALSE(subscriber.initialize());
  REQUIRE_FALSE(subscriber.subscribe());
  std::vector<ChildProcess> publishers;
  for (int i = 0; i != 3; ++i) {
    publishers.push_back(ChildProcess::start_role("publisher", {"mapped", "overwrite", "8", "0"}));
    REQUIRE(publishers.back().read_line() == "ready");
  }
  Sample<Checked> sample;
  while (!sample) sample = subscriber.try_receive();

  std::size_t own = 0;
  std::size_t foreign = 0;
  for (const MappedFile& file : mapped_files()) {
    INFO(file.path);
    if (file.is_own || file.path.starts_with("epoch")) {
      CHECK(file.permissions == "rw-s");
      ++own;
    } else {
      CHECK(file.permissions == "r--s");
      ++foreign;
    }
  }
  CHECK(own == 2);
  CHECK(foreign >= 3);
  CHECK(signal_of_writing(&*sample) == SIGSEGV);
  CHECK(sample->is_whole());
}

TEST_CASE("publishers of a process that goes on do not keep the memory of subscribers that came and went", "[process]") {
  std::vector<std::unique_ptr<publish_subscribe::Publisher<Checked>>> publishers;
  for (int round = 0; round != 4; ++round) {
    auto visitor = ChildProcess::start_role("idle_subscriber", {"came-and-went"});
    REQUIRE(visitor.read_line() == "ready");
    publishers.push_back(std::make_unique<publish_subscribe::Publisher<Checked>>("quiet-" + std::to_string(round)));
    REQUIRE_FALSE(publishers.back()->initialize());
    REQUIRE_FALSE(publishers.back()->publish(Checked(1)));
    visitor = ChildProcess::start_role("visitor", {"came-and-went"});
    CHECK(visitor.wait() == 0);
  }
  publishers.emplace_back(std::make_unique<publish_subscribe::Publisher<Checked>>("quiet-last"));
  REQUIRE_FALSE(publishers.back()->initialize());
  for (const MappedFile& file : mapped_files()) {
    INFO(file.path);
    CHECK((file.is_own || !file.path.ends_with("(deleted)")));
  }
}
