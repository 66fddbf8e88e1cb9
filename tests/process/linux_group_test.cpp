// A domain that the members of a group share: processes of two users, a third who is not a member, and root, who looks on and cleans up.

#include "process/checked_message.h"
#include "support/becomes_true.h"
#include "support/captured_log.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/linux/private_runtime.h"
#include "support/linux/user.h"
#include "support/quiet_log.h"

#include <carry/carry.h>
#include <carry/domain/participant.h>
#include <carry/event/bell_observer.h>
#include <carry/platform/epoch_table.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <cstring>
#include <filesystem>
#include <sstream>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

using namespace carry;
using namespace carry::test;
using publish_subscribe::Publisher;
using Parking = publish_subscribe::Subscriber<Checked, event::BellObserver>;
namespace fs = std::filesystem;

namespace {

const std::string group_text = std::to_string(robots);

/// "publish COUNT": that many more. "receive": parks for one. "subscribers N": waits until there are so many. Says how it went.
class Member {
 public:
  Member(const std::string& in, const std::string& out)
      : subscriber_(in, {.spin = 0us}), publisher_(out, {.capacity = 8, .overflow = Overflow::block, .block_timeout = 20s, .linger = 0ms}) {}

  std::error_code initialize() {
    if (auto error = subscriber_.initialize()) return error;
    if (auto error = subscriber_.subscribe()) return error;
    return publisher_.initialize();
  }

  std::string obey(const std::string& command) {
    std::istringstream words(command);
    std::string verb;
    std::uint64_t number = 0;
    words >> verb >> number;
    if (verb == "receive") return receive();
    if (verb == "publish") return publish(number);
    return becomes_true([&] { return publisher_.num_subscribers() == number; }) ? "done" : "not so many";
  }

 private:
  std::string receive() {
    std::string answer;
    const auto error = subscriber_.receive(
        [&](auto& data) {
          const auto sample = data.acquire();
          answer = sample->is_whole() ? std::to_string(sample->number) : "torn";
          return std::error_code();
        },
        20s);
    return error ? error.message() : answer;
  }

  std::string publish(std::uint64_t count) {
    for (; count != 0; --count) {
      if (auto error = publisher_.publish(Checked(++published_))) return error.message();
    }
    return "done";
  }

  Parking subscriber_;
  Publisher<Checked> publisher_;
  std::uint64_t published_ = 0;
};

/// member USER GROUPS RUNTIME IN OUT: says "ready", or the error with the log; obeys.
int take_part(const Arguments& arguments) {
  become_user(arguments.at(0), arguments.at(1));
  {
    const CapturedLog log;
    const auto joined = initialize_dynamic_buffer({.domain = "shared", .group = group_text, .runtime_directory = arguments.at(2)});
    if (!joined) {
      say(joined.error().message() + ": " + log.line());
      return 0;
    }
  }
  Member member(arguments.at(3), arguments.at(4));
  if (member.initialize()) return 2;
  say("ready");
  while (const auto command = hear()) say(member.obey(*command));
  return 0;
}

const Role member_role("linux_group_member", take_part);

/// intruder USER GROUPS FILE: tries whatever would let it write another's segment, take its name, or make it seem alive. Says what it managed.
int intrude(const Arguments& arguments) {
  become_user(arguments.at(0), arguments.at(1));
  const char* file = arguments.at(2).c_str();
  const auto attempt = [](const char* what, bool succeeded, int error) {
    if (succeeded || errno != error) say(std::string(what) + ": " + (succeeded ? "succeeded" : std::strerror(errno)));
  };
  attempt("open to read and write", ::open(file, O_RDWR | O_CLOEXEC) >= 0, EACCES);
  attempt("open to write", ::open(file, O_WRONLY | O_CLOEXEC) >= 0, EACCES);
  attempt("truncate", ::truncate(file, 0) == 0, EACCES);
  attempt("chmod", ::chmod(file, 0660) == 0, EPERM);
  attempt("unlink", ::unlink(file) == 0, EPERM);
  attempt("rename", ::rename(file, (arguments.at(2) + "x").c_str()) == 0, EPERM);
  const int reading = ::open(file, O_RDONLY | O_CLOEXEC);
  if (reading < 0) say("cannot even read");
  attempt("open again", ::open(("/proc/self/fd/" + std::to_string(reading)).c_str(), O_RDWR | O_CLOEXEC) >= 0, EACCES);
  struct flock lock{};
  lock.l_type = F_WRLCK;
  attempt("lock as if alive", ::fcntl(reading, F_OFD_SETLK, &lock) == 0, EBADF);
  say("no more ideas");
  return 0;
}

const Role intruder_role("linux_group_intruder", intrude);

/// again RUNTIME: joins the domain of root's group, and asks for others. Says how each went.
int join_again(const Arguments& arguments) {
  const QuietLog quiet;
  for (const char* group : {"0", "root", "", "62345", "no such group"}) {
    const auto result = initialize_dynamic_buffer({.domain = "shared", .group = group, .runtime_directory = arguments.at(0)});
    say(result ? "ok" : result.error().message());
  }
  return 0;
}

const Role again_role("linux_group_again", join_again);

/// A runtime directory like /dev/shm, and the domain "shared" of the group in it.
struct SharedDomain : PrivateRuntime {
  SharedDomain() { fs::permissions(path(), fs::perms::all | fs::perms::sticky_bit); }

  ChildProcess start(uid_t user, const std::string& in, const std::string& out, const char* groups = "members") const {
    return ChildProcess::start_role("linux_group_member", {std::to_string(user), groups, text(), in, out});
  }
  ChildProcess join(uid_t user, const std::string& in, const std::string& out) const {
    auto child = start(user, in, out);
    REQUIRE(child.read_line() == "ready");
    return child;
  }

  Result<platform::DomainDirectory> look() const {
    return platform::DomainDirectory::open_existing({.runtime_directory = text(), .domain = "shared", .group = group_text});
  }
  fs::path group_path() const { return path() / ("carry-g-" + group_text); }
  fs::path shared_path() const { return group_path() / "shared"; }

  std::vector<platform::ParticipantId> participants_of(uid_t user) const {
    const auto directory = look().value();
    auto ids = directory.participants().value();
    std::erase_if(ids, [&](auto id) { return directory.owner_of(id) != "uid " + std::to_string(user); });
    return ids;
  }
  fs::path segment_of(uid_t user) const { return shared_path() / (participants_of(user).at(0).to_string() + ".segment"); }

  bool is_parked(uid_t user) const {
    const auto peer = domain::Peer::open(look().value(), participants_of(user).at(0)).value();
    for (const auto& port : peer->ports()) {
      if (port.kind != domain::PortKind::subscriber || port.body_offset == 0) continue;
      const auto* record = peer->at(port.body_offset, sizeof(domain::SubscriberRecord), alignof(domain::SubscriberRecord));
      // Relaxed: polled.
      if (record != nullptr && reinterpret_cast<const domain::SubscriberRecord*>(record)->armed.load(std::memory_order_relaxed) != 0) return true;
    }
    return false;
  }
};

std::string ask(ChildProcess& child, const std::string& command) {
  child.write_line(command);
  return child.read_line().value_or("gone");
}

/// One message to a subscriber that sleeps.
void check_rings(const SharedDomain& domain, ChildProcess& from, ChildProcess& to, uid_t user_of_to, const std::string& number) {
  to.write_line("receive");
  CHECK(becomes_true([&] { return domain.is_parked(user_of_to); }));
  CHECK(ask(from, "publish 1") == "done");
  CHECK(to.read_line() == number);
}

}  // namespace

TEST_CASE("members of a group exchange messages, and wake one another", "[process][users]") {
  if (!can_become_others()) return;
  const SharedDomain domain;
  auto first = domain.join(first_user, "to-first", "to-second");
  auto second = domain.join(second_user, "to-second", "to-first");
  for (int round = 1; round != 20; ++round) {
    check_rings(domain, first, second, second_user, std::to_string(round));
    check_rings(domain, second, first, first_user, std::to_string(round));
  }
  CHECK(domain.participants_of(first_user).size() == 1);
  CHECK(domain.participants_of(second_user).size() == 1);
  CHECK(first.wait() == 0);
  CHECK(second.wait() == 0);
}

TEST_CASE("a member reads another user's segment, and can neither write, shorten nor remove it", "[process][users]") {
  if (!can_become_others()) return;
  const SharedDomain domain;
  auto first = domain.join(first_user, "a", "b");  // Owns the directory.
  auto second = domain.join(second_user, "b", "a");
  auto intruder = ChildProcess::start_role("linux_group_intruder", {std::to_string(second_user), "members", domain.segment_of(first_user)});
  CHECK(intruder.read_line() == "no more ideas");
  CHECK(intruder.wait() == 0);
  check_rings(domain, first, second, second_user, "1");
}

TEST_CASE("who is no member of the group is kept out, and told which and where", "[process][users]") {
  if (!can_become_others()) return;
  const SharedDomain domain;
  auto first = domain.join(first_user, "in", "out");
  auto third = domain.start(third_user, "in", "out", "-");
  const auto answer = third.read_line().value_or("nothing");
  INFO(answer);
  CHECK(answer.starts_with(make_error_code(Errc::not_secure).message()));
  CHECK(answer.find("uid 61236 is no member of group 62345, to which " + domain.group_path().string()) != std::string::npos);
  CHECK(third.wait() == 0);
}

TEST_CASE("what a killed member leaves is passed over by other users' processes, which go on", "[process][users]") {
  if (!can_become_others()) return;
  const SharedDomain domain;
  auto first = domain.join(first_user, "a", "b");  // Owns the directory, so the second user may not remove its files.
  auto second = domain.join(second_user, "b", "a");
  check_rings(domain, first, second, second_user, "1");
  check_rings(domain, second, first, first_user, "1");
  CHECK(ask(second, "subscribers 1") == "done");
  first.kill();
  first.wait();
  CHECK(ask(second, "publish 50") == "done");  // More than the ring holds: the dead needs none.
  CHECK(ask(second, "subscribers 0") == "done");

  const auto corpse = domain.segment_of(first_user);
  // A read lock does not make it look alive.
  const int reading = ::open(corpse.c_str(), O_RDONLY | O_CLOEXEC);
  struct flock lock{};
  lock.l_type = F_RDLCK;
  REQUIRE(::fcntl(reading, F_OFD_SETLK, &lock) == 0);
  CHECK(domain.look()->liveness(domain.participants_of(first_user).at(0)) == platform::Liveness::dead);
  ::close(reading);

  // A newcomer meets the corpse too, and whoever looks again has not to look for ever.
  auto newcomer = domain.join(second_user, "a", "b");
  CHECK(ask(second, "subscribers 1") == "done");
  CHECK(fs::exists(corpse));
  auto epochs = platform::EpochTable::open(*domain.look());
  REQUIRE(epochs);
  const std::uint64_t members = epochs->counter(0).load();
  for (int i = 0; i != 20; ++i) {
    CHECK(ask(second, "publish 1") == "done");
    CHECK(ask(newcomer, "receive") != "torn");
  }
  CHECK(epochs->counter(0).load() == members);

  auto heir = domain.join(first_user, "x", "y");
  CHECK_FALSE(fs::exists(corpse));
}

TEST_CASE("the last member out leaves what only others may remove, and the next one takes part in that", "[process][users]") {
  if (!can_become_others()) return;
  const SharedDomain domain;
  auto first = domain.join(first_user, "a", "b");
  auto second = domain.join(second_user, "b", "a");
  CHECK(first.wait() == 0);
  CHECK(second.wait() == 0);
  REQUIRE(fs::exists(domain.shared_path()));
  CHECK(std::distance(fs::directory_iterator(domain.shared_path()), {}) == 1);
  CHECK(fs::exists(domain.shared_path() / "epoch"));

  auto again = domain.join(second_user, "b", "a");
  auto owner = domain.join(first_user, "a", "b");
  check_rings(domain, owner, again, second_user, "1");
  CHECK(again.wait() == 0);
  CHECK(owner.wait() == 0);
  CHECK_FALSE(fs::exists(domain.shared_path()));
  CHECK(fs::is_empty(domain.group_path()));
}

TEST_CASE("a process that takes part names the same group, or none, when it asks again", "[process][users]") {
  if (!can_become_others()) return;
  const SharedDomain domain;
  auto child = ChildProcess::start_role("linux_group_again", {domain.text()});
  const std::string refused = make_error_code(Errc::already_initialized).message();
  for (const auto& expected : {std::string("ok"), std::string("ok"), std::string("ok"), refused, refused}) CHECK(child.read_line() == expected);
}
