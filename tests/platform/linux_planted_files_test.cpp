// What lies under a segment's name need not be a segment. Nothing of it does harm, and nothing waits for it.

#include "support/catch.h"
#include "support/error_of.h"
#include "support/linux/private_runtime.h"
#include "support/quiet_log.h"

#include <carry/error.h>
#include <carry/platform/epoch_table.h>
#include <carry/platform/own_segment.h>
#include <carry/platform/peer_segment.h>

#include <cstring>
#include <fstream>
#include <functional>
#include <string>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace carry;
using namespace carry::platform;
using test::error_of;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t file_bytes = 65536;

void make_file(const fs::path& path, std::size_t bytes = file_bytes) {
  std::ofstream(path) << std::string(bytes, 'x');
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
}

/// From inside its directory: the path of a socket must be short.
void make_socket(const fs::path& path) {
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(socket >= 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  const fs::path before = fs::current_path();
  fs::current_path(path.parent_path());
  std::strncpy(address.sun_path, path.filename().c_str(), sizeof address.sun_path - 1);
  CHECK(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  fs::current_path(before);
  ::close(socket);
}

/// A domain with one planted file, under the name of a segment.
struct Planted {
  test::QuietLog quiet;
  test::PrivateRuntime runtime;
  DomainDirectory directory = runtime.open().value();
  ParticipantId id = ParticipantId::random();
  fs::path path = runtime.segment_path(id);
  fs::path elsewhere = runtime.path() / "precious";

  explicit Planted(const std::function<void(const Planted&)>& plant) {
    make_file(elsewhere);
    plant(*this);
  }

  std::error_code open_error() const { return error_of(PeerSegment::open(directory, id)); }
  std::string precious() const {
    std::ifstream file(elsewhere);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  ~Planted() { CHECK(precious() == std::string(file_bytes, 'x')); }
};

/// What is no regular file is nobody's segment: neither listed nor touched.
void check_passed_over(const Planted& planted) {
  CHECK(planted.open_error() == Errc::not_secure);
  CHECK(planted.directory.liveness(planted.id) == Liveness::alive);
  CHECK_FALSE(planted.directory.remove_dead(planted.id));
  CHECK(planted.directory.participants() == std::vector<ParticipantId>{});
  CHECK(planted.directory.remove_unfinished() == 0);
  auto segment = OwnSegment::create(planted.directory, planted.id, file_bytes);
  REQUIRE(segment);
  CHECK(segment->make_visible() == std::errc::file_exists);
  segment->withdraw();
  CHECK(fs::symlink_status(planted.path).type() != fs::file_type::not_found);
}

/// A regular file without a lock is what the dead leave: its name may be removed, and nothing but the name.
void check_removable(const Planted& planted) {
  CHECK(planted.directory.participants() == std::vector{planted.id});
  CHECK(planted.directory.liveness(planted.id) == Liveness::dead);
  CHECK(planted.directory.remove_dead(planted.id));
  CHECK(planted.directory.participants() == std::vector<ParticipantId>{});
}

}  // namespace

TEST_CASE("a directory in place of a segment is passed over", "[platform]") {
  const Planted planted([](const Planted& at) {
    fs::create_directory(at.path);
    make_file(at.path / "inside");
  });
  check_passed_over(planted);
  CHECK(fs::exists(planted.path / "inside"));
}

TEST_CASE("a FIFO in place of a segment is passed over, and nobody waits for its other end", "[platform]") {
  const Planted planted([](const Planted& at) { REQUIRE(::mkfifo(at.path.c_str(), 0600) == 0); });
  check_passed_over(planted);
}

TEST_CASE("a socket in place of a segment is passed over", "[platform]") {
  const Planted planted([](const Planted& at) { make_socket(at.path); });
  check_passed_over(planted);
}

TEST_CASE("a symbolic link in place of a segment is passed over, wherever it leads", "[platform]") {
  const Planted planted([](const Planted& at) { fs::create_symlink(at.elsewhere, at.path); });
  check_passed_over(planted);
  const Planted leads_nowhere([](const Planted& at) { fs::create_symlink(at.runtime.path() / "nowhere", at.path); });
  check_passed_over(leads_nowhere);
}

TEST_CASE("a hard link in place of a segment is refused, and removed without the file", "[platform]") {
  const Planted planted([](const Planted& at) { fs::create_hard_link(at.elsewhere, at.path); });
  CHECK(planted.open_error() == Errc::not_secure);
  check_removable(planted);
}

TEST_CASE("a segment that others may write is refused", "[platform]") {
  for (const mode_t mode : {0620u, 0602u, 0666u}) {
    const Planted planted([mode](const Planted& at) {
      make_file(at.path);
      REQUIRE(::chmod(at.path.c_str(), mode) == 0);
    });
    CHECK(planted.open_error() == Errc::not_secure);
    check_removable(planted);
  }
}

TEST_CASE("a segment of another user is refused", "[platform]") {
  if (::geteuid() != 0) {
    WARN("SKIPPED: only root can give a file away");
    return;
  }
  const Planted planted([](const Planted& at) {
    make_file(at.path);
    REQUIRE(::chown(at.path.c_str(), 65534, 0) == 0);
  });
  CHECK(planted.open_error() == Errc::not_secure);
  check_removable(planted);
}

TEST_CASE("a segment that is shorter than a page, or has no memory, is malformed", "[platform]") {
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{100}, std::size_t{4095}}) {
    const Planted planted([bytes](const Planted& at) { make_file(at.path, bytes); });
    CHECK(planted.open_error() == Errc::malformed_segment);
    check_removable(planted);
  }
  const Planted empty([](const Planted& at) {
    make_file(at.path, 0);
    fs::resize_file(at.path, file_bytes);
  });
  CHECK(empty.open_error() == Errc::malformed_segment);
  check_removable(empty);
}

TEST_CASE("a segment that is too long to be mapped is malformed, and nobody waits until it can be", "[platform]") {
  for (const int shift : {45, 52, 62}) {
    const Planted planted([shift](const Planted& at) {
      make_file(at.path);
      fs::resize_file(at.path, std::uintmax_t{1} << shift);
    });
    CHECK(planted.open_error() == Errc::malformed_segment);
    check_removable(planted);
  }
}

TEST_CASE("a segment that is no multiple of a page can be opened", "[platform]") {
  const Planted planted([](const Planted& at) { make_file(at.path, 5000); });
  const auto peer = PeerSegment::open(planted.directory, planted.id);
  REQUIRE(peer);
  CHECK(peer->mapped_bytes() == 5000);
  CHECK(peer->base()[4999] == std::byte{'x'});
  CHECK_FALSE(peer->alive());
}

TEST_CASE("a domain with foreign files in it loses its table and keeps its directory", "[platform]") {
  const Planted planted([](const Planted& at) { fs::create_directory(at.path); });
  auto table = EpochTable::open(planted.directory);
  REQUIRE(table);
  table->leave();
  CHECK_FALSE(fs::exists(planted.runtime.domain_path() / "epoch"));
  CHECK(fs::exists(planted.path));
  CHECK(EpochTable::open(planted.directory));
}
