#pragma once

#include <carry/platform/bell.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>

namespace carry::domain {

/// A bell of another participant as this process has it: however many of its publishers ring it, it is opened once, and rung once per generation.
///
/// Thread safety: all members may be called at once. Never blocks but for threads that open it in the same moment.
class PeerBell {
 public:
  PeerBell(const platform::DomainDirectory& directory, platform::ParticipantId owner, std::uint64_t number)
      : directory_(directory), owner_(owner), number_(number) {}

  std::uint64_t number() const noexcept { return number_; }

  /// Rings, unless that was done for this state of its record, in which case the owner has not answered yet. Threads that come in the same moment may
  /// both ring. What keeps it from ringing is said once in the log, and tried again with the next call. False: there is no such bell any more.
  bool ring(std::uint64_t state) noexcept;

 private:
  enum class Opening { done, in_shortage, failed, gone };
  Opening open() noexcept;

  platform::DomainDirectory directory_;
  platform::ParticipantId owner_;
  std::uint64_t number_;
  std::atomic<std::uint64_t> rung_ = 0;  // the state; 0 is no bell's
  std::atomic<bool> is_open_ = false;    // bell_ stays as it is from then on
  std::mutex mutex_;                     // of what follows, until then
  std::optional<platform::PeerBell> bell_;
  bool has_failed_ = false;  // that was said
};

}  // namespace carry::domain
