#pragma once

#include <cstdint>

namespace carry::platform {

/// Who a process is, for messages and diagnosis; liveness is never judged by it.
struct ProcessIdentity {
  std::uint64_t pid = 0;
  std::uint64_t start_time = 0;  ///< Linux: clock ticks since boot (field 22 of /proc/self/stat). Windows: creation FILETIME.
};

/// This process. Reads the system once per call.
ProcessIdentity current_process() noexcept;

/// The user that this process acts for, in words: "uid 1000", or a SID on Windows.
const char* current_user() noexcept;

}  // namespace carry::platform
