// What kind of memory the dynamic buffer is made of: it is as it was asked for, or there is an error that says what is in the way.

#include "support/catch.h"
#include "support/child_process.h"
#include "support/error_of.h"
#include "support/expect.h"
#include "support/linux/own_tmpfs.h"

#include <carry/carry.h>
#include <carry/container/vector.h>

#include <fstream>
#include <string>

#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace carry;
using namespace carry::test;

namespace {

constexpr std::size_t mebibyte = 1024 * 1024;

std::error_code join(const DynamicBufferOptions& options) { return error_of(initialize_dynamic_buffer(options)); }

/// A figure in KiB from a file of the kernel's about this process; the sum, where it is there more than once.
std::size_t kibibytes(const char* file, const std::string& name) {
  std::ifstream input(file);
  std::size_t sum = 0;
  for (std::string line; std::getline(input, line);) {
    if (line.starts_with(name + ":")) sum += std::stoul(line.substr(name.size() + 1));
  }
  return sum;
}

long page_faults() {
  rusage usage{};
  expect(::getrusage(RUSAGE_SELF, &usage) == 0, "getrusage");
  return usage.ru_minflt;
}

/// How many page faults it costs to fill 8 MiB for the first time.
long faults_of_filling() {
  vector<char> bytes;
  bytes.reserve(8 * mebibyte);
  const long before = page_faults();
  for (std::size_t i = 0; i != 8 * mebibyte; i += 512) bytes.data()[i] = 1;
  return page_faults() - before;
}

int prefault(const Arguments&) {
  expect(!join({.initial_bytes = 16 * mebibyte, .prefault = true}), "join");
  const long faults = faults_of_filling();
  expect(faults < 200, std::to_string(faults) + " page faults");
  say("done");
  return 0;
}

int do_not_prefault(const Arguments&) {
  expect(!join({.initial_bytes = 16 * mebibyte}), "join");
  const long faults = faults_of_filling();
  expect(faults > 1000, std::to_string(faults) + " page faults");
  say("done");
  return 0;
}

int lock(const Arguments&) {
  const auto error = join({.initial_bytes = 2 * mebibyte, .lock_memory = true});
  if (error) {
    expect(error == Errc::memory_lock_refused, error.message());
    say("not allowed");
    return 0;
  }
  expect(kibibytes("/proc/self/status", "VmLck") >= 2048, "locked");
  vector<char> bytes(8 * mebibyte);
  expect(kibibytes("/proc/self/status", "VmLck") >= 8 * 1024, "growth is locked, too");
  expect(join({.huge_pages = true}) == Errc::already_initialized, "too late for another kind of memory");
  say("done");
  return 0;
}

/// May lock nothing: neither by its limit nor by a privilege.
int lock_without_permission(const Arguments&) {
  const rlimit nothing{};
  expect(::setrlimit(RLIMIT_MEMLOCK, &nothing) == 0, "setrlimit");
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct data[2]{};
  expect(::syscall(SYS_capget, &header, data) == 0, "capget");
  data[0].effective &= ~(1u << CAP_IPC_LOCK);
  expect(::syscall(SYS_capset, &header, data) == 0, "capset");
  expect(join({.initial_bytes = mebibyte, .lock_memory = true}) == Errc::memory_lock_refused, "refused");
  expect(!join({.initial_bytes = mebibyte}), "without it the process takes part");
  say("done");
  return 0;
}

int bind_to_nodes(const Arguments&) {
  expect(join({.numa_node = 1000}) == Errc::numa_node_refused, "there is no node 1000");
  expect(join({.numa_node = -1}) == Errc::numa_node_refused, "nor node -1");
  const auto error = join({.initial_bytes = mebibyte, .numa_node = 0});
  expect(!error || error == Errc::numa_node_refused, error.message());
  if (error) expect(!join({}), "without it the process takes part");
  say(error ? "not allowed" : "done");
  return 0;
}

/// huge_pages DIRECTORY: on a tmpfs that has huge pages, if there is such a thing.
int use_huge_pages(const Arguments& arguments) {
  if (!mount_own_tmpfs(arguments.at(0), "size=64m,mode=0700,huge=advise")) {
    say("not allowed");
    return 0;
  }
  const auto error = join({.initial_bytes = 16 * mebibyte, .huge_pages = true, .runtime_directory = arguments.at(0)});
  if (error) {
    expect(error == Errc::huge_pages_refused, error.message());
    say("not allowed");
    return 0;
  }
  expect(kibibytes("/proc/self/smaps", "ShmemPmdMapped") >= 14 * 1024, "in huge pages");
  say("done");
  return 0;
}

/// no_huge_pages DIRECTORY: on one that has none.
int ask_for_huge_pages(const Arguments& arguments) {
  if (!mount_own_tmpfs(arguments.at(0), "size=64m,mode=0700,huge=never")) {
    say("not allowed");
    return 0;
  }
  expect(join({.huge_pages = true, .runtime_directory = arguments.at(0)}) == Errc::huge_pages_refused, "there are none");
  expect(!join({.runtime_directory = arguments.at(0)}), "without them the process takes part");
  say("done");
  return 0;
}

/// trim DIRECTORY: what is not used goes back to the file system.
int trim(const Arguments& arguments) {
  if (!mount_own_tmpfs(arguments.at(0), "size=64m,mode=0700")) {
    say("not allowed");
    return 0;
  }
  expect(!join({.runtime_directory = arguments.at(0)}), "join");
  const auto free_at_first = std::filesystem::space(arguments.at(0)).free;
  vector<char> kept(mebibyte, 'k');
  {
    const vector<vector<char>> many(300, vector<char>(100'000, 'm'));
  }
  expect(std::filesystem::space(arguments.at(0)).free < free_at_first - 28 * mebibyte, "30 MB are in use");
  expect(trim_dynamic_buffer() > 28 * mebibyte, "they go back");
  expect(std::filesystem::space(arguments.at(0)).free > free_at_first - 3 * mebibyte, "to the file system");
  expect(dynamic_buffer_statistics().committed_bytes < 3 * mebibyte, "and are not counted");
  expect(kept == vector<char>(mebibyte, 'k'), "what is in use stays");
  const vector<vector<char>> again(300, vector<char>(100'000, 'a'));
  expect(dynamic_buffer_statistics().committed_bytes > 28 * mebibyte, "they come again");
  expect(again.back() == vector<char>(100'000, 'a'), "and can be used");
  say("done");
  return 0;
}

const Role prefault_role{"prefault", prefault};
const Role no_prefault_role{"no_prefault", do_not_prefault};
const Role lock_role{"lock_memory", lock};
const Role no_lock_role{"no_lock_memory", lock_without_permission};
const Role nodes_role{"numa_nodes", bind_to_nodes};
const Role huge_role{"huge_pages", use_huge_pages};
const Role no_huge_role{"no_huge_pages", ask_for_huge_pages};
const Role trim_role{"trim", trim};

void check_role(const char* role) {
  const MountPoint directory;
  auto process = ChildProcess::start_role(role, {directory.path()});
  const std::string said = process.read_line().value_or("nothing");
  if (said == "not allowed") WARN("SKIPPED: the system does not allow it: " << role);
  INFO(said);
  CHECK((said == "done" || said == "not allowed"));
  CHECK(process.wait() == 0);
}

}  // namespace

TEST_CASE("what is mapped in advance is used without page faults", "[process][uninstrumented_counts]") {
  check_role("prefault");
  check_role("no_prefault");
}

TEST_CASE("locked memory is locked as it grows", "[process]") { check_role("lock_memory"); }

TEST_CASE("memory that may not be locked is an error, and no participant", "[process]") { check_role("no_lock_memory"); }

TEST_CASE("memory comes from the node that was asked for, or it is an error", "[process]") { check_role("numa_nodes"); }

TEST_CASE("huge pages are used where there are some", "[process]") { check_role("huge_pages"); }

TEST_CASE("huge pages that cannot be had are an error, and no participant", "[process]") { check_role("no_huge_pages"); }

TEST_CASE("memory that is not used goes back to the system, and comes again", "[process]") { check_role("trim"); }
