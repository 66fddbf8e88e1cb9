#include <carry/domain/participant.h>
#include <carry/error.h>
#include <carry/event/detail/parking.h>
#include <carry/platform/own_segment.h>
#include <carry/platform/stop.h>
#include <carry/platform/thread.h>

#include <algorithm>

namespace carry::event::detail {

std::error_code ParkingPlace::open() {
  if (platform::forked()) return Errc::forked;
  if (bell_ != nullptr) return {};
  auto participant = domain::Participant::current();
  if (!participant) return participant.error();
  auto bell = domain::Bell::make(**participant);
  if (!bell) return bell.error();
  bell_ = std::move(*bell);
  return {};
}

std::error_code ParkingPlace::wait(const std::function<bool()>& look, const WaitLimit& limit, std::chrono::nanoseconds look_every) {
  using Clock = std::chrono::steady_clock;
  const platform::CancellationDeferred deferred;
  const platform::StopRing stop_ring(limit.stop, [this] { bell_->ring(); });
  const auto longest_wait = std::min(stop_ring.longest_wait(), look_every);
  for (;;) {
    if (look()) return {};
    if (limit.stop.stop_requested()) return Errc::cancelled;
    const auto now = Clock::now();
    if (now >= limit.deadline) return Errc::timeout;
    const bool whole = longest_wait >= limit.deadline - now;
    bell_->wait(whole ? limit.deadline : now + longest_wait);
    bell_->answer();
  }
}

}  // namespace carry::event::detail
