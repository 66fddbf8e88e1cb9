// A file system without room is an error, and never a SIGBUS.

#include "support/catch.h"
#include "support/child_process.h"
#include "support/expect.h"
#include "support/linux/own_tmpfs.h"

#include <carry/carry.h>
#include <carry/container/vector.h>
#include <carry/domain/participant.h>
#include <carry/publish_subscribe/publisher.h>

#include <cstring>
#include <filesystem>
#include <new>

#include <sys/resource.h>

using namespace carry;
using namespace carry::test;

namespace {

constexpr std::size_t mebibyte = 1024 * 1024;

std::size_t fill() {
  std::vector<vector<char>> blocks;
  try {
    for (;;) blocks.emplace_back(100'000, 'x');  // touches every byte
  } catch (const std::bad_alloc&) {
    return blocks.size();
  }
}

/// full_tmpfs DIRECTORY: fills a small tmpfs, twice.
int fill_tmpfs(const Arguments& arguments) {
  if (!mount_own_tmpfs(arguments.at(0), "size=4m,mode=0700")) {
    say("not allowed");
    return 0;
  }
  const DynamicBufferOptions options{.runtime_directory = arguments.at(0)};
  const auto too_much = initialize_dynamic_buffer({.initial_bytes = 8 * mebibyte, .runtime_directory = arguments.at(0)});
  expect(!too_much && too_much.error() == std::errc::no_space_on_device, "8 MiB do not fit");
  expect(initialize_dynamic_buffer(options).has_value(), "a participant fits");
  auto& heap = (*domain::Participant::current())->heap();
  const std::size_t first = fill();
  expect(first > 20 && first < 42, "most of 4 MiB, not " + std::to_string(first));
  expect(heap.last_commit_error() == std::errc::no_space_on_device, "the reason: " + heap.last_commit_error().message());
  publish_subscribe::Publisher<int> publisher("full");
  expect(fill() == first, "as much as at first");
  expect(!publisher.initialize() && !publisher.publish(1), "a publisher in what was given back");
  const auto more = initialize_dynamic_buffer({.initial_bytes = 8 * mebibyte});
  expect(!more && more.error() == std::errc::no_space_on_device, "still too much");
  say("done");
  return 0;
}

/// large_ring DIRECTORY: a ring that does not fit leaves the room it would have taken to others.
int make_too_large_ring(const Arguments& arguments) {
  if (!mount_own_tmpfs(arguments.at(0), "size=64m,mode=0700")) {
    say("not allowed");
    return 0;
  }
  expect(initialize_dynamic_buffer({.runtime_directory = arguments.at(0)}).has_value(), "a participant fits");
  const auto free_before = std::filesystem::space(arguments.at(0)).free;
  struct Large {
    char bytes[mebibyte];
  };
  publish_subscribe::Publisher<Large> publisher("large", {.capacity = 100});
  expect(publisher.initialize() == Errc::heap_exhausted, "does not fit");
  const auto free = std::filesystem::space(arguments.at(0)).free;
  expect(free + mebibyte > free_before, "room of " + std::to_string(free) + " bytes, of " + std::to_string(free_before));
  say("done");
  return 0;
}

/// no_room DIRECTORY: a tmpfs on which not even a participant fits.
int join_without_room(const Arguments& arguments) {
  if (!mount_own_tmpfs(arguments.at(0), "size=12k,mode=0700")) {
    say("not allowed");
    return 0;
  }
  const auto joined = initialize_dynamic_buffer({.runtime_directory = arguments.at(0)});
  expect(!joined && joined.error() == std::errc::no_space_on_device, "no room for a participant");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(arguments.at(0))) {
    expect(entry.path().filename().string().starts_with("carry-"), "nothing but the user's directory is left: " + entry.path().string());
  }
  say("done");
  return 0;
}

/// file_limit: files may not become as long as the reservation.
int join_with_short_files(const Arguments&) {
  const rlimit limit{.rlim_cur = 20 * mebibyte, .rlim_max = 20 * mebibyte};
  expect(::setrlimit(RLIMIT_FSIZE, &limit) == 0, "setrlimit");
  const auto joined = initialize_dynamic_buffer({.reserved_bytes = 64 * mebibyte});
  expect(!joined && joined.error() == std::errc::file_too_large, "an error, and no SIGXFSZ");
  expect(initialize_dynamic_buffer({.reserved_bytes = 16 * mebibyte}).has_value(), "a smaller reservation");
  say("done");
  return 0;
}

const Role tmpfs_role{"full_tmpfs", fill_tmpfs};
const Role large_ring_role{"large_ring", make_too_large_ring};
const Role no_room_role{"no_room", join_without_room};
const Role file_limit_role{"file_limit", join_with_short_files};

void check_role(const char* role) {
  const MountPoint directory;
  auto process = ChildProcess::start_role(role, {directory.path()});
  const std::string said = process.read_line().value_or("nothing");
  if (said == "not allowed") WARN("SKIPPED: only root can mount a small tmpfs");
  INFO(said);
  CHECK((said == "done" || said == "not allowed"));
  CHECK(process.wait() == 0);
}

}  // namespace

TEST_CASE("a full tmpfs is an error, nothing is damaged, and what is given back can be used", "[process]") { check_role("full_tmpfs"); }

TEST_CASE("a ring that does not fit leaves the room it would have taken", "[process]") { check_role("large_ring"); }

TEST_CASE("joining without room is an error that leaves nothing behind", "[process]") { check_role("no_room"); }

TEST_CASE("a limit on the length of files is an error, and no signal", "[process]") { check_role("file_limit"); }
