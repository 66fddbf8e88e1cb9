// Invariant M1: another process's segment can be read and never written. The other process plays a role: this program, started with "@role".

#include "support/catch.h"
#include "support/child_process.h"
#include "support/error_of.h"
#include "support/expect.h"
#include "support/linux/private_runtime.h"

#include <carry/platform/own_segment.h>
#include <carry/platform/peer_segment.h>

#include <fstream>
#include <string>

#include <signal.h>
#include <sys/mman.h>

using namespace carry;
using namespace carry::platform;
using test::ChildProcess;
using test::error_of;

namespace {

constexpr std::size_t segment_bytes = std::size_t{64} << 20;
constexpr std::size_t page_bytes = 4096;

/// How this process has mapped the files whose path contains `part`: "r--s" and so on, one word per mapping.
std::string rights_of_mappings(const std::string& part) {
  std::ifstream maps("/proc/self/maps");
  std::string found;
  for (std::string line; std::getline(maps, line);) {
    if (line.find(part) == std::string::npos) continue;
    if (!found.empty()) found += ' ';
    found += line.substr(line.find(' ') + 1, 4);
  }
  return found;
}

/// owner RUNTIME: makes a segment visible, says its id, and commits one more page for every offset it hears.
int own(const test::Arguments& arguments) {
  const auto directory = DomainDirectory::open({.runtime_directory = arguments.at(0), .domain = "test"});
  const auto id = ParticipantId::random();
  auto segment = OwnSegment::create(directory.value(), id, segment_bytes);
  if (!segment || segment->commit(0, page_bytes)) return 11;
  segment->base()[0] = std::byte{1};
  if (segment->make_visible()) return 12;
  test::say(id.to_string());
  while (const auto line = test::hear()) {
    const std::size_t offset = std::stoul(*line);
    if (segment->commit(offset, page_bytes)) return 13;
    segment->base()[offset] = std::byte{42};
    test::say("committed");
  }
  return 0;
}

/// vandal RUNTIME ID: tries to write into a peer's segment, first the polite way.
int vandalize(const test::Arguments& arguments) {
  ::signal(SIGSEGV, SIG_DFL);  // a sanitizer would report it
  const auto directory = DomainDirectory::open({.runtime_directory = arguments.at(0), .domain = "test"});
  const auto peer = PeerSegment::open(directory.value(), ParticipantId::parse(arguments.at(1)).value());
  if (!peer || peer->base()[0] != std::byte{1}) return 11;
  test::say(rights_of_mappings(arguments.at(1)));
  auto* memory = const_cast<std::byte*>(peer->base());
  test::expect(::mprotect(memory, page_bytes, PROT_READ | PROT_WRITE) != 0, "nobody can make a peer's segment writable");
  test::say("about to write");
  *const_cast<volatile std::byte*>(memory) = std::byte{99};
  return 0;
}

const test::Role own_role("linux_segment_owner", own);
const test::Role vandal_role("linux_segment_vandal", vandalize);

}  // namespace

TEST_CASE("a peer sees what the owner commits after the peer has mapped, and maps it only for reading", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  ChildProcess owner = ChildProcess::start_role("linux_segment_owner", {runtime.text()});
  const auto id = ParticipantId::parse(owner.read_line().value_or(""));
  REQUIRE(id);
  CHECK(directory->participants() == std::vector{*id});
  const auto peer = PeerSegment::open(*directory, *id);
  REQUIRE(peer);
  CHECK(peer->alive());
  CHECK(peer->mapped_bytes() == segment_bytes);
  CHECK(peer->base()[0] == std::byte{1});
  CHECK(rights_of_mappings(id->to_string()) == "r--s");

  for (const std::size_t offset : {page_bytes, segment_bytes / 2, segment_bytes - page_bytes}) {
    owner.write_line(std::to_string(offset));
    REQUIRE(owner.read_line() == "committed");
    CHECK(peer->base()[offset] == std::byte{42});
    CHECK(peer->base()[offset + 1] == std::byte{0});
  }
  CHECK(owner.wait() == 0);
}

TEST_CASE("a write through a peer's view kills the writer and changes nothing", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  const auto id = ParticipantId::random();
  auto segment = OwnSegment::create(*directory, id, segment_bytes);
  REQUIRE(segment);
  REQUIRE_FALSE(segment->commit(0, 1));
  segment->base()[0] = std::byte{1};
  REQUIRE_FALSE(segment->make_visible());

  ChildProcess vandal = ChildProcess::start_role("linux_segment_vandal", {runtime.text(), id.to_string()});
  CHECK(vandal.read_line() == "r--s");
  CHECK(vandal.read_line() == "about to write");
  CHECK(vandal.wait() == ChildProcess::killed + SIGSEGV);
  CHECK(segment->base()[0] == std::byte{1});
}

TEST_CASE("a segment and a view of it in one process lie at different addresses", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  const auto id = ParticipantId::random();
  auto segment = OwnSegment::create(*directory, id, 1);
  REQUIRE(segment);
  CHECK(segment->reserved_bytes() == 65536);
  REQUIRE_FALSE(segment->commit(0, 1));
  REQUIRE_FALSE(segment->make_visible());
  const auto peer = PeerSegment::open(*directory, id);
  REQUIRE(peer);
  CHECK(peer->mapped_bytes() == 65536);
  CHECK(peer->base() != segment->base());
  segment->base()[5] = std::byte{6};
  CHECK(peer->base()[5] == std::byte{6});
  CHECK(peer->alive());
}

TEST_CASE("a commit outside the reservation is an error, and one at its edges is not", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  auto segment = OwnSegment::create(*directory, ParticipantId::random(), 1 << 20);
  REQUIRE(segment);
  constexpr std::size_t all = 1 << 20;
  constexpr std::size_t endless = ~std::size_t{0};
  CHECK(segment->commit(0, all + 1) == std::errc::file_too_large);
  CHECK(segment->commit(all, 1) == std::errc::file_too_large);
  CHECK(segment->commit(endless, 1) == std::errc::file_too_large);
  CHECK(segment->commit(1, endless) == std::errc::file_too_large);
  CHECK_FALSE(segment->commit(all, 0));
  CHECK_FALSE(segment->commit(all - 1, 1));
  segment->base()[all - 1] = std::byte{7};
  CHECK_FALSE(segment->commit(0, all));
  CHECK(segment->base()[all - 1] == std::byte{7});
  CHECK(error_of(OwnSegment::create(*directory, ParticipantId::random(), 0)) == std::errc::invalid_argument);
  CHECK(error_of(OwnSegment::create(*directory, ParticipantId::random(), endless)) == std::errc::file_too_large);
}
