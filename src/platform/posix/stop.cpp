#include <carry/platform/stop.h>

namespace carry::platform {

namespace {
struct Ring {
  Bell& bell;
  void operator()() const noexcept { bell.ring(); }
};
}  // namespace

struct StopRing::State {
  State(const std::stop_token& token, Bell& bell) : callback(token, Ring{bell}) {}
  std::stop_callback<Ring> callback;
};

StopRing::StopRing(const std::stop_token& token, Bell& bell) {
  if (token.stop_possible()) state_ = std::make_unique<State>(token, bell);
}
StopRing::~StopRing() = default;

std::chrono::nanoseconds StopRing::longest_wait() const noexcept { return std::chrono::nanoseconds::max(); }

}  // namespace carry::platform
