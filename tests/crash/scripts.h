#pragma once

#include <span>
#include <string_view>
#include <system_error>

namespace carry::test {

/// What a process does that is killed at each of its points. The survivors of survivors.h are there meanwhile.
struct Script {
  std::string_view name;
  std::error_code (*run)();
  bool is_for_linux = false;    ///< Elsewhere it says not_supported.
  bool runs_alone = false;      ///< Needs no survivors.
  bool finds_a_corpse = false;  ///< A process with ports of all kinds was killed before, and nobody has noticed yet.
};

std::span<const Script> scripts();

/// The exit code of a script that is not for this system.
inline constexpr int not_for_this_system = 77;

}  // namespace carry::test
