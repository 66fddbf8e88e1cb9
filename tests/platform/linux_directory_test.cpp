#include "support/catch.h"
#include "support/environment.h"
#include "support/error_of.h"
#include "support/linux/private_runtime.h"
#include "support/quiet_log.h"

#include <carry/error.h>
#include <carry/platform/epoch_table.h>
#include <carry/platform/own_segment.h>

#include <cstdlib>
#include <fstream>

#include <sys/stat.h>

using namespace carry;
using namespace carry::platform;
using test::error_of;
namespace fs = std::filesystem;

namespace {

unsigned mode_of(const fs::path& path) {
  struct stat status{};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status.st_mode & 07777u;
}

class Umask {
 public:
  explicit Umask(mode_t mask) : before_(::umask(mask)) {}
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;
  ~Umask() { ::umask(before_); }

 private:
  mode_t before_;
};

}  // namespace

TEST_CASE("what carry makes is open to its user alone, whatever the umask", "[platform]") {
  for (const mode_t mask : {0u, 0077u, 0177u}) {
    const test::PrivateRuntime runtime;
    const Umask umask(mask);
    const auto directory = runtime.open();
    REQUIRE(directory);
    const auto table = EpochTable::open(*directory);
    REQUIRE(table);
    const auto id = ParticipantId::random();
    auto segment = OwnSegment::create(*directory, id, 1 << 20);
    REQUIRE(segment);
    REQUIRE_FALSE(segment->make_visible());

    CHECK(directory->path() == runtime.domain_path());
    CHECK(mode_of(runtime.user_path()) == 0700);
    CHECK(mode_of(runtime.domain_path()) == 0700);
    CHECK(mode_of(runtime.domain_path() / "epoch") == 0600);
    CHECK(mode_of(runtime.segment_path(id)) == 0600);
  }
}

TEST_CASE("a directory with any right for others is refused", "[platform]") {
  const test::QuietLog quiet;
  const test::PrivateRuntime runtime;
  REQUIRE(runtime.open());
  for (const mode_t mode : {0701u, 0710u, 0720u, 0770u, 0777u}) {
    CAPTURE(mode);
    for (const fs::path& path : {runtime.user_path(), runtime.domain_path()}) {
      REQUIRE(::chmod(path.c_str(), mode) == 0);
      CHECK(error_of(runtime.open()) == Errc::not_secure);
      CHECK(mode_of(path) == mode);
      REQUIRE(::chmod(path.c_str(), 0700) == 0);
    }
  }
  CHECK(runtime.open());
}

TEST_CASE("somebody else's directory is refused", "[platform]") {
  const test::QuietLog quiet;
  if (::geteuid() != 0) {
    WARN("SKIPPED: only root can give a directory away");
    return;
  }
  const test::PrivateRuntime runtime;
  REQUIRE(runtime.open());
  for (const fs::path& path : {runtime.user_path(), runtime.domain_path()}) {
    REQUIRE(::chown(path.c_str(), 65534, 0) == 0);
    CHECK(error_of(runtime.open()) == Errc::not_secure);
    REQUIRE(::chown(path.c_str(), 0, 0) == 0);
  }
  CHECK(runtime.open());
}

TEST_CASE("a link or a file in place of a directory is refused, and where it leads nothing is made", "[platform]") {
  const test::QuietLog quiet;
  const test::PrivateRuntime runtime;
  const fs::path elsewhere = runtime.path() / "elsewhere";
  fs::create_directory(elsewhere);
  fs::permissions(elsewhere, fs::perms::owner_all);
  for (const bool is_user_path : {false, true}) {
    REQUIRE(runtime.open());
    const fs::path path = is_user_path ? runtime.user_path() : runtime.domain_path();
    fs::remove_all(path);
    fs::create_directory_symlink(elsewhere, path);
    CHECK(error_of(runtime.open()) == Errc::not_secure);
    fs::remove(path);
    fs::create_symlink(runtime.path() / "nowhere", path);
    CHECK(error_of(runtime.open()) == Errc::not_secure);
    fs::remove(path);
    std::ofstream(path) << "";
    CHECK(error_of(runtime.open()) == Errc::not_secure);
    fs::remove(path);
    REQUIRE(::mkfifo(path.c_str(), 0700) == 0);
    CHECK(error_of(runtime.open()) == Errc::not_secure);
    fs::remove(path);
  }
  CHECK(fs::is_empty(elsewhere));
}

TEST_CASE("names that are not one plain directory name are no domains", "[platform]") {
  const test::QuietLog quiet;
  const test::PrivateRuntime runtime;
  for (const std::string& name : {std::string("."), std::string(".."), std::string(".hidden"), std::string("a/b"), std::string("../x"),
                                  std::string("a b"), std::string("a\0b", 3), std::string("\xc3\xa4"), std::string(65, 'a')}) {
    CAPTURE(name);
    CHECK(error_of(runtime.open(name)) == Errc::invalid_option);
  }
  CHECK(fs::is_empty(runtime.path()));
  for (const std::string& name : {std::string("a"), std::string("A-z_0.9"), std::string("-"), std::string(64, 'a')}) {
    CAPTURE(name);
    CHECK(runtime.open(name));
  }
}

TEST_CASE("a runtime directory has to be there and on tmpfs", "[platform]") {
  const test::QuietLog quiet;
  const test::PrivateRuntime runtime;
  const auto open = [](const std::string& path) { return error_of(DomainDirectory::open({.runtime_directory = path, .domain = "test"})); };
  std::ofstream(runtime.path() / "file") << "";
  CHECK(open("/") == Errc::not_shared_memory);
  CHECK(open("/proc") == Errc::not_shared_memory);
  // Not "no such file", which would mean that somebody removed the domain, and that trying again helps.
  CHECK(open(runtime.text() + "/missing") == std::errc::not_a_directory);
  CHECK(open(runtime.text() + "/file") == std::errc::not_a_directory);
}

TEST_CASE("the environment says where the domain lies, and options count more", "[platform]") {
  const test::PrivateRuntime runtime;
  const test::PrivateRuntime other;
  const std::string before = std::getenv("CARRY_DOMAIN");
  const char* runtime_before = std::getenv("CARRY_RUNTIME_DIR");
  const std::string runtime_text_before = runtime_before == nullptr ? "" : runtime_before;
  test::set_environment("CARRY_RUNTIME_DIR", runtime.text());
  test::set_environment("CARRY_DOMAIN", "elsewhere");
  const auto by_environment = DomainDirectory::open({});
  const auto by_both = DomainDirectory::open({.runtime_directory = other.text(), .domain = {}});
  const auto by_options = other.open();
  test::set_environment("CARRY_DOMAIN", before);
  test::set_environment("CARRY_RUNTIME_DIR", runtime_text_before);
  REQUIRE(by_environment);
  REQUIRE(by_both);
  REQUIRE(by_options);
  CHECK(by_environment->path() == runtime.domain_path("elsewhere"));
  CHECK(by_both->path() == other.domain_path("elsewhere"));
  CHECK(by_options->path() == other.domain_path("test"));
}

TEST_CASE("foreign files in a domain are passed over", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  const auto id = ParticipantId::random();
  const std::string upper = [&] {
    std::string text = ParticipantId{.high = 0xabcdef, .low = 1}.to_string();
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
  }();
  for (const std::string& name : {std::string("notes.txt"), std::string("0123.segment"), std::string(".segment"), upper + ".segment", id.to_string(),
                                  id.to_string() + ".segment.", id.to_string() + ".0.bell", "x" + id.to_string() + ".segment"}) {
    std::ofstream(runtime.domain_path() / name) << "";
  }
  CHECK(directory->participants() == std::vector<ParticipantId>{});
  CHECK(directory->liveness(id) == Liveness::absent);
  CHECK_FALSE(directory->remove_dead(id));
  CHECK(directory->remove_unfinished() == 0);
}

TEST_CASE("a directory that was removed is empty, and nothing can be made in it", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  auto early = OwnSegment::create(*directory, ParticipantId::random(), 1 << 20);
  REQUIRE(early);
  fs::remove_all(runtime.domain_path());
  CHECK(directory->participants() == std::vector<ParticipantId>{});
  CHECK(directory->remove_unfinished() == 0);
  CHECK(early->make_visible() == std::errc::no_such_file_or_directory);
  CHECK(error_of(EpochTable::open(*directory)) == std::errc::no_such_file_or_directory);
  CHECK(runtime.open());
}

TEST_CASE("a domain that is only looked at is not made", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto look = [&] { return DomainDirectory::open_existing({.runtime_directory = runtime.text(), .domain = "test"}); };
  const auto absent = look();
  REQUIRE_FALSE(absent);
  CHECK(absent.error() == std::errc::no_such_file_or_directory);
  CHECK(fs::is_empty(runtime.path()));
  REQUIRE(runtime.open());
  CHECK(look());
  REQUIRE(::chmod(runtime.domain_path().c_str(), 0755) == 0);
  const test::QuietLog quiet;
  CHECK(error_of(look()) == Errc::not_secure);
}
