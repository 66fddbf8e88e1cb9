// Directories of others: whose domain it is, who is kept out, and what is said about it. The processes are other users' in truth.

#include "support/captured_log.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/error_of.h"
#include "support/linux/private_runtime.h"
#include "support/linux/user.h"

#include <carry/error.h>
#include <carry/platform/bell.h>
#include <carry/platform/datagram.h>
#include <carry/platform/epoch_table.h>
#include <carry/platform/own_segment.h>

#include <array>
#include <cstring>
#include <optional>

#include <sys/stat.h>
#include <sys/xattr.h>

using namespace carry;
using namespace carry::platform;
using test::error_of;
namespace fs = std::filesystem;

namespace {

/// Everything that a participant makes, kept as long as the process lives.
struct Everything {
  DomainDirectory directory;
  EpochTable table;
  OwnSegment segment;
  Bell bell;
  DatagramInbox inbox;

  static Everything make(const DomainLocation& location) {
    auto directory = DomainDirectory::open(location).value();
    const auto id = ParticipantId::random();
    auto table = EpochTable::open(directory).value();
    auto segment = OwnSegment::create(directory, id, 1 << 20).value();
    if (auto error = segment.make_visible()) throw std::system_error(error);
    auto bell = Bell::make(directory, id, 1).value();
    auto inbox = DatagramInbox::make(directory, id, 1).value();
    return {std::move(directory), std::move(table), std::move(segment), std::move(bell), std::move(inbox)};
  }
};

/// opener USER GROUPS RUNTIME GROUP UMASK: says "ok", or the error with the log; and leaves when told to.
int open_domain(const test::Arguments& arguments) {
  test::become_user(arguments.at(0), arguments.at(1));
  ::umask(static_cast<mode_t>(std::stoul(arguments.at(4), nullptr, 8)));
  const DomainLocation location{.runtime_directory = arguments.at(2), .domain = "test", .group = arguments.at(3) == "-" ? "" : arguments.at(3)};
  const test::CapturedLog log;
  const auto directory = DomainDirectory::open(location);
  if (!directory) {
    test::say(directory.error().message() + ": " + log.line());
    return 0;
  }
  const auto everything = Everything::make(location);
  test::say("ok");
  (void)test::hear();
  return 0;
}

const test::Role opener("linux_opener", open_domain);

test::ChildProcess start_opener(uid_t user, const std::string& runtime, const std::string& group = "-", const char* groups = "-",
                                const char* umask = "022") {
  return test::ChildProcess::start_role("linux_opener", {std::to_string(user), groups, runtime, group, umask});
}

/// What a user is told who wants to take part.
std::string answer(uid_t user, const std::string& runtime, const std::string& group = "-", const char* groups = "-") {
  auto child = start_opener(user, runtime, group, groups);
  const auto line = child.read_line();
  CHECK(child.wait() == 0);
  return line.value_or("nothing");
}

void check_says(const std::string& answer, const std::vector<std::string>& parts) {
  INFO(answer);
  for (const auto& part : parts) {
    CAPTURE(part);
    CHECK(answer.find(part) != std::string::npos);
  }
}

const std::string not_secure = make_error_code(Errc::not_secure).message();
const std::string group_text = std::to_string(test::robots);

/// A runtime directory that all users may use, like /dev/shm.
struct OpenRuntime : test::PrivateRuntime {
  OpenRuntime() { set_mode(path(), 01777); }

  static void set_mode(const fs::path& path, mode_t mode) { REQUIRE(::chmod(path.c_str(), mode) == 0); }
  static void give(const fs::path& path, uid_t user, gid_t group = 0) { REQUIRE(::chown(path.c_str(), user, group) == 0); }

  fs::path directory_of(uid_t user) const { return path() / ("carry-" + std::to_string(user)); }
  fs::path directory_of_robots() const { return path() / ("carry-g-" + group_text); }

  fs::path make(const fs::path& path, uid_t user, mode_t mode, gid_t group = 0) const {
    fs::create_directory(path);
    give(path, user, group);
    set_mode(path, mode);
    return path;
  }
};

/// type, owner, group and mode of a directory and of what lies in it; ids are left out of names.
std::vector<std::string> modes_in(const fs::path& directory) {
  std::vector<std::string> found;
  const auto add = [&](const fs::path& path, const std::string& name) {
    struct stat status{};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    found.push_back(fmt::format("{} {} {} {:o}", name, status.st_uid, status.st_gid, status.st_mode & 07777u));
  };
  add(directory.parent_path(), "above");
  add(directory, ".");
  for (const auto& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename();
    add(entry.path(), name == "epoch" ? name : name.substr(name.rfind('.')));
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace

TEST_CASE("a directory that another user made in one's place is refused, and the log says whose it is and what to do", "[platform][users]") {
  if (!test::can_become_others()) return;
  const OpenRuntime runtime;
  const auto path = runtime.make(runtime.directory_of(test::first_user), test::second_user, 0700);
  const std::vector<std::string> parts{not_secure, path, "uid 61235", "mode 700", "of uid 61234", "remove it"};
  check_says(answer(test::first_user, runtime.text()), parts);
  OpenRuntime::set_mode(path, 0777);
  check_says(answer(test::first_user, runtime.text()), {not_secure, path, "uid 61235", "mode 777"});

  OpenRuntime::give(path, test::first_user);
  OpenRuntime::set_mode(path, 0700);
  const auto domain = runtime.make(path / "test", test::second_user, 0700);
  check_says(answer(test::first_user, runtime.text()), {not_secure, domain, "uid 61235", "mode 700", "of uid 61234"});
  OpenRuntime::give(domain, test::first_user);
  for (const mode_t mode : {0000u, 0500u, 0750u, 0707u}) {
    OpenRuntime::set_mode(domain, mode);
    check_says(answer(test::first_user, runtime.text()), {not_secure, domain, fmt::format("uid 61234, gid 0 and has mode {:o}", mode), "mode 700"});
  }
  OpenRuntime::set_mode(domain, 0700);
  CHECK(answer(test::first_user, runtime.text()) == "ok");
}

TEST_CASE("another user's directory is no runtime directory, not even for root", "[platform][users]") {
  if (!test::can_become_others()) return;
  const OpenRuntime runtime;
  const auto path = runtime.make(runtime.directory_of(test::first_user), test::first_user, 0700);
  const std::vector<std::string> parts{not_secure, path, "uid 61234", "mode 700", "CARRY_RUNTIME_DIR", "CARRY_GROUP"};
  check_says(answer(test::second_user, path), parts);
  check_says(answer(0, path), parts);
  CHECK(fs::is_empty(path));
  // What lies below a directory that lets nobody in.
  const auto below = runtime.make(path / "below", test::second_user, 0700);
  check_says(answer(test::second_user, below), {not_secure, below, "uid 61235", "Permission denied"});
}

TEST_CASE("a runtime directory of another user is refused, and one that everybody may write is warned of", "[platform][users]") {
  if (!test::can_become_others()) return;
  const OpenRuntime runtime;
  struct Case {
    uid_t owner;
    mode_t mode;
    const char* expected;
  };
  // Another user's, whom sticky does not hold back; of an administrator outside of a user namespace; the own one; the administrator's: written by all without being sticky, and where the user may make nothing.
  for (const Case& c : {Case{test::second_user, 0777, "chmod +t"}, Case{test::second_user, 0755, "chmod +t"},
                        Case{test::second_user, 01777, "chmod +t"}, Case{65534, 01777, "ok"}, Case{65534, 0777, "chmod +t"}, Case{0, 01777, "ok"},
                        Case{test::first_user, 0700, "ok"}, Case{0, 0777, "ok"}, Case{0, 0755, "cannot make"}}) {
    CAPTURE(c.owner, c.mode);
    const auto path = runtime.make(runtime.path() / "runtime", c.owner, c.mode);
    check_says(answer(test::first_user, path), {c.expected});
    fs::remove_all(path);
  }
  OpenRuntime::set_mode(runtime.path(), 0777);
  const test::CapturedLog log;
  CHECK(runtime.open());
  check_says(log.text(), {"warning", runtime.text(), "chmod +t"});
}

TEST_CASE("a runtime directory may be reached through links, and is what they lead to", "[platform][users]") {
  if (!test::can_become_others()) return;
  const OpenRuntime runtime;
  const test::PrivateRuntime links;
  fs::create_directory_symlink(runtime.path(), links.path() / "link");
  fs::create_directory_symlink("/", links.path() / "root");
  CHECK(answer(test::first_user, links.path() / "link") == "ok");
  CHECK(fs::exists(runtime.directory_of(test::first_user)));
  check_says(answer(test::first_user, links.path() / "root"), {make_error_code(Errc::not_shared_memory).message(), "tmpfs"});
  check_says(answer(test::second_user, links.path() / "link" / "carry-61234"), {not_secure, "uid 61234"});
}

TEST_CASE("users and root have directories of their own beside each other", "[platform][users]") {
  if (!test::can_become_others()) return;
  const OpenRuntime runtime;
  auto first = start_opener(test::first_user, runtime.text());
  auto second = start_opener(test::second_user, runtime.text());
  auto root = start_opener(0, runtime.text());
  for (auto* child : {&first, &second, &root}) CHECK(child->read_line() == "ok");
  for (const uid_t user : {test::first_user, test::second_user, uid_t{0}}) {
    const auto domain = runtime.directory_of(user) / "test";
    struct stat status{};
    REQUIRE(::stat(domain.c_str(), &status) == 0);
    CHECK(status.st_uid == user);
  }
  for (auto* child : {&first, &second, &root}) CHECK(child->wait() == 0);
}

TEST_CASE("modes are the same whatever the umask, for users who are not root too", "[platform][users]") {
  if (!test::can_become_others()) return;
  for (const char* umask : {"000", "022", "077", "777"}) {
    CAPTURE(umask);
    const OpenRuntime runtime;
    auto user = start_opener(test::first_user, runtime.text(), "-", "-", umask);
    CHECK(user.read_line() == "ok");
    const std::string own = " 61234 61234 ";
    CHECK(modes_in(runtime.directory_of(test::first_user) / "test") == std::vector<std::string>{"." + own + "700", ".bell" + own + "600",
                                                                                                ".segment" + own + "600", ".socket" + own + "600",
                                                                                                "above" + own + "700", "epoch" + own + "600"});
    auto member = start_opener(test::first_user, runtime.text(), group_text, "members", umask);
    CHECK(member.read_line() == "ok");
    const std::string ours = " 61234 62345 ";
    CHECK(modes_in(runtime.directory_of_robots() / "test") == std::vector<std::string>{"." + ours + "3770", ".bell" + ours + "660",
                                                                                       ".segment" + ours + "640", ".socket" + ours + "660",
                                                                                       "above" + ours + "3770", "epoch" + ours + "660"});
  }
}

TEST_CASE("who is no member of a group is told so, whether its directory is there or not", "[platform][users]") {
  if (!test::can_become_others()) return;
  const OpenRuntime runtime;
  const std::vector<std::string> parts{not_secure, "uid 61236 is no member of group 62345", runtime.directory_of_robots(), "add the user"};
  check_says(answer(test::third_user, runtime.text(), group_text), parts);
  CHECK(fs::is_empty(runtime.path()));
  CHECK(answer(test::first_user, runtime.text(), group_text, "members") == "ok");
  check_says(answer(test::third_user, runtime.text(), group_text), parts);
  CHECK(answer(0, runtime.text(), group_text) == "ok");  // root is everywhere
  CHECK(answer(test::second_user, runtime.text(), group_text, "members") == "ok");
}

TEST_CASE("a group is named by its name or its number, and must exist", "[platform][users]") {
  if (!test::can_become_others()) return;
  const OpenRuntime runtime;
  CHECK(answer(0, runtime.text(), "root") == "ok");
  CHECK(fs::exists(runtime.path() / "carry-g-0"));
  check_says(answer(0, runtime.text(), "no such group"), {make_error_code(Errc::invalid_option).message(), "\"no such group\""});
  for (const char* number : {"-1", "4294967295", "99999999999", "12x"}) {
    CAPTURE(number);
    check_says(answer(0, runtime.text(), number), {make_error_code(Errc::invalid_option).message(), number});
  }
}

TEST_CASE("a group's directory of another group, with another mode or an access list is refused", "[platform][users]") {
  if (!test::can_become_others()) return;
  const OpenRuntime runtime;
  const auto path = runtime.make(runtime.directory_of_robots(), test::third_user, 03770);  // of group 0
  const auto told = [&] { return answer(test::first_user, runtime.text(), group_text, "members"); };
  check_says(told(), {not_secure, path, "uid 61236, gid 0 ", "of group 62345 with mode 3770"});
  OpenRuntime::give(path, test::second_user, test::robots);
  for (const mode_t mode : {0770u, 01770u, 02770u, 03775u, 03777u, 03750u}) {
    OpenRuntime::set_mode(path, mode);
    check_says(told(), {not_secure, path, "uid 61235, gid 62345", fmt::format("has mode {:o},", mode)});
  }
  OpenRuntime::set_mode(path, 03770);
  // Version 2; owner rwx, user 61236 rwx, group rwx, mask rwx, others none: the mode is what it should be.
  constexpr std::array<unsigned, 11> list{2, 0x7'0001, ~0u, 0x7'0002, test::third_user, 0x7'0004, ~0u, 0x7'0010, ~0u, 0x20, ~0u};
  for (const char* name : {"system.posix_acl_access", "system.posix_acl_default"}) {
    if (::setxattr(path.c_str(), name, list.data(), sizeof list, 0) != 0) {
      WARN("SKIPPED: this file system has no access lists");
      continue;
    }
    check_says(told(), {not_secure, path, "access control list"});
    REQUIRE(::removexattr(path.c_str(), name) == 0);
  }
  CHECK(told() == "ok");
}

TEST_CASE("a directory whose maker was killed is finished by the next process of that user", "[platform][users]") {
  if (!test::can_become_others()) return;
  const OpenRuntime runtime;
  runtime.make(runtime.path() / ".carry-g-62345.61234.unfinished", test::first_user, 0000);
  CHECK(answer(test::first_user, runtime.text(), group_text, "members") == "ok");
  CHECK(std::distance(fs::directory_iterator(runtime.path()), {}) == 1);
}
