#include <carry/domain/ringer.h>

#include <algorithm>
#include <new>
#include <utility>

namespace carry::domain {

void Ringer::set_sleepers(std::vector<Sleeper> sleepers) noexcept {
  std::ranges::sort(sleepers_, std::less(), &Sleeper::armed);
  for (Sleeper& sleeper : sleepers) {
    const auto known = std::ranges::lower_bound(sleepers_, sleeper.armed, std::less(), &Sleeper::armed);
    if (known != sleepers_.end() && known->armed == sleeper.armed) sleeper.bell = std::move(known->bell);
  }
  sleepers_.swap(sleepers);
}

void Ringer::ring(Sleeper& sleeper, std::uint64_t address) noexcept {
  const std::byte* memory = sleeper.peer->at(address, sizeof(BellRecord), alignof(BellRecord));
  if (memory == nullptr) return;
  const auto& record = *reinterpret_cast<const BellRecord*>(memory);
  // Seq_cst, after the armed word: pairs with Bell::begin_generation(). A bell that was answered since is rung again.
  const std::uint64_t generation = record.generation.load(std::memory_order_seq_cst);
  const std::uint64_t number = record.number.load(std::memory_order_relaxed);  // Relaxed: constant while somebody is armed there.
  try {
    if (sleeper.bell == nullptr || sleeper.bell->number() != number) sleeper.bell = sleeper.peer->bell(directory_, number);
  } catch (const std::bad_alloc&) {
    return;  // Tried again with the next message.
  }
  if (!sleeper.bell->ring(generation)) sleeper.bell = nullptr;
}

}  // namespace carry::domain
