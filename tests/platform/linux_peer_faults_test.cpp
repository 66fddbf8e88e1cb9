// A participant takes its memory away from under those who read it. They read zeroes, and nobody else's SIGBUS is touched.

#include "support/catch.h"
#include "support/child_process.h"
#include "support/expect.h"
#include "support/linux/own_tmpfs.h"
#include "support/linux/private_runtime.h"
#include "support/quiet_log.h"

#include <carry/error.h>
#include <carry/platform/epoch_table.h>
#include <carry/platform/own_segment.h>
#include <carry/platform/peer_faults.h>
#include <carry/platform/peer_segment.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <optional>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace carry;
using namespace carry::platform;
using test::ChildProcess;
using test::PrivateRuntime;

namespace {

constexpr std::size_t segment_bytes = std::size_t{1} << 20;

void note() noexcept {}

/// A segment full of ones, and this process's view of it as that of a peer.
struct Pair {
  explicit Pair(const PrivateRuntime& runtime) : directory(runtime.open().value()), path(runtime.segment_path(id)) {
    own.emplace(OwnSegment::create(directory, id, segment_bytes).value());
    REQUIRE_FALSE(own->commit(0, segment_bytes));
    std::fill_n(own->base(), segment_bytes, std::byte{1});
    REQUIRE_FALSE(own->make_visible());
    peer.emplace(PeerSegment::open(directory, id).value());
  }
  void truncate(std::size_t bytes) const { REQUIRE(::truncate(path.c_str(), static_cast<off_t>(bytes)) == 0); }
  std::byte at(std::size_t offset) const { return *static_cast<const volatile std::byte*>(peer->base() + offset); }

  DomainDirectory directory;
  ParticipantId id = ParticipantId::random();
  std::filesystem::path path;
  std::optional<OwnSegment> own;
  std::optional<PeerSegment> peer;
};

/// A mapping of a file that is too short: memory that carry knows nothing of.
const volatile std::byte* map_nothing() {
  const int file = ::memfd_create("short", MFD_CLOEXEC);
  void* memory = ::mmap(nullptr, 4096, PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  return static_cast<const volatile std::byte*>(memory);
}

volatile sig_atomic_t heard = 0;
void say_plainly(int) {
  constexpr char text[] = "plain\n";
  (void)!::write(STDOUT_FILENO, text, sizeof text - 1);
  ::_exit(3);
}
void say_with_mask(int, siginfo_t*, void*) {
  sigset_t blocked;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  const bool as_asked = ::sigismember(&blocked, SIGUSR1) == 1 && ::sigismember(&blocked, SIGBUS) == 1;
  const char* text = as_asked ? "siginfo\n" : "other mask\n";
  (void)!::write(STDOUT_FILENO, text, std::strlen(text));
  ::_exit(4);
}
struct sigaction carrys;
void hand_on(int signal, siginfo_t* info, void* context) {
  heard = heard + 1;
  carrys.sa_sigaction(signal, info, context);
}

void install(const std::string& handler) {
  struct sigaction action{};
  ::sigemptyset(&action.sa_mask);
  action.sa_handler = handler == "ignored" ? SIG_IGN : handler == "plain" || handler == "once" ? say_plainly : SIG_DFL;
  if (handler == "once") action.sa_flags = static_cast<int>(SA_RESETHAND);
  if (handler == "siginfo") {
    action.sa_sigaction = say_with_mask;
    action.sa_flags = SA_SIGINFO;
    ::sigaddset(&action.sa_mask, SIGUSR1);
  }
  ::sigaction(SIGBUS, &action, nullptr);
}

/// linux_peer_faults RUNTIME HANDLER WHAT: installs a handler, then carry's, has a peer break, and then gets a SIGBUS that is not carry's.
int fault_elsewhere(const test::Arguments& arguments) {
  install(arguments.at(1));
  contain_peer_faults(note);
  if (arguments.at(1) == "later") {
    struct sigaction action{};
    action.sa_sigaction = hand_on;
    action.sa_flags = SA_SIGINFO;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(SIGBUS, &action, &carrys);
  }
  const auto directory = DomainDirectory::open({.runtime_directory = arguments.at(0), .domain = "test"}).value();
  const auto id = ParticipantId::random();
  auto own = OwnSegment::create(directory, id, segment_bytes).value();
  if (own.commit(0, segment_bytes) || own.make_visible()) return 11;
  const auto peer = PeerSegment::open(directory, id).value();
  const std::string path = directory.path() + "/" + id.to_string() + ".segment";
  if (::truncate(path.c_str(), 0) != 0) return 12;
  test::expect(*static_cast<const volatile std::byte*>(peer.base()) == std::byte{0} && peer.broken(), "a broken peer is survived");
  if (arguments.at(1) == "later") test::expect(heard == 1, "a later handler gets it first");
  test::say("alive");
  if (arguments.at(2) == "sent") ::kill(::getpid(), SIGBUS);
  else if (arguments.at(2) == "own") (void)*static_cast<volatile std::byte*>(own.base());
  else (void)*map_nothing();
  test::say("still there");
  return 0;
}

/// linux_peer_hole DIRECTORY: a hole in a segment, on a tmpfs that has no page left to fill it.
int read_hole(const test::Arguments& arguments) {
  if (!test::mount_own_tmpfs(arguments.at(0), "size=2m,mode=0700")) return test::say("not allowed"), 0;
  contain_peer_faults(note);
  const auto directory = DomainDirectory::open({.runtime_directory = arguments.at(0), .domain = "test"}).value();
  const auto id = ParticipantId::random();
  auto own = OwnSegment::create(directory, id, segment_bytes).value();
  if (own.commit(0, segment_bytes) || own.make_visible()) return 11;
  own.base()[0] = std::byte{1};
  const auto peer = PeerSegment::open(directory, id).value();
  if (own.give_back(65536, 65536)) return 12;
  const int filler = ::open((arguments.at(0) + "/filler").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  const std::vector<char> page(4096, 'x');
  while (::write(filler, page.data(), page.size()) > 0) {
  }
  test::expect(*static_cast<const volatile std::byte*>(peer.base()) == std::byte{1}, "what is there can be read");
  test::expect(*static_cast<const volatile std::byte*>(peer.base() + 65536) == std::byte{0}, "a hole reads as zeroes");
  test::expect(peer.broken(), "it is broken");
  test::say("done");
  return 0;
}

const test::Role elsewhere_role("linux_peer_faults", fault_elsewhere);
const test::Role hole_role("linux_peer_hole", read_hole);

std::pair<std::string, int> end_of(const std::string& handler, const std::string& what) {
  const PrivateRuntime runtime;
  auto process = ChildProcess::start_role("linux_peer_faults", {runtime.text(), handler, what});
  REQUIRE(process.read_line() == "alive");
  const std::string said = process.read_line().value_or("");
  return {said, process.wait()};
}

}  // namespace

TEST_CASE("a segment that its owner makes shorter reads as zeroes, and others do not change", "[platform][signals]") {
  contain_peer_faults(note);
  const PrivateRuntime runtime;
  const Pair sound(runtime);
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{4096}, segment_bytes / 2, segment_bytes / 2 + 100}) {
    const Pair pair(runtime);
    CHECK(pair.at(segment_bytes - 1) == std::byte{1});
    pair.truncate(bytes);
    CHECK_FALSE(pair.peer->broken());
    if (bytes != 0) CHECK(pair.at(0) == std::byte{1});  // nobody has met the end yet
    CHECK(pair.at(segment_bytes - 1) == std::byte{0});
    CHECK(pair.peer->broken());
    CHECK(pair.at(0) == std::byte{0});
    CHECK(pair.peer->alive());
  }
  CHECK(sound.at(segment_bytes - 1) == std::byte{1});
  CHECK_FALSE(sound.peer->broken());
}

TEST_CASE("an epoch table that somebody makes shorter counts on for this process alone, and goes with the last one", "[platform][signals]") {
  contain_peer_faults(note);
  const PrivateRuntime runtime;
  const auto directory = runtime.open().value();
  {
    const auto table = EpochTable::open(directory).value();
    table.counter(7).fetch_add(5);
    CHECK(::truncate((runtime.domain_path() / "epoch").c_str(), 0) == 0);
    CHECK_FALSE(table.broken());
    CHECK(table.counter(7).fetch_add(1) == 0);
    CHECK(table.counter(7).load() == 1);
    CHECK(table.broken());
    CHECK_FALSE(table.is_current());
    const test::QuietLog quiet;
    CHECK(EpochTable::open(directory).error() == Errc::not_secure);
  }
  CHECK_FALSE(std::filesystem::exists(runtime.domain_path()));
}

TEST_CASE("mappings come and go in one thread while those of others break", "[platform][signals]") {
  contain_peer_faults(note);
  const PrivateRuntime runtime;
  std::atomic<bool> stop = false;
  // Catch2's assertions are for one thread at a time: the other threads' are counted.
  std::atomic<int> wrong = 0;
  const auto quietly = [&] {
    while (!stop.load()) {
      const auto id = ParticipantId::random();
      const auto directory = runtime.open().value();
      auto own = OwnSegment::create(directory, id, segment_bytes).value();
      if (own.commit(0, segment_bytes) || own.make_visible()) return void(++wrong);
      own.base()[4096] = std::byte{1};
      std::vector<PeerSegment> views;
      for (int i = 0; i != 100; ++i) views.push_back(PeerSegment::open(directory, id).value());
      for (const auto& view : views) wrong += view.base()[4096] != std::byte{1} || view.broken();
    }
  };
  std::thread first(quietly);
  std::thread second(quietly);
  for (int round = 0; round != 60; ++round) {
    const Pair pair(runtime);
    pair.truncate(0);
    for (std::size_t offset = 0; offset < segment_bytes; offset += 65536) CHECK(pair.at(offset) == std::byte{0});
    CHECK(pair.peer->broken());
  }
  stop = true;
  first.join();
  second.join();
  CHECK(wrong == 0);
}

TEST_CASE("several threads may meet the end of one segment at once", "[platform][signals]") {
  contain_peer_faults(note);
  const PrivateRuntime runtime;
  for (int round = 0; round != 50; ++round) {
    const Pair pair(runtime);
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i != 4; ++i) {
      threads.emplace_back([&] {
        while (!pair.peer->broken()) (void)pair.at(segment_bytes - 1);
        wrong += pair.at(100) != std::byte{0};
      });
    }
    pair.truncate(4096);
    for (auto& thread : threads) thread.join();
    CHECK(wrong == 0);
  }
}

TEST_CASE("a SIGBUS that is no peer's reaches the handler that was there before, as if carry's were not", "[platform][signals]") {
  for (const std::string what : {"elsewhere", "own", "sent"}) {
    INFO(what);
    CHECK(end_of("plain", what) == std::pair<std::string, int>("plain", 3));
    CHECK(end_of("once", what) == std::pair<std::string, int>("plain", 3));
    CHECK(end_of("siginfo", what) == std::pair<std::string, int>("siginfo", 4));
  }
}

TEST_CASE("without a handler a SIGBUS that is no peer's ends the process, as ever", "[platform][signals]") {
  for (const std::string what : {"elsewhere", "own", "sent"}) {
    INFO(what);
    CHECK(end_of("default", what) == std::pair<std::string, int>("", ChildProcess::killed + SIGBUS));
    CHECK(end_of("later", what) == std::pair<std::string, int>("", ChildProcess::killed + SIGBUS));
  }
  CHECK(end_of("ignored", "elsewhere") == std::pair<std::string, int>("", ChildProcess::killed + SIGBUS));
  CHECK(end_of("ignored", "sent") == std::pair<std::string, int>("still there", 0));
}

TEST_CASE("a hole in a segment on a full tmpfs reads as zeroes", "[platform][signals]") {
  const test::MountPoint directory;
  auto process = ChildProcess::start_role("linux_peer_hole", {directory.path()});
  const std::string said = process.read_line().value_or("nothing");
  if (said == "not allowed") WARN("SKIPPED: only root can mount a small tmpfs");
  INFO(said);
  CHECK((said == "done" || said == "not allowed"));
  CHECK(process.wait() == 0);
}
