#include "platform/windows/domain_state.h"
#include "support/catch.h"
#include "support/windows/private_runtime.h"

#include <carry/platform/epoch_table.h>
#include <carry/platform/own_segment.h>
#include <carry/platform/peer_segment.h>

#include <atomic>
#include <fstream>
#include <thread>
#include <vector>

using namespace carry;
using namespace carry::platform;

namespace {

bool exists(const std::wstring& path) { return GetFileAttributesW(path.c_str()) != INVALID_FILE_ATTRIBUTES; }

}  // namespace

TEST_CASE("nobody can delete or rename a living participant's marker", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  const auto id = ParticipantId::random();
  auto segment = OwnSegment::create(*directory, id, 1 << 20);
  REQUIRE(segment);
  REQUIRE_FALSE(segment->make_visible());
  const std::wstring marker = directory->state()->marker_path(id);

  CHECK_FALSE(DeleteFileW(marker.c_str()));
  CHECK_FALSE(MoveFileW(marker.c_str(), (marker + L".moved").c_str()));
  CHECK_FALSE(directory->remove_dead(id));
  CHECK(directory->liveness(id) == Liveness::alive);
  CHECK(directory->participants() == std::vector{id});

  segment->withdraw();
  CHECK(directory->liveness(id) == Liveness::absent);
  CHECK_FALSE(exists(marker));
}

TEST_CASE("a second segment cannot take a name that is in use", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  const auto id = ParticipantId::random();
  const auto segment = OwnSegment::create(*directory, id, 1 << 20);
  REQUIRE(segment);
  CHECK(OwnSegment::create(*directory, id, 1 << 20).error() == std::errc::file_exists);
}

TEST_CASE("a marker left by a power failure is dead and can be removed once", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  const auto id = ParticipantId::random();
  std::ofstream(std::filesystem::path(directory->state()->marker_path(id))) << "";

  CHECK(directory->liveness(id) == Liveness::dead);
  CHECK(directory->participants() == std::vector{id});
  CHECK(PeerSegment::open(*directory, id).error() == std::errc::no_such_file_or_directory);
  CHECK(directory->remove_dead(id));
  CHECK_FALSE(directory->remove_dead(id));
  CHECK(directory->liveness(id) == Liveness::absent);
}

TEST_CASE("an uncommitted first page makes a segment malformed", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  const auto id = ParticipantId::random();
  auto segment = OwnSegment::create(*directory, id, 1 << 20);
  REQUIRE(segment);
  REQUIRE_FALSE(segment->make_visible());
  CHECK(PeerSegment::open(*directory, id).error() == std::errc::bad_message);
  REQUIRE_FALSE(segment->commit(0, 1));
  CHECK(PeerSegment::open(*directory, id));
}

TEST_CASE("foreign names in the directory are passed over", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  const std::filesystem::path folder(directory->state()->wide_path);
  std::ofstream(folder / "notes.txt") << "";
  std::ofstream(folder / "0123.segment") << "";
  std::filesystem::create_directory(folder / (ParticipantId::random().to_string() + ".segment"));
  CHECK(directory->participants() == std::vector<ParticipantId>{});
}

TEST_CASE("domains may bear the names of devices", "[platform]") {
  const test::PrivateRuntime runtime;
  for (const char* name : {"nul", "con", "aux.x", "ends-with-dot."}) {
    INFO(name);
    const auto directory = runtime.open(name);
    REQUIRE(directory);
    const auto table = EpochTable::open(*directory);
    REQUIRE(table);
    CHECK(exists(directory->state()->wide_path));
    CHECK(directory->path().ends_with(name));
  }
}

TEST_CASE("spellings of one runtime directory lead to one domain", "[platform]") {
  const test::PrivateRuntime runtime;
  std::filesystem::create_directory(runtime.path() / "below");
  const auto directory = runtime.open();
  const auto other = DomainDirectory::open({.runtime_directory = runtime.text() + "\\below\\..", .domain = "TEST"});
  REQUIRE(directory);
  REQUIRE(other);
  const auto table = EpochTable::open(*directory);
  const auto same = EpochTable::open(*other);
  REQUIRE(table);
  REQUIRE(same);
  table->counter(7).fetch_add(3);
  CHECK(same->counter(7).load() == 3);
  CHECK(table->counter(EpochTable::counter_count - 1).load() == 0);
}

TEST_CASE("the last member takes the directory with it", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  const std::wstring path = directory->state()->wide_path;
  auto first = EpochTable::open(*directory);
  auto second = EpochTable::open(*directory);
  REQUIRE(first);
  REQUIRE(second);

  CHECK_FALSE(RemoveDirectoryW(path.c_str()));
  first->leave();
  CHECK_FALSE(first->is_current());
  CHECK(exists(path));
  CHECK(second->is_current());
  second->leave();
  second->leave();
  CHECK_FALSE(exists(path));

  CHECK(directory->participants() == std::vector<ParticipantId>{});
  CHECK(EpochTable::open(*directory).error() == std::errc::no_such_file_or_directory);
  auto segment = OwnSegment::create(*directory, ParticipantId::random(), 1 << 20);
  REQUIRE(segment);
  CHECK(segment->make_visible() == std::errc::no_such_file_or_directory);
}

TEST_CASE("the last member takes with it what a power failure left", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  auto table = EpochTable::open(*directory);
  REQUIRE(table);
  std::ofstream(std::filesystem::path(directory->state()->marker_path(ParticipantId::random()))) << "";
  table->leave();
  CHECK_FALSE(exists(directory->state()->wide_path));
}

TEST_CASE("many may join and leave a domain at once", "[platform]") {
  constexpr int rounds = 60;
  const test::PrivateRuntime runtime;
  std::atomic<int> unexpected = 0;
  std::atomic<int> joined = 0;
  const auto join = [&]() -> std::error_code {
    const auto directory = runtime.open();
    if (!directory) return directory.error();
    const auto table = EpochTable::open(*directory);
    if (!table) return table.error();
    auto segment = OwnSegment::create(*directory, ParticipantId::random(), 1 << 16);
    if (!segment) return segment.error();
    if (auto error = segment->make_visible()) return error;
    return table->is_current() ? std::error_code() : std::make_error_code(std::errc::bad_address);
  };
  std::vector<std::thread> threads;
  for (int thread = 0; thread != 4; ++thread) {
    threads.emplace_back([&] {
      for (int round = 0; round != rounds; ++round) {
        // A directory that goes between the steps is the one failure that callers expect: they start again.
        std::error_code error = join();
        while (error == std::errc::no_such_file_or_directory) error = join();
        ++(error ? unexpected : joined);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(unexpected == 0);
  CHECK(joined == 4 * rounds);
  CHECK(std::filesystem::is_empty(runtime.path() / std::filesystem::path(runtime.open()->state()->wide_path).parent_path().filename() / "test"));
}

TEST_CASE("paths may go beyond ASCII", "[platform]") {
  const test::PrivateRuntime runtime(u8"carry-\u00e4\u4e16-");
  const auto directory = runtime.open();
  REQUIRE(directory);
  CHECK(directory->path().find("carry-\xc3\xa4\xe4\xb8\x96-") != std::string::npos);
  const auto id = ParticipantId::random();
  auto segment = OwnSegment::create(*directory, id, 1 << 20);
  REQUIRE(segment);
  REQUIRE_FALSE(segment->make_visible());
  CHECK(directory->participants() == std::vector{id});
}

TEST_CASE("the environment says where the domain lies", "[platform]") {
  const test::PrivateRuntime runtime(u8"carry-\u00e4\u4e16-");
  REQUIRE(SetEnvironmentVariableW(L"CARRY_RUNTIME_DIR", runtime.path().c_str()));
  REQUIRE(SetEnvironmentVariableW(L"CARRY_DOMAIN", L"elsewhere"));
  const auto directory = DomainDirectory::open({});
  SetEnvironmentVariableW(L"CARRY_RUNTIME_DIR", nullptr);
  SetEnvironmentVariableW(L"CARRY_DOMAIN", nullptr);
  REQUIRE(directory);
  CHECK(directory->path().ends_with("elsewhere"));
  CHECK(runtime.open("elsewhere")->path() == directory->path());
}
