#include <carry/platform/stop.h>

#include <utility>

namespace carry::platform {

struct StopRing::State {
  State(const std::stop_token& token, std::function<void()> ring) : callback(token, std::move(ring)) {}
  std::stop_callback<std::function<void()>> callback;
};

StopRing::StopRing(const std::stop_token& token, std::function<void()> ring) {
  if (token.stop_possible()) state_ = std::make_unique<State>(token, std::move(ring));
}
StopRing::~StopRing() = default;

std::chrono::nanoseconds StopRing::longest_wait() const noexcept { return std::chrono::nanoseconds::max(); }

}  // namespace carry::platform
