#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>

namespace carry::platform {

/// Calls `ring` when a stop is requested, as long as it lives. Where the system's library cannot tell of a request without losing wake-ups
/// (libstdc++ 12 of mingw), it does not, and who waits looks at the token every longest_wait().
class StopRing {
 public:
  StopRing(const std::stop_token& token, std::function<void()> ring);
  ~StopRing();
  StopRing(const StopRing&) = delete;
  StopRing& operator=(const StopRing&) = delete;

  std::chrono::nanoseconds longest_wait() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;  // null: the token can never be triggered
};

}  // namespace carry::platform
