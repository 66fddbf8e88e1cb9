#pragma once

// Tests with processes of several users. Numbers that no system gives to anybody; no user is made.

#include "support/catch.h"

#include <string>
#include <system_error>
#include <vector>

#include <grp.h>
#include <unistd.h>

namespace carry::test {

inline constexpr uid_t first_user = 61'234;
inline constexpr uid_t second_user = 61'235;
inline constexpr uid_t third_user = 61'236;
inline constexpr gid_t robots = 62'345;  // a group of the first two

/// In a role, first of all: this process is another user's for good. `groups` are all it has beside a group of its own.
inline void become_user(uid_t user, const std::vector<gid_t>& groups) {
  const bool done = ::setgroups(groups.size(), groups.data()) == 0 && ::setresgid(user, user, user) == 0 && ::setresuid(user, user, user) == 0;
  if (!done) throw std::system_error(errno, std::system_category(), "become_user");
}

/// What the arguments of a role say: "61234 members" or "61234 -".
inline void become_user(const std::string& user, const std::string& groups) {
  const auto number = static_cast<uid_t>(std::stoul(user));
  if (number != 0) become_user(number, groups == "members" ? std::vector{robots} : std::vector<gid_t>());
}

/// False, and said in the test's output: only root can start processes of other users.
inline bool can_become_others() {
  if (::geteuid() == 0) return true;
  WARN("SKIPPED: only root can start processes of other users");
  return false;
}

}  // namespace carry::test
