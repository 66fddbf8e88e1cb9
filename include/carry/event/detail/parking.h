#pragma once

#include <carry/domain/bell.h>
#include <carry/event/concepts.h>

#include <chrono>
#include <functional>
#include <memory>
#include <system_error>

namespace carry::event::detail {

/// A bell that is made when it is first needed, and the loop around it.
class ParkingPlace {
 public:
  /// Makes the bell. Idempotent. Errors: those of domain::Bell::make() and of joining.
  std::error_code open();
  domain::Bell& bell() noexcept { return *bell_; }

  /// To be called when armed: looks, parks, answers, and looks again, until `look` is true or a limit is reached. Parks for `look_every` at most.
  std::error_code wait(const std::function<bool()>& look, const WaitLimit& limit, std::chrono::nanoseconds look_every);

 private:
  std::unique_ptr<domain::Bell> bell_;
};

/// Whether looking a while before parking pays: while waits are about as short as that, as of late.
class SpinEstimate {
 public:
  bool pays(std::chrono::nanoseconds spin) const noexcept { return usual_ <= spin; }
  void waited(std::chrono::nanoseconds duration) noexcept { usual_ += (std::min(duration, longest) - usual_) / 4; }

 private:
  static constexpr std::chrono::nanoseconds longest{std::chrono::milliseconds(1)};
  std::chrono::nanoseconds usual_{0};
};

}  // namespace carry::event::detail
