#pragma once

#include "crash/points.h"
#include "crash/scripts.h"
#include "support/child_process.h"
#include "survivors/survivors.h"

#include <carry/platform/domain_directory.h>
#include <carry/utils/timestamp.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace carry::test {

struct Ended {
  int code = 0;
  std::string said;    ///< Its last line: how many points it had.
  std::string before;  ///< What it said before.

  /// Numbers of the line that arm() promises.
  std::uint64_t points() const { return number(1); }
  std::uint64_t stores() const { return number(2); }
  std::uint64_t calls() const { return number(3); }
  std::uint64_t calls_that_can_fail() const { return number(4); }

 private:
  std::uint64_t number(std::size_t word) const;
};

/// Starts a process that plays a script, in a domain; empty: the one of the tests.
ChildProcess start(const Script& script, points::Deed deed, std::uint64_t number, const std::string& domain = {});

/// A process is killed of which nobody knows yet that it is dead.
void leave_a_corpse();

/// Waits for its end, while the survivors live on.
Ended end_of(ChildProcess child, Survivors& survivors);

/// Has a script played, and the survivors outlive it.
Ended play(const Script& script, points::Deed deed, std::uint64_t number, Survivors& survivors);

/// What random choices begin with: CARRY_CRASH_SEED, or another one each time. Says it.
unsigned seed();

/// A domain in which nobody is but the processes that a test starts.
struct LonelyDomain {
  std::string name = "lonely-" + std::to_string(utils::timestamp());
  std::filesystem::path path = std::filesystem::path(platform::DomainDirectory::open({}).value().path()).parent_path() / name;
};

}  // namespace carry::test
