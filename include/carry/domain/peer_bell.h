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

  /// Rings, unless that was done for this generation, in which case the owner has not answered yet. Threads that come in the same moment may both ring.
  /// False: nobody was rung, because there is no such bell or no descriptor left to open it.
  bool ring(std::uint64_t generation) noexcept;

 private:
  bool open() noexcept;

  platform::DomainDirectory directory_;
  platform::ParticipantId owner_;
  std::uint64_t number_;
  std::atomic<std::uint64_t> rung_ = ~std::uint64_t{0};  // the generation
  std::atomic<bool> is_open_ = false;                    // bell_ stays as it is from then on
  std::mutex mutex_;                                     // of what follows, until then
  std::optional<platform::PeerBell> bell_;
  std::atomic<bool> is_short_ = false;  // of descriptors, when it tried last
};

}  // namespace carry::domain
