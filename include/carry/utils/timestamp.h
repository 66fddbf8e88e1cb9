#pragma once

#include <chrono>
#include <cstdint>

namespace carry::utils {

/// Nanoseconds of the system clock since 1970. Thread safety: any thread. Blocking: no.
inline std::int64_t timestamp() noexcept {
  using namespace std::chrono;
  return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace carry::utils
