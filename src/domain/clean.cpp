#include <carry/domain/clean.h>
#include <carry/platform/epoch_table.h>

#include <vector>

namespace carry::domain {

Result<std::size_t> clean(const platform::DomainDirectory& directory) {
  auto epochs = platform::EpochTable::open(directory);
  if (!epochs) return Failure{epochs.error()};
  std::size_t removed = directory.remove_unfinished();
  const auto ids = directory.participants();
  removed += directory.remove_dead(ids.value_or(std::vector<platform::ParticipantId>())).size();
  // Everybody shall look again, also when nothing was there to be removed: who was killed after it gave up its name had not told anybody. A counter
  // too many costs a look. Seq_cst: as in Participant::add_port().
  for (std::size_t i = 0; i != platform::EpochTable::counter_count; ++i) epochs->counter(i).fetch_add(1, std::memory_order_seq_cst);
  return removed;
}

}  // namespace carry::domain
