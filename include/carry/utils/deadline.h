#pragma once

#include <chrono>
#include <cstdint>
#include <ratio>

namespace carry::utils {

/// That much later than now, on the steady clock, rounded up; a duration beyond the clock's range means never, a negative one now. Of any unit and
/// any number type. Thread safety: any thread.
template <class Rep, class Period>
std::chrono::steady_clock::time_point deadline_after(std::chrono::duration<Rep, Period> timeout) noexcept {
  using TimePoint = std::chrono::steady_clock::time_point;
  const TimePoint now = std::chrono::steady_clock::now();
  const auto room = TimePoint::max() - now;
  if (timeout <= timeout.zero()) return now;
  // Compared in the caller's unit, with room for the clock's range: neither need be representable in the other's number type.
  if constexpr (std::chrono::treat_as_floating_point_v<Rep>) {
    using Exact = std::chrono::duration<long double, TimePoint::period>;
    if (!(Exact(timeout) < Exact(room))) return TimePoint::max();  // not a number: never
  } else if constexpr (std::ratio_greater_equal_v<Period, TimePoint::period>) {
    using Wide = std::chrono::duration<std::intmax_t, Period>;
    if (Wide(timeout) >= std::chrono::duration_cast<Wide>(room)) return TimePoint::max();
  }
  return now + std::chrono::ceil<TimePoint::duration>(timeout);
}

}  // namespace carry::utils
