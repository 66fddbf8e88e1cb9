// Bells and sockets when somebody of one's own user is against it: he writes without end, or takes the names.

#include "support/catch.h"
#include "support/linux/private_runtime.h"

#include <carry/domain/bell.h>
#include <carry/domain/participant.h>
#include <carry/domain/topic_port.h>
#include <carry/event/detail/datagram_channel.h>
#include <carry/platform/bell.h>
#include <carry/platform/datagram.h>

#include <array>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace carry;
namespace fs = std::filesystem;

namespace {

constexpr platform::ParticipantId id{.high = 1, .low = 2};

/// Does something again and again, as fast as it can.
class Flood {
 public:
  template <class Step>
  explicit Flood(Step step)
      : thread_([this, step] {
          while (!stop_) {
            step();
            ++steps_;
          }
        }) {
    while (steps_ < 1000) std::this_thread::yield();
  }
  ~Flood() {
    stop_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> stop_ = false;
  std::atomic<int> steps_ = 0;
  std::thread thread_;
};

fs::path name_of(const domain::Participant& participant, std::uint64_t number, const char* suffix) {
  return fs::path(participant.directory().path()) / (participant.id().to_string() + "." + std::to_string(number) + suffix);
}

}  // namespace

TEST_CASE("draining a bell ends although somebody goes on writing into it", "[event]") {
  const test::PrivateRuntime runtime;
  auto bell = platform::Bell::make(runtime.open().value(), id, 1).value();
  const int fifo = ::open((runtime.domain_path() / (id.to_string() + ".1.bell")).c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  REQUIRE(fifo >= 0);
  {
    const Flood flood([fifo] {
      static const std::array<char, 4096> block{};
      (void)!::write(fifo, block.data(), block.size());
    });
    for (int i = 0; i != 100; ++i) bell.drain();
  }
  bell.drain();
  CHECK_FALSE(bell.wait(std::chrono::steady_clock::now()));
  ::close(fifo);
}

TEST_CASE("looking into an inbox ends although somebody goes on sending what is no notification", "[event]") {
  const test::PrivateRuntime runtime;
  auto inbox = platform::DatagramInbox::make(runtime.open().value(), id, 1).value();
  const int sender = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  const std::string path = runtime.domain_path() / (id.to_string() + ".1.socket");
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  REQUIRE(::connect(sender, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  std::uint64_t value = 0;
  {
    const Flood flood([sender] { (void)::send(sender, "abc", 3, MSG_DONTWAIT); });
    for (int i = 0; i != 100; ++i) CHECK_FALSE(inbox.take(&value, sizeof value));
  }
  while (inbox.take(&value, sizeof value)) continue;
  const std::uint64_t sent = 5;
  REQUIRE(::send(sender, &sent, sizeof sent, 0) == sizeof sent);
  CHECK(inbox.take(&value, sizeof value));
  CHECK(value == 5);
  ::close(sender);
}

TEST_CASE("who finds the names of its next bells and sockets taken takes others", "[event]") {
  auto& participant = **domain::Participant::current();
  std::vector<fs::path> planted;
  const auto plant = [&](const fs::path& path, std::uint64_t kind) {
    std::error_code failed;
    if (fs::exists(fs::symlink_status(path))) return;
    if (kind % 3 == 0) fs::create_directories(path / "inside", failed);
    if (kind % 3 == 1) fs::create_symlink("nowhere", path, failed);
    if (kind % 3 == 2) ::close(::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    planted.push_back(path);
  };
  for (std::uint64_t number = 1; number != 300; ++number) plant(name_of(participant, number, ".bell"), number);
  const std::uint64_t next = domain::new_port_id() + 1;
  for (std::uint64_t number = next; number != next + 50; ++number) plant(name_of(participant, number, ".socket"), number);

  const auto bell = domain::Bell::make(participant);
  REQUIRE(bell);
  (*bell)->ring();
  CHECK((*bell)->wait(std::chrono::steady_clock::now()));
  CHECK(event::detail::DatagramSink::open("taken-names", domain::type_identity<std::uint64_t>()));
  for (const fs::path& path : planted) fs::remove_all(path);
}
