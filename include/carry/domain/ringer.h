#pragma once

#include <carry/domain/participant.h>
#include <carry/platform/bell.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace carry::domain {

/// Somebody who may park: the word where he says at which bell.
struct Sleeper {
  std::shared_ptr<Peer> peer;  // keeps the mapping
  const SharedWord* armed = nullptr;
};

/// Rings the bells of others, each once per generation. Opens a bell when it is first rung, and keeps it open.
///
/// Thread safety: one thread at a time. Never blocks: a ring is one system call.
class Ringer {
 public:
  explicit Ringer(const platform::DomainDirectory& directory) : directory_(directory) {}

  /// Rings where a sleeper is armed. Call after what he waits for was stored, and a seq_cst fence.
  void ring_if_armed(const Sleeper& sleeper) noexcept {
    // Acquire: brings along what the bell's record says. Its partner is the fence in SubscriberCore::arm().
    const std::uint64_t address = sleeper.armed->load(std::memory_order_acquire);
    if (address != 0) [[unlikely]]
      ring(*sleeper.peer, address);
  }

  /// Closes the bells of participants that are not among these.
  void keep_only(const std::vector<Sleeper>& sleepers) noexcept;

 private:
  struct Opened {
    platform::ParticipantId owner;
    std::uint64_t number;
    std::uint64_t rung;                      // generation
    std::optional<platform::PeerBell> bell;  // none: this process has no descriptor left
  };
  void ring(const Peer& peer, std::uint64_t address) noexcept;
  bool open(const Peer& peer, Opened& opened) noexcept;

  platform::DomainDirectory directory_;
  std::vector<Opened> opened_;
  bool is_short_ = false;  // of descriptors, when it tried last
};

}  // namespace carry::domain
