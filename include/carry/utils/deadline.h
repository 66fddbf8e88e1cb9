#pragma once

#include <chrono>

namespace carry::utils {

/// That much later than now, on the steady clock; a duration beyond the clock's range means never. Thread safety: any thread.
template <class Rep, class Period>
std::chrono::steady_clock::time_point deadline_after(std::chrono::duration<Rep, Period> timeout) noexcept {
  using TimePoint = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::duration<Rep, Period>;
  const TimePoint now = std::chrono::steady_clock::now();
  // Compared in the caller's unit: a large timeout need not be representable in the clock's.
  if (timeout >= std::chrono::duration_cast<Duration>(TimePoint::max() - now)) return TimePoint::max();
  return now + timeout;
}

}  // namespace carry::utils
