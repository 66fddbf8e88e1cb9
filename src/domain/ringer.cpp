#include <carry/domain/ringer.h>

#include <algorithm>
#include <new>
#include <utility>

namespace carry::domain {

void Ringer::set_sleepers(std::vector<Sleeper> sleepers) noexcept {
  std::ranges::sort(sleepers_, std::less(), &Sleeper::armed);
  for (Sleeper& sleeper : sleepers) {
    const auto known = std::ranges::lower_bound(sleepers_, sleeper.armed, std::less(), &Sleeper::armed);
    if (known == sleepers_.end() || known->armed != sleeper.armed) continue;
    sleeper.bell = std::move(known->bell);
    sleeper.rung_without_bell = known->rung_without_bell;
  }
  sleepers_.swap(sleepers);
}

void Ringer::ring(Sleeper& sleeper, std::uint64_t address) noexcept {
  const std::byte* memory = sleeper.peer->at(address, sizeof(BellRecord), alignof(BellRecord));
  if (memory == nullptr) return;
  const auto& record = *reinterpret_cast<const BellRecord*>(memory);
  // Relaxed, after the fence before ring_armed(), whose partner is the one in Bell::begin_generation(): a bell that was answered since is rung again. If
  // the record has become another bell's, its sleeper armed after that fence, and looks once more.
  const std::uint64_t state = record.state.load(std::memory_order_relaxed);
  const std::uint64_t number = BellRecord::number_of(state);
  try {
    if (sleeper.bell == nullptr || sleeper.bell->number() != number) sleeper.bell = sleeper.peer->bell(directory_, number);
  } catch (const std::bad_alloc&) {
    if (sleeper.rung_without_bell == state) return;
    if (platform::PeerBell::ring_in_shortage(directory_, sleeper.peer->id(), number)) sleeper.rung_without_bell = state;
    return;
  }
  if (!sleeper.bell->ring(state)) sleeper.bell = nullptr;
}

}  // namespace carry::domain
