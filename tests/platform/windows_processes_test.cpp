// What two real processes see of each other's segments. The child plays a role: this program, started with "@role".

#include "platform/windows/domain_state.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/windows/private_runtime.h"

#include <carry/platform/own_segment.h>
#include <carry/platform/peer_segment.h>
#include <carry/platform/thread.h>

#include <chrono>
#include <functional>
#include <string>

using namespace carry;
using namespace carry::platform;
using test::ChildProcess;
using windows::KernelObject;

namespace {

constexpr std::size_t segment_bytes = std::size_t{64} << 20;
constexpr std::size_t page_bytes = 4096;

// Makes a segment visible, says so, and commits one more page for every line it gets.
int own(const test::Arguments& arguments) {
  const auto directory = DomainDirectory::open({.runtime_directory = arguments.at(0), .domain = "test"});
  if (!directory) return 10;
  const auto id = ParticipantId::random();
  auto segment = OwnSegment::create(*directory, id, segment_bytes);
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

LONG WINAPI exit_with_exception(EXCEPTION_POINTERS* exception) {
  TerminateProcess(GetCurrentProcess(), exception->ExceptionRecord->ExceptionCode);
  return EXCEPTION_CONTINUE_SEARCH;
}

// Writes through a peer's view, which must not work.
int vandalize(const test::Arguments& arguments) {
  SetUnhandledExceptionFilter(exit_with_exception);
  const auto directory = DomainDirectory::open({.runtime_directory = arguments.at(0), .domain = "test"});
  if (!directory) return 10;
  const auto peer = PeerSegment::open(*directory, ParticipantId::parse(arguments.at(1)).value());
  if (!peer || peer->base()[0] != std::byte{1}) return 11;
  test::say("mapped");
  *const_cast<volatile std::byte*>(peer->base()) = std::byte{99};
  return 0;
}

const test::Role own_role("windows_segment_owner", own);
const test::Role vandal_role("windows_segment_vandal", vandalize);

bool becomes_true(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

struct Owner {
  ChildProcess process;
  ParticipantId id;
};

Owner start_owner(const test::PrivateRuntime& runtime) {
  ChildProcess process = ChildProcess::start_role("windows_segment_owner", {runtime.text()});
  const auto line = process.read_line();
  REQUIRE(line);
  const auto id = ParticipantId::parse(*line);
  REQUIRE(id);
  return {std::move(process), *id};
}

}  // namespace

TEST_CASE("a peer sees what the owner commits after the peer has mapped", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  Owner owner = start_owner(runtime);
  CHECK(directory->participants() == std::vector{owner.id});
  const auto peer = PeerSegment::open(*directory, owner.id);
  REQUIRE(peer);
  CHECK(peer->alive());
  CHECK(peer->mapped_bytes() == segment_bytes);
  CHECK(peer->base()[0] == std::byte{1});

  for (const std::size_t offset : {page_bytes, segment_bytes / 2, segment_bytes - page_bytes}) {
    owner.process.write_line(std::to_string(offset));
    REQUIRE(owner.process.read_line() == "committed");
    CHECK(peer->base()[offset] == std::byte{42});
    CHECK(peer->base()[offset + 1] == std::byte{0});
  }
  // The walk over the regions counts committed and reserved pages alike.
  CHECK(PeerSegment::open(*directory, owner.id)->mapped_bytes() == segment_bytes);
}

TEST_CASE("two views of one segment lie at different addresses", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  const auto id = ParticipantId::random();
  auto segment = OwnSegment::create(*directory, id, segment_bytes);
  REQUIRE(segment);
  REQUIRE_FALSE(segment->commit(0, 1));
  REQUIRE_FALSE(segment->make_visible());
  const auto peer = PeerSegment::open(*directory, id);
  REQUIRE(peer);
  CHECK(peer->base() != segment->base());
  segment->base()[5] = std::byte{6};
  CHECK(peer->base()[5] == std::byte{6});
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

  ChildProcess vandal = ChildProcess::start_role("windows_segment_vandal", {runtime.text(), id.to_string()});
  CHECK(vandal.read_line() == "mapped");
  CHECK(static_cast<std::uint32_t>(vandal.wait()) == EXCEPTION_ACCESS_VIOLATION);
  CHECK(segment->base()[0] == std::byte{1});
}

TEST_CASE("a killed owner leaves neither marker nor section, and its peers keep the memory", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  Owner owner = start_owner(runtime);
  const auto peer = PeerSegment::open(*directory, owner.id);
  REQUIRE(peer);
  const auto section_exists = [&] {
    return static_cast<bool>(KernelObject(OpenFileMappingW(FILE_MAP_READ, FALSE, windows::segment_name(owner.id).c_str())));
  };
  REQUIRE(section_exists());
  REQUIRE(directory->liveness(owner.id) == Liveness::alive);

  owner.process.kill();
  CHECK(becomes_true([&] { return !peer->alive(); }));
  CHECK(becomes_true([&] { return directory->liveness(owner.id) == Liveness::absent; }));
  CHECK(becomes_true([&] { return !section_exists(); }));
  CHECK(directory->participants() == std::vector<ParticipantId>{});
  CHECK(PeerSegment::open(*directory, owner.id).error() == std::errc::no_such_file_or_directory);
  CHECK(peer->base()[0] == std::byte{1});
  CHECK(owner.process.wait() != 0);
}

TEST_CASE("an owner killed at any moment is alive or leaves nothing", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  for (int round = 0; round != 20; ++round) {
    INFO("killed about " << round << " ms after its start");
    ChildProcess process = ChildProcess::start_role("windows_segment_owner", {runtime.text()});
    sleep_for(std::chrono::milliseconds(round));
    process.kill();
    process.wait();
    CHECK(becomes_true([&] { return directory->participants() == std::vector<ParticipantId>{}; }));
  }
}
