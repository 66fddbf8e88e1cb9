#pragma once

#include <carry/domain/peer.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace carry::domain {

/// Somebody who may park: the word where he says at which bell.
struct Sleeper {
  std::shared_ptr<Peer> peer;  // keeps the mapping
  const SharedWord* armed = nullptr;
  std::shared_ptr<PeerBell> bell;       // that was rung last
  std::uint64_t rung_without_bell = 0;  // the record's state when that was rung, for want of memory
};

/// Rings the bells of sleepers. Opens a bell when it is first rung, and keeps it open as long as its sleeper is there.
///
/// Thread safety: one thread at a time. A ring is one system call, and does not block.
class Ringer {
 public:
  explicit Ringer(const platform::DomainDirectory& directory) : directory_(directory) {}

  bool has_sleepers() const noexcept { return !sleepers_.empty(); }

  /// These and no others, from now on.
  void set_sleepers(std::vector<Sleeper> sleepers) noexcept;

  /// Rings where somebody is armed. Call after what they wait for was stored, and a seq_cst fence.
  void ring_armed() noexcept {
    for (Sleeper& sleeper : sleepers_) {
      // Acquire: brings along what the bell's record says. Its partner is the fence in SubscriberCore::arm_at().
      const std::uint64_t address = sleeper.armed->load(std::memory_order_acquire);
      if (address != 0) [[unlikely]]
        ring(sleeper, address);
    }
  }

 private:
  void ring(Sleeper& sleeper, std::uint64_t address) noexcept;

  platform::DomainDirectory directory_;
  std::vector<Sleeper> sleepers_;
};

}  // namespace carry::domain
