#pragma once

#include "process/checked_message.h"
#include "support/child_process.h"
#include "survivors/own_holdings.h"

#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace carry::test {

/// Who lives while others are killed: this process, which publishes and polls, and another that parks. docs/design/crash_safety.md has the invariants.
///
/// What does not hold is said by a std::runtime_error.
class Survivors {
 public:
  Survivors();

  /// Publishes once on every topic, and takes what has come.
  void live();

  /// After a death: both go on, whatever the dead one held; then nothing of it is left. `who`: for the message.
  void outlive(const std::string& who);

  /// How long it took at most until everything went on.
  std::chrono::nanoseconds worst() const noexcept { return worst_; }

  std::uint64_t received() const noexcept { return received_; }

 private:
  void take(publish_subscribe::Subscriber<Checked>& subscriber);
  void go_on();
  void clean();

  publish_subscribe::Publisher<Checked> down_;
  publish_subscribe::Publisher<Checked> down_gated_;
  publish_subscribe::Subscriber<Checked> up_;
  publish_subscribe::Subscriber<Checked> up_gated_;
  ChildProcess sleeper_;
  std::uint64_t published_ = 0;
  std::uint64_t received_ = 0;
  std::chrono::nanoseconds worst_{};
  OwnHoldings baseline_{};
};

}  // namespace carry::test
