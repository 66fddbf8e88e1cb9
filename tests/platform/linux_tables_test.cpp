// Epoch tables beside one another: processes that are stopped while they remove a domain, and what is left of them.

#include "support/captured_log.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/error_of.h"
#include "support/linux/few_descriptors.h"
#include "support/linux/private_runtime.h"
#include "support/linux/user.h"
#include "support/quiet_log.h"

#include <carry/error.h>
#include <carry/platform/epoch_table.h>

#include "platform/linux/epoch_files.h"

#include <filesystem>
#include <fstream>
#include <list>
#include <optional>
#include <vector>

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace carry;
using namespace carry::platform;
using linux_system::Descriptor;
using linux_system::LockKind;
using linux_system::table_bytes;
using linux_system::table_names;
using test::error_of;
using test::PrivateRuntime;
namespace fs = std::filesystem;

namespace {

struct Domain {
  test::QuietLog quiet;
  PrivateRuntime runtime;
  DomainDirectory directory = runtime.open().value();
  fs::path path = runtime.domain_path();
};

/// A table with somebody's lock on it.
struct Held {
  Held(const fs::path& path, LockKind kind) : file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    REQUIRE(::ftruncate(file.get(), table_bytes) == 0);
    REQUIRE_FALSE(linux_system::try_lock(file.get(), kind));
  }
  Descriptor file;
};

std::vector<std::string> tables_in(const fs::path& path) {
  std::vector<std::string> names;
  for (const char* name : table_names) {
    if (fs::exists(fs::symlink_status(path / name))) names.emplace_back(name);
  }
  return names;
}

using Names = std::vector<std::string>;

/// joiner_beside_closed_table NAME: as a user who is not root, joins beside a table of that name which nobody may open; says what he was told.
int join_beside_closed_table(const test::Arguments& arguments) {
  test::become_user(test::first_user, {});
  const PrivateRuntime runtime;
  const auto directory = runtime.open().value();
  const fs::path table = runtime.domain_path() / arguments.at(0);
  std::ofstream(table).close();
  fs::permissions(table, fs::perms::none);
  const test::CapturedLog log;
  const auto error = error_of(EpochTable::open(directory));
  test::say(error.message() + ": " + log.line());
  return 0;
}
const test::Role joiner_beside_closed_table("joiner_beside_closed_table", join_beside_closed_table);

}  // namespace

TEST_CASE_METHOD(Domain, "who is stopped while it removes a domain keeps nobody out, as often as there are names", "[platform]") {
  std::list<Held> stopped;
  for (std::size_t number = 0; number + 1 != table_names.size(); ++number) {
    stopped.emplace_back(path / table_names[number], LockKind::exclusive);
    auto first = EpochTable::open(directory);
    REQUIRE(first);
    const auto second = EpochTable::open(directory);
    REQUIRE(second);
    first->counter(7).store(number + 1);
    CHECK(second->counter(7).load() == number + 1);
    CHECK((first->is_current() && second->is_current()));
    CHECK(fs::exists(path / table_names[number + 1]));
  }
  CHECK(tables_in(path).size() == table_names.size() - 1);  // Whoever has left took his own away.
  stopped.emplace_back(path / table_names.back(), LockKind::exclusive);
  CHECK(error_of(EpochTable::open(directory)) == Errc::interrupted_join);

  stopped.clear();  // They are dead.
  REQUIRE(EpochTable::open(directory));
  CHECK_FALSE(fs::exists(path));
}

TEST_CASE_METHOD(Domain, "a table that somebody died over is used again, and one beside that which has members is not", "[platform]") {
  {
    const Held dead(path / "epoch.3", LockKind::exclusive);
  }
  auto first = EpochTable::open(directory);
  REQUIRE(first);
  CHECK(tables_in(path) == Names{"epoch.3"});
  for (const char* other : {"epoch", "epoch.5"}) {
    const Held dead(path / other, LockKind::exclusive);
  }
  auto second = EpochTable::open(directory);
  REQUIRE(second);
  first->counter(7).store(7);
  CHECK(second->counter(7).load() == 7);
  CHECK(first->is_current());
  first->leave();
  second->leave();
  CHECK_FALSE(fs::exists(path));
}

TEST_CASE_METHOD(Domain, "nobody becomes a member while another table has one, too", "[platform]") {
  const auto member = EpochTable::open(directory);
  REQUIRE(member);
  for (const char* name : {"epoch.1", "epoch.7"}) {
    CAPTURE(name);
    {
      const Held joining(path / name, LockKind::shared);  // stopped before it has looked, and given up
      CHECK(error_of(EpochTable::open(directory)) == Errc::interrupted_join);
    }
    CHECK(EpochTable::open(directory));
  }
}

TEST_CASE_METHOD(Domain, "whoever cannot look at the other tables becomes no member", "[platform][shortage]") {
  const Held first(path / "epoch", LockKind::shared);
  const Held second(path / "epoch.1", LockKind::shared);
  for (int descriptors = 0; descriptors != 4; ++descriptors) {
    CAPTURE(descriptors);
    const test::FewDescriptors few(descriptors);
    const auto error = error_of(EpochTable::open(directory));
    if (descriptors < 2) CHECK(error == std::errc::too_many_files_open);
    else CHECK(error == Errc::interrupted_join);
  }
}

TEST_CASE_METHOD(Domain, "what only has the name of a further table is not taken for one, and not removed", "[platform]") {
  fs::create_directory(path / "epoch.1");
  REQUIRE(::mkfifo((path / "epoch.2").c_str(), 0600) == 0);
  {
    const Held shorter(path / "epoch.3", LockKind::shared);
  }
  fs::resize_file(path / "epoch.3", 8);
  {
    const Held open_to_others(path / "epoch.4", LockKind::shared);
  }
  fs::permissions(path / "epoch.4", fs::perms(0666));
  {
    const Held linked(path / "elsewhere", LockKind::shared);
  }
  fs::create_symlink("elsewhere", path / "epoch.5");
  fs::create_hard_link(path / "elsewhere", path / "epoch.6");
  const auto planted = tables_in(path);
  {
    const auto first = EpochTable::open(directory);
    const auto second = EpochTable::open(directory);
    REQUIRE((first && second));
    first->counter(7).store(7);
    CHECK(second->counter(7).load() == 7);
    CHECK(fs::exists(path / "epoch"));
  }
  CHECK(tables_in(path) == planted);
}

TEST_CASE("a table that may not be opened is named", "[platform]") {
  if (!test::can_become_others()) return;
  for (const std::string name : {"epoch", "epoch.3"}) {
    auto joiner = test::ChildProcess::start_role("joiner_beside_closed_table", {name});
    const auto told = joiner.read_line().value_or("nothing");
    INFO(told);
    CHECK(told.starts_with(std::make_error_code(std::errc::permission_denied).message()));
    CHECK(told.find("/test/" + name + ", which uid 61234") != std::string::npos);
    CHECK(joiner.wait() == 0);
  }
}

TEST_CASE_METHOD(Domain, "a thread that is cancelled while it waits for a table ends, and its process does not", "[platform][cancelled]") {
  std::list<Held> stopped;
  for (const char* name : table_names) stopped.emplace_back(path / name, LockKind::exclusive);
  pthread_t thread{};
  const auto join = [](void* where) -> void* {
    (void)EpochTable::open(*static_cast<const DomainDirectory*>(where));
    ::pthread_testcancel();
    return nullptr;
  };
  REQUIRE(::pthread_create(&thread, nullptr, join, const_cast<DomainDirectory*>(&directory)) == 0);
  REQUIRE(::pthread_cancel(thread) == 0);
  void* ended = nullptr;
  REQUIRE(::pthread_join(thread, &ended) == 0);
  CHECK(ended == PTHREAD_CANCELED);
}

TEST_CASE_METHOD(Domain, "a member's table that has another mode by now still counts", "[platform]") {
  const auto member = EpochTable::open(directory);
  REQUIRE(member);
  {
    const Held dead(path / "epoch.1", LockKind::exclusive);
  }
  REQUIRE(::chmod((path / "epoch").c_str(), 0666) == 0);
  CHECK(error_of(EpochTable::open(directory)) == Errc::interrupted_join);
  REQUIRE(::chmod((path / "epoch").c_str(), 0600) == 0);
  CHECK(EpochTable::open(directory));
}
