// Files of processes that are gone, or that never were: the next participant that comes removes what is carry's, and nothing else.

#include "process/own_participant.h"
#include "support/catch.h"
#include "support/child_process.h"

#include <carry/platform/own_segment.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include <sys/stat.h>

using namespace carry;
using namespace carry::test;

namespace fs = std::filesystem;

namespace {

fs::path domain_path() { return own_participant().directory().path(); }

fs::path path_of(platform::ParticipantId id) { return domain_path() / (id.to_string() + ".segment"); }

void write_file(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
  REQUIRE(::chmod(path.c_str(), 0600) == 0);
}

const domain::SegmentHeader& own_segment() { return *reinterpret_cast<const domain::SegmentHeader*>(own_participant().base()); }

/// The first bytes of this participant's segment, ports and all.
std::string copy_of_own_segment(std::size_t bytes) { return {reinterpret_cast<const char*>(own_participant().base()), bytes}; }

}  // namespace

TEST_CASE("files that no living process has locked are removed by the next participant, whatever is in them", "[process]") {
  std::vector<fs::path> leftovers;
  const auto leave = [&leftovers](const std::string& content) {
    leftovers.push_back(path_of(platform::ParticipantId::random()));
    write_file(leftovers.back(), content);
  };
  leave("");
  leave("short");
  leave(std::string(100'000, '\xff'));
  leave(copy_of_own_segment(64));                        // truncated in the header
  leave(copy_of_own_segment(domain::ports_offset + 8));  // truncated in the port table
  // As large as it says, and without memory behind the header.
  leave(copy_of_own_segment(domain::ports_offset));
  fs::resize_file(leftovers.back(), own_segment().reserved_bytes);

  auto visitor = ChildProcess::start_role("visitor", {"leftovers"});
  CHECK(visitor.wait() == 0);
  for (const fs::path& path : leftovers) {
    INFO(path);
    CHECK_FALSE(fs::exists(path));
  }
}

TEST_CASE("thousands of leftovers are removed in a time that does not grow with their square", "[process]") {
  constexpr int many = 6000;
  const auto other = platform::ParticipantId::random();
  for (int i = 0; i != many; ++i) write_file(path_of(platform::ParticipantId::random()), "short");
  write_file(domain_path() / (other.to_string() + ".1.bell"), "no leftover of one that is listed");
  const auto begin = std::chrono::steady_clock::now();
  auto visitor = ChildProcess::start_role("visitor", {"thousands"});
  CHECK(visitor.wait() == 0);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
  CHECK(visible_participants() == 1);
  CHECK(fs::remove(domain_path() / (other.to_string() + ".1.bell")));
}

TEST_CASE("a leftover that names a living process as its owner is dead all the same", "[process]") {
  // As after a crash and a reused pid: a sound segment, with the pid of a process that lives.
  const auto id = platform::ParticipantId::random();
  {
    auto segment = platform::OwnSegment::create(own_participant().directory(), id, domain::minimum_reserved_bytes).value();
    REQUIRE_FALSE(segment.commit(0, 2 * domain::ports_offset));
    auto* header = new (segment.base()) domain::SegmentHeader{};
    header->magic = domain::segment_magic;
    header->version = domain::layout_version;
    header->abi = domain::abi_tag;
    header->id = id;
    header->pid = static_cast<std::uint64_t>(::getpid());
    header->reserved_bytes = segment.reserved_bytes();
    REQUIRE_FALSE(segment.make_visible());
    fs::create_hard_link(path_of(id), domain_path() / "kept");
  }
  fs::rename(domain_path() / "kept", path_of(id));  // the process ended, and its name stayed

  auto visitor = ChildProcess::start_role("visitor", {"reused"});
  CHECK(visitor.wait() == 0);
  CHECK_FALSE(fs::exists(path_of(id)));
}

TEST_CASE("files that are not carry's stay", "[process]") {
  const std::vector<fs::path> foreign = {domain_path() / "notes.txt", domain_path() / "x.segment", domain_path() / ".segment"};
  for (const fs::path& path : foreign) write_file(path, "mine");
  auto visitor = ChildProcess::start_role("visitor", {"foreign"});
  CHECK(visitor.wait() == 0);
  for (const fs::path& path : foreign) {
    INFO(path);
    CHECK(fs::remove(path));
  }
}
