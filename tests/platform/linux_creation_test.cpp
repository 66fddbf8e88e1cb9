// Invariant D1: a visible segment is complete and locked, and a process that is killed before leaves nothing.

#include "platform/linux/system.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/linux/private_runtime.h"

#include <carry/platform/own_segment.h>
#include <carry/platform/peer_segment.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>

#include <signal.h>

using namespace carry;
using namespace carry::platform;
using linux_system::use_fallback_creation;
using test::ChildProcess;

namespace {

constexpr std::size_t segment_bytes = 1 << 20;
constexpr std::size_t content_bytes = 3 * 4096;
constexpr auto content = std::byte{0x5a};

class FallbackCreation {
 public:
  FallbackCreation() { use_fallback_creation(true); }
  FallbackCreation(const FallbackCreation&) = delete;
  FallbackCreation& operator=(const FallbackCreation&) = delete;
  ~FallbackCreation() { use_fallback_creation(false); }
};

/// creator RUNTIME WAY: makes segments, complete, visible and gone again, for ever.
int create_for_ever(const test::Arguments& arguments) {
  use_fallback_creation(arguments.at(1) == "fallback");
  const auto directory = DomainDirectory::open({.runtime_directory = arguments.at(0), .domain = "test"});
  if (!directory) return 10;
  for (bool first = true;; first = false) {
    auto segment = OwnSegment::create(*directory, ParticipantId::random(), segment_bytes);
    if (!segment) return 11;
    if (segment->commit(0, content_bytes)) return 12;
    std::fill_n(segment->base(), content_bytes, content);
    const auto error = segment->make_visible();
    // The test cleans up all the time and may take a file that has no lock yet for a leftover; whoever creates starts again then.
    if (error && error != std::errc::no_such_file_or_directory) return 13;
    if (first) test::say("ready");
  }
}

const test::Role create_role("linux_creator", create_for_ever);

bool is_complete(const PeerSegment& peer) {
  return peer.mapped_bytes() == segment_bytes && std::all_of(peer.base(), peer.base() + content_bytes, [](std::byte b) { return b == content; });
}

std::vector<ParticipantId> listed(const DomainDirectory& directory) {
  const auto ids = directory.participants();
  REQUIRE(ids);
  return *ids;
}

bool is_visible(const DomainDirectory& directory, ParticipantId id) { return std::ranges::count(listed(directory), id) != 0; }

/// While the creator lives: what is visible is complete, and nothing visible is dead.
void observe(const DomainDirectory& directory) {
  for (const auto id : listed(directory)) {
    const auto peer = PeerSegment::open(directory, id);
    if (peer) CHECK(is_complete(*peer));
    if (!peer) CHECK(peer.error() == std::errc::no_such_file_or_directory);
    // Its name goes first and its lock afterwards. So what is dead must be without a name, if one looks in that order.
    if (directory.liveness(id) == Liveness::dead) CHECK_FALSE(is_visible(directory, id));
    CHECK_FALSE(directory.remove_dead(id));
  }
}

void kill_creators(const char* way, int kills) {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::size_t leftovers = 0;
  for (int kill = 0; kill != kills; ++kill) {
    ChildProcess creator = ChildProcess::start_role("linux_creator", {runtime.text(), way});
    const auto line = creator.read_line();
    INFO("it said " << line.value_or("nothing") << (line ? "" : " and ended with " + std::to_string(creator.wait())));
    REQUIRE(line == "ready");
    const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(random() % 2000);
    do {
      observe(*directory);
      (void)directory->remove_unfinished();
    } while (std::chrono::steady_clock::now() < until);
    creator.kill();
    REQUIRE(creator.wait() == ChildProcess::killed + SIGKILL);

    for (const auto id : listed(*directory)) {
      CHECK(directory->liveness(id) == Liveness::dead);
      const auto peer = PeerSegment::open(*directory, id);
      REQUIRE(peer);
      CHECK(is_complete(*peer));
      CHECK_FALSE(peer->alive());
      CHECK(directory->remove_dead(id));
      CHECK_FALSE(directory->remove_dead(id));
      ++leftovers;
    }
    (void)directory->remove_unfinished();
    REQUIRE(std::filesystem::is_empty(runtime.domain_path()));
  }
  CHECK(leftovers > 0);  // or the kills hit nothing
}

std::size_t count_files(const test::PrivateRuntime& runtime) {
  const std::filesystem::directory_iterator files(runtime.domain_path());
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

}  // namespace

TEST_CASE("a process killed while it creates segments leaves complete ones or nothing", "[platform]") { kill_creators("nameless", 100); }

TEST_CASE("a process killed while it creates segments in the fallback way leaves what can be removed", "[platform]") {
  kill_creators("fallback", 100);
}

TEST_CASE("a segment that is not visible yet has no name", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  auto segment = OwnSegment::create(*directory, ParticipantId::random(), segment_bytes);
  REQUIRE(segment);
  REQUIRE_FALSE(segment->commit(0, content_bytes));
  CHECK(count_files(runtime) == 0);
  REQUIRE_FALSE(segment->make_visible());
  CHECK(count_files(runtime) == 1);
  segment->withdraw();
  segment->withdraw();
  CHECK(count_files(runtime) == 0);
}

TEST_CASE("an unfinished segment of the fallback way is invisible, and a leftover only without its process", "[platform]") {
  const test::PrivateRuntime runtime;
  const FallbackCreation fallback;
  const auto directory = runtime.open();
  REQUIRE(directory);
  const auto id = ParticipantId::random();
  {
    auto segment = OwnSegment::create(*directory, id, segment_bytes);
    REQUIRE(segment);
    std::ofstream(runtime.domain_path() / (ParticipantId::random().to_string() + ".segment.unfinished")) << "left";
    CHECK(count_files(runtime) == 2);
    CHECK(directory->participants() == std::vector<ParticipantId>{});
    CHECK(directory->liveness(id) == Liveness::absent);
    CHECK(directory->remove_unfinished() == 1);
    CHECK(directory->remove_unfinished() == 0);

    REQUIRE_FALSE(segment->make_visible());
    CHECK(count_files(runtime) == 1);
    CHECK(directory->liveness(id) == Liveness::alive);
  }
  CHECK(count_files(runtime) == 0);
  {
    const auto never_visible = OwnSegment::create(*directory, id, segment_bytes);
    CHECK(count_files(runtime) == 1);
  }
  CHECK(count_files(runtime) == 0);
}

TEST_CASE("a second segment cannot take a name that is in use", "[platform]") {
  const test::PrivateRuntime runtime;
  for (const bool is_fallback : {false, true}) {
    use_fallback_creation(is_fallback);
    const auto directory = runtime.open();
    REQUIRE(directory);
    const auto id = ParticipantId::random();
    auto segment = OwnSegment::create(*directory, id, segment_bytes);
    REQUIRE(segment);
    REQUIRE_FALSE(segment->commit(0, 1));
    REQUIRE_FALSE(segment->make_visible());
    {
      auto second = OwnSegment::create(*directory, id, segment_bytes);
      REQUIRE(second);
      CHECK(second->make_visible() == std::errc::file_exists);
    }
    CHECK(directory->liveness(id) == Liveness::alive);
    CHECK(PeerSegment::open(*directory, id));
    CHECK(count_files(runtime) == 1);
    segment->withdraw();
  }
  use_fallback_creation(false);
}
