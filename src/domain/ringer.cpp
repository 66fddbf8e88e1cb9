#include <carry/domain/ringer.h>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace carry::domain {

void Ringer::ring(const Peer& peer, std::uint64_t address) noexcept {
  const std::byte* memory = peer.at(address, sizeof(BellRecord), alignof(BellRecord));
  if (memory == nullptr) return;
  const auto& record = *reinterpret_cast<const BellRecord*>(memory);
  // Seq_cst, after the armed word: pairs with Bell::answer(). A bell that was answered since is rung again.
  const std::uint64_t generation = record.generation.load(std::memory_order_seq_cst);
  const std::uint64_t number = record.number.load(std::memory_order_relaxed);  // Relaxed: constant while somebody is armed there.
  auto found = std::ranges::find_if(opened_, [&](const Opened& o) { return o.number == number && o.owner == peer.id(); });
  Opened* opened = found == opened_.end() ? nullptr : &*found;
  if (opened != nullptr && opened->rung == generation) return;
  try {
    if (opened == nullptr) opened = open(peer, number);
  } catch (const std::bad_alloc&) {
    return;  // Tried again with the next message.
  }
  if (opened == nullptr) return;
  opened->rung = generation;
  opened->bell.ring();
}

Ringer::Opened* Ringer::open(const Peer& peer, std::uint64_t number) {
  auto bell = platform::PeerBell::open(directory_, peer.id(), number);
  if (!bell) {
    // A name that is not there: the bell's owner has ended, or its record is another port's by now.
    if (bell.error() != std::errc::no_such_file_or_directory && !std::exchange(shortage_reported_, true)) {
      spdlog::warn("carry: cannot wake participant {} (pid {}), which waits for a message: {}; it is tried again with the next message",
                   peer.id().to_string(), peer.pid(), bell.error().message());
    }
    return nullptr;
  }
  shortage_reported_ = false;
  return &opened_.emplace_back(Opened{.owner = peer.id(), .number = number, .rung = 0, .bell = std::move(*bell)});
}

void Ringer::keep_only(const std::vector<Sleeper>& sleepers) noexcept {
  std::erase_if(opened_, [&](const Opened& opened) {
    return std::ranges::none_of(sleepers, [&](const Sleeper& sleeper) { return sleeper.peer->id() == opened.owner; });
  });
}

}  // namespace carry::domain
