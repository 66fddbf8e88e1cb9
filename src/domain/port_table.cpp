#include <carry/domain/port_table.h>
#include <carry/error.h>

namespace carry::domain {

namespace {
constexpr std::size_t records_per_commit = 32;  // one page
}

PortTable::PortTable(std::byte* base, Commit commit) noexcept : base_(base), commit_(std::move(commit)) {}

PortRecord& PortTable::record(std::size_t index) const noexcept { return reinterpret_cast<PortRecord*>(base_ + ports_offset)[index]; }

Result<std::size_t> PortTable::add(const PortView& port) {
  std::size_t index = used_;
  if (!free_.empty()) {
    index = free_.back();
  } else {
    if (used_ == port_capacity) return failure(Errc::port_table_full);
    if (used_ == committed_) {
      if (auto error = commit_(ports_offset + committed_ * sizeof(PortRecord), records_per_commit * sizeof(PortRecord))) return Failure{error};
      committed_ += records_per_commit;
    }
    if (free_.capacity() <= used_) free_.reserve(2 * used_ + records_per_commit);  // so that remove() never allocates
  }
  if (index == used_) ++used_;
  else free_.pop_back();

  const auto relaxed = std::memory_order_relaxed;  // Relaxed below: the state word orders the fields, see Peer::read().
  PortRecord& r = record(index);
  const std::uint64_t generation = (r.state.load(relaxed) >> 8) + 1;
  r.state.store(generation << 8, relaxed);
  std::atomic_thread_fence(std::memory_order_release);  // Release: pairs with the acquire fence in Peer::read().
  r.port_id.store(port.port_id, relaxed);
  r.birth.store(port.birth, relaxed);
  r.topic_hash.store(port.topic_hash, relaxed);
  r.descriptor_offset.store(port.descriptor_offset, relaxed);
  r.body_offset.store(port.body_offset, relaxed);
  r.target_high.store(port.target.high, relaxed);
  r.target_low.store(port.target.low, relaxed);
  r.target_port.store(port.target_port, relaxed);
  r.owner_port.store(port.owner_port, relaxed);
  r.claim_count.store(port.claim_count, relaxed);
  r.state.store(generation << 8 | static_cast<std::uint64_t>(port.kind), std::memory_order_release);  // Release: pairs with Peer::read().
  header().port_high_water.store(used_, std::memory_order_release);                                   // Release: pairs with Peer::refresh_locked().
  header().ports_version.fetch_add(1, std::memory_order_release);                                     // Release: likewise.
  return index;
}

void PortTable::set_birth(std::size_t index, std::uint64_t birth) noexcept {
  record(index).birth.store(birth, std::memory_order_release);     // Release: pairs with Peer::read(), where a half-told birth is no harm.
  header().ports_version.fetch_add(1, std::memory_order_release);  // Release: pairs with Peer::refresh_locked().
}

void PortTable::set_body(std::size_t index, std::uint64_t offset) noexcept {
  record(index).body_offset.store(offset, std::memory_order_release);  // Release: after what lies there. Pairs with Peer::refresh_locked().
  header().ports_version.fetch_add(1, std::memory_order_release);      // Release: likewise.
}

void PortTable::remove(std::size_t index) noexcept {
  PortRecord& r = record(index);
  const std::uint64_t state = r.state.load(std::memory_order_relaxed);  // Relaxed: own word.
  if ((state & 0xff) == 0) return;
  r.state.store(((state >> 8) + 1) << 8, std::memory_order_release);  // Release: pairs with Peer::read().
  header().ports_version.fetch_add(1, std::memory_order_release);     // Release: pairs with Peer::refresh_locked().
  free_.push_back(index);
}

void PortTable::remove_all() noexcept {
  for (std::size_t index = 0; index != used_; ++index) remove(index);
}

}  // namespace carry::domain
