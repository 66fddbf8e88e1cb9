#include <carry/platform/stop.h>

namespace carry::platform {

struct StopRing::State {};

StopRing::StopRing(const std::stop_token& token, std::function<void()>) {
  if (token.stop_possible()) state_ = std::make_unique<State>();
}
StopRing::~StopRing() = default;

std::chrono::nanoseconds StopRing::longest_wait() const noexcept {
  return state_ == nullptr ? std::chrono::nanoseconds::max() : std::chrono::nanoseconds(std::chrono::milliseconds(20));
}

}  // namespace carry::platform
