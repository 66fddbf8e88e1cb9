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
  if (found != opened_.end() && found->rung == generation) return;
  try {
    if (found == opened_.end()) found = opened_.insert(opened_.end(), {.owner = peer.id(), .number = number, .rung = ~generation, .bell = {}});
  } catch (const std::bad_alloc&) {
    return;  // Tried again with the next message.
  }
  if (found->bell || open(peer, *found)) {
    found->bell->ring();
    found->rung = generation;
  } else if (is_short_ && platform::PeerBell::ring_in_shortage(directory_, found->owner, number)) {
    found->rung = generation;
  } else {
    opened_.erase(found);
  }
}

bool Ringer::open(const Peer& peer, Opened& opened) noexcept {
  auto bell = platform::PeerBell::open(directory_, opened.owner, opened.number);
  // A name that is not there: the bell's owner has ended, or its record is another port's by now.
  const bool is_short = !bell && bell.error() != std::errc::no_such_file_or_directory;
  if (is_short && !is_short_) {
    spdlog::warn("carry: cannot open the bell of participant {} (pid {}), which waits for messages: {}", peer.id().to_string(), peer.pid(),
                 bell.error().message());
  }
  is_short_ = is_short;
  if (bell) opened.bell = std::move(*bell);
  return opened.bell.has_value();
}

void Ringer::keep_only(const std::vector<Sleeper>& sleepers) noexcept {
  std::erase_if(opened_, [&](const Opened& opened) {
    return std::ranges::none_of(sleepers, [&](const Sleeper& sleeper) { return sleeper.peer->id() == opened.owner; });
  });
}

}  // namespace carry::domain
