#include <carry/platform/process.h>

#include "platform/windows/security.h"

namespace carry::platform {

ProcessIdentity current_process() noexcept {
  FILETIME creation{};
  FILETIME exit{};
  FILETIME kernel{};
  FILETIME user{};
  ProcessIdentity identity{.pid = GetCurrentProcessId()};
  if (GetProcessTimes(GetCurrentProcess(), &creation, &exit, &kernel, &user)) {
    identity.start_time = std::uint64_t{creation.dwHighDateTime} << 32 | creation.dwLowDateTime;
  }
  return identity;
}

const char* current_user() noexcept { return windows::User::current().sid_name.c_str(); }

}  // namespace carry::platform
