// A process that gets no more address space, or no more mappings: it says so, and goes on when it does.

#include "process/checked_message.h"
#include "support/catch.h"
#include "support/child_process.h"
#include "support/expect.h"

#include <carry/carry.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <array>

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace carry;
using namespace carry::test;
using publish_subscribe::Publisher;
using publish_subscribe::Subscriber;

namespace {

/// This process gets no more address space, as long as this lives.
class NoMoreAddresses {
 public:
  NoMoreAddresses() {
    expect(::getrlimit(RLIMIT_AS, &limit_) == 0, "getrlimit");
    const rlimit lower{.rlim_cur = std::size_t{1} << 20, .rlim_max = limit_.rlim_max};  // Less than it has: what it has stays.
    expect(::setrlimit(RLIMIT_AS, &lower) == 0, "setrlimit");
  }
  ~NoMoreAddresses() { (void)::setrlimit(RLIMIT_AS, &limit_); }

 private:
  rlimit limit_{};
};

/// This process has as many mappings as the system allows, as long as this lives.
class NoMoreMappings {
 public:
  NoMoreMappings() {
    const auto page_bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    bytes_ = std::size_t{1} << 31;
    base_ = static_cast<char*>(::mmap(nullptr, bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
    expect(base_ != MAP_FAILED, "mmap");
    // Each page of its own kind is a mapping; making one in the middle makes two.
    for (std::size_t at = page_bytes; at < bytes_ && ::mprotect(base_ + at, page_bytes, PROT_READ) == 0; at += 2 * page_bytes) continue;
    for (void*& last : last_) last = ::mmap(nullptr, page_bytes, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    expect(last_.back() == MAP_FAILED, "the last mappings");
  }
  ~NoMoreMappings() {
    for (void* last : last_) {
      if (last != MAP_FAILED) ::munmap(last, 1);
    }
    ::munmap(base_, bytes_);
  }

 private:
  char* base_ = nullptr;
  std::size_t bytes_ = 0;
  std::array<void*, 4> last_{};
};

/// Subscribing while a shortage lasts, with a publisher to be mapped in another process, and afterwards.
template <class Shortage>
void subscribe_in(const std::string& topic) {
  Subscriber<Checked> early(topic);
  {
    const Shortage shortage;
    const auto error = early.initialize();
    expect(error == std::errc::not_enough_memory, "the reason why it cannot join: " + error.message());
  }
  expect(!early.initialize(), "join when there is room");
  Subscriber<Checked> late(topic);
  expect(!late.initialize(), "initialize");
  say("joined");
  (void)hear();  // A publisher has come.
  {
    const Shortage shortage;
    const auto error = late.subscribe();
    expect(error == std::errc::not_enough_memory, "the reason why it cannot subscribe: " + error.message());
  }
  expect(!late.subscribe(), "subscribe when there is room");
  for (std::uint64_t expected = 1; expected <= 5; ++expected) {
    const auto error = late.receive(
        [&](auto& data) { return data.acquire()->number == expected ? std::error_code() : std::make_error_code(std::errc::bad_message); }, 20s);
    expect(!error, "message " + std::to_string(expected) + ": " + error.message());
  }
  say("done");
}

int lack_addresses(const Arguments& arguments) {
  subscribe_in<NoMoreAddresses>(arguments.at(0));
  return 0;
}

int lack_mappings(const Arguments& arguments) {
  subscribe_in<NoMoreMappings>(arguments.at(0));
  return 0;
}

/// address_publisher TOPIC: publishes 1 to 5, and stays until it is told to go.
int publish_five(const Arguments& arguments) {
  Publisher<Checked> publisher(arguments.at(0), {.history = 5});
  if (publisher.initialize()) return 2;
  for (std::uint64_t i = 1; i <= 5; ++i) {
    if (publisher.publish(Checked(i))) return 3;
  }
  say("published");
  (void)hear();
  return 0;
}

const Role addresses_role{"lack_addresses", lack_addresses};
const Role mappings_role{"lack_mappings", lack_mappings};
const Role publisher_role{"address_publisher", publish_five};

}  // namespace

TEST_CASE("a process that gets no more address space, or mappings, says so, and goes on when it does", "[process][shortage][address_space]") {
  const std::string role = GENERATE(as<std::string>(), "lack_addresses", "lack_mappings");
  auto subscriber = ChildProcess::start_role(role, {role});
  REQUIRE(subscriber.read_line() == "joined");
  auto publisher = ChildProcess::start_role("address_publisher", {role});
  REQUIRE(publisher.read_line() == "published");
  subscriber.write_line("go on");
  CHECK(subscriber.read_line().value_or("nothing") == "done");
  CHECK(subscriber.wait() == 0);
  publisher.write_line("go");
  CHECK(publisher.wait() == 0);
}
