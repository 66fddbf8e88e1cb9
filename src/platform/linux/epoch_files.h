#pragma once

// Which file is the domain's epoch table, and who is a member.
//
// A member has a shared lock on the table's file. The last one out takes the exclusive one before it removes the domain. A process that is stopped
// then, for as long as somebody likes, must not keep others from joining: they make a further table. docs/design/domain.md, "Joining", says why there
// are never members of two.

#include "platform/linux/system.h"

#include <carry/platform/epoch_table.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace carry::platform::linux_system {

/// Names of tables. Others than the first are needed only while processes are stopped that were the last one out.
inline constexpr std::array<const char*, 8> table_names = {"epoch", "epoch.1", "epoch.2", "epoch.3", "epoch.4", "epoch.5", "epoch.6", "epoch.7"};

/// A table is exactly that long.
inline constexpr std::size_t table_bytes = EpochTable::counter_count * sizeof(std::uint64_t);

/// A table with this process's shared lock on it.
struct Membership {
  Descriptor file;
  std::size_t number = 0;  ///< of its name
};

/// One try to become a member of the table, which is made where there is none. Nothing: somebody is removing the table, or joins at the same time; try
/// again. `pass_by`: whoever is removing it seems to be stopped; make a further one. Errors: not_secure when what has the first name is no table of
/// theirs; what the system says. Logs nothing, and so may be called where nobody may fork.
Result<std::optional<Membership>> try_become_member(const DomainDirectory& directory, bool pass_by);

/// The first name of a table that this process may not open. Null: there is none.
const char* find_closed_table(const DomainDirectory& directory) noexcept;

/// True while the table's name is that of the file of `membership`. Only the last one out removes it, but somebody may remove the whole directory.
bool is_named(const DomainDirectory& directory, const Membership& membership) noexcept;

/// Gives up the membership. The last one out removes what the dead left, the tables and the directory.
void leave_domain(const DomainDirectory& directory, const Membership& membership) noexcept;

}  // namespace carry::platform::linux_system
