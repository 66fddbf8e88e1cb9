// Invariant D2: who lives is what the kernel says.

#include "support/becomes_true.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/linux/private_runtime.h"

#include <carry/platform/own_segment.h>
#include <carry/platform/peer_segment.h>

#include <cstring>
#include <fstream>
#include <utility>

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

using namespace carry;
using namespace carry::platform;
using test::ChildProcess;

namespace {

constexpr std::size_t segment_bytes = 1 << 20;

/// mortal RUNTIME: has a visible segment that begins with its pid, until its end.
int live(const test::Arguments& arguments) {
  const auto directory = DomainDirectory::open({.runtime_directory = arguments.at(0), .domain = "test"});
  const auto id = ParticipantId::random();
  auto segment = OwnSegment::create(directory.value(), id, segment_bytes);
  if (!segment || segment->commit(0, 1)) return 11;
  const pid_t pid = ::getpid();
  std::memcpy(segment->base(), &pid, sizeof pid);
  if (segment->make_visible()) return 12;
  test::say(id.to_string());
  while (test::hear()) continue;
  return 0;
}

/// lister PATH: says how many of its descriptors and mappings lead below the path.
int list(const test::Arguments& arguments) {
  const std::string& path = arguments.at(0);
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;  // the iterator's own
    count += std::filesystem::read_symlink(entry.path(), gone).string().starts_with(path);
  }
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) count += line.find(path) != std::string::npos;
  test::say(std::to_string(count));
  return 0;
}

const test::Role live_role("linux_mortal", live);
const test::Role list_role("linux_lister", list);

struct Mortal {
  ChildProcess process;
  ParticipantId id;
};

Mortal start_mortal(const test::PrivateRuntime& runtime) {
  ChildProcess process = ChildProcess::start_role("linux_mortal", {runtime.text()});
  const auto id = ParticipantId::parse(process.read_line().value_or(""));
  REQUIRE(id);
  return {std::move(process), *id};
}

}  // namespace

TEST_CASE("a killed process is dead when it has ended, and its peers keep the memory", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  Mortal mortal = start_mortal(runtime);
  const auto peer = PeerSegment::open(*directory, mortal.id);
  REQUIRE(peer);
  CHECK(peer->alive());
  CHECK(directory->liveness(mortal.id) == Liveness::alive);
  CHECK_FALSE(directory->remove_dead(mortal.id));

  mortal.process.kill();
  // Nobody has waited for it: a zombie is as dead.
  CHECK(test::becomes_true([&] { return !peer->alive(); }));
  CHECK(directory->liveness(mortal.id) == Liveness::dead);
  CHECK(directory->participants() == std::vector{mortal.id});
  CHECK(directory->remove_dead(mortal.id));
  CHECK_FALSE(directory->remove_dead(mortal.id));
  CHECK(directory->liveness(mortal.id) == Liveness::absent);
  CHECK(directory->participants() == std::vector<ParticipantId>{});
  CHECK(peer->base()[0] != std::byte{0});
  CHECK_FALSE(peer->alive());
  CHECK(mortal.process.wait() == ChildProcess::killed + SIGKILL);
}

TEST_CASE("a stopped process is alive", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  Mortal mortal = start_mortal(runtime);
  const auto peer = PeerSegment::open(*directory, mortal.id);
  REQUIRE(peer);
  pid_t pid = 0;
  std::memcpy(&pid, peer->base(), sizeof pid);
  REQUIRE(::kill(pid, SIGSTOP) == 0);
  CHECK(peer->alive());
  CHECK_FALSE(directory->remove_dead(mortal.id));
  REQUIRE(::kill(pid, SIGCONT) == 0);
  CHECK(mortal.process.wait() == 0);
  CHECK_FALSE(peer->alive());
  CHECK(directory->liveness(mortal.id) == Liveness::absent);
}

TEST_CASE("a living process's pid in a dead one's segment revives nobody", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  Mortal mortal = start_mortal(runtime);
  const auto peer = PeerSegment::open(*directory, mortal.id);
  REQUIRE(peer);
  mortal.process.kill();
  mortal.process.wait();

  const pid_t living = ::getpid();
  std::fstream file(runtime.segment_path(mortal.id), std::ios::in | std::ios::out | std::ios::binary);
  file.write(reinterpret_cast<const char*>(&living), sizeof living);
  file.close();
  REQUIRE(std::memcmp(peer->base(), &living, sizeof living) == 0);
  CHECK_FALSE(peer->alive());
  CHECK(directory->liveness(mortal.id) == Liveness::dead);
  CHECK(directory->remove_dead(mortal.id));
}

TEST_CASE("only a write lock is a sign of life", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  Mortal mortal = start_mortal(runtime);
  mortal.process.kill();
  mortal.process.wait();
  const int file = ::open(runtime.segment_path(mortal.id).c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(file >= 0);
  struct flock lock{};
  lock.l_type = F_RDLCK;
  REQUIRE(::fcntl(file, F_OFD_SETLK, &lock) == 0);
  REQUIRE(::flock(file, LOCK_EX) == 0);  // another kind of lock altogether
  CHECK(directory->liveness(mortal.id) == Liveness::dead);
  CHECK(directory->remove_dead(mortal.id));
  ::close(file);
}

TEST_CASE("a process that opens and closes its own segment as a peer stays alive", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  const auto id = ParticipantId::random();
  auto segment = OwnSegment::create(*directory, id, segment_bytes);
  REQUIRE(segment);
  REQUIRE_FALSE(segment->commit(0, 1));
  REQUIRE_FALSE(segment->make_visible());
  // A lock of the POSIX kind would be lost here.
  {
    const auto peer = PeerSegment::open(*directory, id);
  }
  {
    const std::ifstream file(runtime.segment_path(id));
  }
  CHECK(directory->liveness(id) == Liveness::alive);
  CHECK_FALSE(directory->remove_dead(id));
}

TEST_CASE("a segment is alive as long as its object, wherever that was moved to", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  const auto first_id = ParticipantId::random();
  const auto second_id = ParticipantId::random();
  auto first = OwnSegment::create(*directory, first_id, segment_bytes);
  auto second = OwnSegment::create(*directory, second_id, segment_bytes);
  REQUIRE(first);
  REQUIRE(second);
  for (auto* segment : {&*first, &*second}) {
    REQUIRE_FALSE(segment->commit(0, 1));
    REQUIRE_FALSE(segment->make_visible());
  }
  const auto peer = PeerSegment::open(*directory, first_id);
  REQUIRE(peer);
  {
    OwnSegment moved(std::move(*first));
    CHECK(peer->alive());
    moved = std::move(*second);
    CHECK_FALSE(peer->alive());
    CHECK(directory->liveness(first_id) == Liveness::absent);
    CHECK(directory->liveness(second_id) == Liveness::alive);
  }
  CHECK(directory->liveness(second_id) == Liveness::absent);
}

TEST_CASE("a program that is started has nothing of the segment", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  auto segment = OwnSegment::create(*directory, ParticipantId::random(), segment_bytes);
  REQUIRE(segment);
  REQUIRE_FALSE(segment->make_visible());
  ChildProcess lister = ChildProcess::start_role("linux_lister", {runtime.text()});
  CHECK(lister.read_line() == "0");
  CHECK(lister.wait() == 0);
}
