// A process at its limits in several threads at once: one publishes, one asks for memory that is not there, and meanwhile others come and go and there
// are no descriptors to meet them with.

#include "support/catch.h"
#include "support/child_process.h"
#include "support/environment.h"
#include "support/expect.h"
#include "support/linux/private_runtime.h"

#include <carry/carry.h>
#include <carry/container/vector.h>
#include <carry/platform/thread.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <atomic>
#include <limits>
#include <thread>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace carry;
using namespace carry::test;

namespace {

/// Knows where messages lie, which is where they lay at first.
struct Placed {
  std::uint64_t number = 0;

  explicit Placed(std::uint64_t n) : number(n) {}
  Placed(Placed&& other) noexcept : number(other.number) { look(); }
  ~Placed() { number = 0; }

  void look() const {
    const auto place = reinterpret_cast<std::uintptr_t>(this);
    if (learns) {
      lowest = std::min(lowest, place);
      highest = std::max(highest, place);
    } else if (place < lowest || place > highest) {
      is_outside = true;
    }
  }

  static inline bool learns = true;
  static inline bool is_outside = false;
  static inline std::uintptr_t lowest = std::numeric_limits<std::uintptr_t>::max();
  static inline std::uintptr_t highest = 0;
};

/// The domain's epoch table, in which any process of the domain counts.
class Epochs {
 public:
  explicit Epochs(const std::string& directory) {
    const int file = ::open((directory + "/epoch").c_str(), O_RDWR | O_CLOEXEC);
    void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    expect(file >= 0 && memory != MAP_FAILED, "the epoch table");
    counters_ = static_cast<std::atomic<std::uint64_t>*>(memory);
    ::close(file);
  }
  void move_all() const {
    for (std::size_t i = 0; i != bytes / sizeof *counters_; ++i) counters_[i].fetch_add(1);
  }

 private:
  static constexpr std::size_t bytes = 8192;
  std::atomic<std::uint64_t>* counters_ = nullptr;
};

/// exhausted RUNTIME PUBLISHES
int publish_at_the_limits(const Arguments& arguments) {
  expect(initialize_dynamic_buffer({.maximum_bytes = std::size_t{4} << 20, .domain = "exhausted", .runtime_directory = arguments.at(0)}).has_value(),
         "join");
  publish_subscribe::Publisher<Placed> publisher("exhausted", {.capacity = 4});
  expect(!publisher.initialize(), "publisher");
  const Epochs epochs(arguments.at(0) + "/carry-" + std::to_string(::geteuid()) + "/exhausted");
  for (std::uint64_t i = 0; i != 50; ++i) expect(!publisher.publish(Placed(i)), "publish at first");
  Placed::learns = false;

  std::atomic<bool> stops = false;
  std::thread memory([&] {
    while (!stops) {
      try {
        vector<char> much;
        much.reserve(std::size_t{8} << 20);
      } catch (const std::bad_alloc&) {
        continue;
      }
    }
  });
  std::thread descriptors([&] {
    rlimit all{};
    ::getrlimit(RLIMIT_NOFILE, &all);
    const rlimit none{.rlim_cur = 3, .rlim_max = all.rlim_max};
    while (!stops) {
      ::setrlimit(RLIMIT_NOFILE, &none);
      epochs.move_all();
      platform::sleep_for(std::chrono::microseconds(20));
      ::setrlimit(RLIMIT_NOFILE, &all);
      platform::sleep_for(std::chrono::microseconds(20));
    }
    ::setrlimit(RLIMIT_NOFILE, &all);
  });
  std::uint64_t unexpected = 0;
  for (int i = 0; i != std::stoi(arguments.at(1)); ++i) {
    const auto error = publisher.publish(Placed(7));
    if (error && error != std::errc::too_many_files_open && error != std::errc::not_enough_memory) ++unexpected;
  }
  stops = true;
  memory.join();
  descriptors.join();
  expect(!Placed::is_outside, "a message was made outside of the ring");
  expect(unexpected == 0, "an error that says something else");
  expect(!publisher.publish(Placed(8)), "publish when the shortage has ended");
  say("done");
  return 0;
}

const Role exhausted_role{"exhausted", publish_at_the_limits};

}  // namespace

TEST_CASE("what is published without memory, descriptors and quiet lies in the ring, or is refused", "[process][crowds][shortage]") {
  const PrivateRuntime runtime;
  auto process = ChildProcess::start_role("exhausted", {runtime.text(), std::to_string(setting("CARRY_EXHAUSTED_PUBLISHES", 1'000'000))});
  CHECK(process.read_line().value_or("nothing") == "done");
  CHECK(process.wait() == 0);
}
