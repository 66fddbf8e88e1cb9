#include <carry/platform/epoch_table.h>

#include "platform/linux/epoch_files.h"
#include "platform/linux/fork.h"
#include "platform/linux/guarded_range.h"
#include "platform/linux/system.h"
#include "platform/log.h"

#include <carry/error.h>
#include <carry/platform/own_segment.h>
#include <carry/platform/thread.h>

#include <new>

#include <sys/mman.h>

namespace carry::platform {

using namespace linux_system;

using Counter = std::atomic<std::uint64_t>;

static_assert(Counter::is_always_lock_free, "other processes count in the same words");
static_assert(sizeof(Counter) == sizeof(std::uint64_t), "the table is an array of 64-bit words");

namespace {

constexpr auto patience = std::chrono::milliseconds(500);
constexpr auto patience_with_removal = std::chrono::milliseconds(10);  // a hundred times what it takes
constexpr auto pause_between_attempts = std::chrono::microseconds(100);

}  // namespace

struct EpochTable::State {
  DomainDirectory directory;
  Membership membership;
  Mapping mapping;
  ForkRecord fork_record;
  GuardedRange guard;
  bool member = true;

  bool is_named() const noexcept { return member && !is_inherited() && linux_system::is_named(directory, membership); }

  const char* name() const noexcept { return table_names[membership.number]; }

  bool is_inherited() const noexcept { return mapping.base() != nullptr && fork_record.descriptor < 0; }

  ~State() {
    const NoFork no_fork;
    guard.stop(no_fork);
    unregister_for_fork(fork_record, no_fork);
    if (is_inherited()) {
      (void)membership.file.release();  // the handler has closed it
    } else {
      const Descriptor closing = std::move(membership.file);
    }
  }

  /// Maps the table; `membership` has the lock. What fails is not registered, and closed before anybody can fork.
  std::error_code map(const NoFork& no_fork) {
    auto mapped = Mapping::map(membership.file.get(), table_bytes, PROT_READ | PROT_WRITE);
    if (!mapped) return mapped.error();
    if (::madvise(mapped->base(), table_bytes, MADV_DONTFORK) != 0) return last_error();
    mapping = std::move(*mapped);
    fork_record.descriptor = membership.file.get();
    fork_record.base = mapping.base();
    fork_record.bytes = table_bytes;
    fork_record.used_bytes.store(table_bytes, std::memory_order_relaxed);  // Relaxed: under the lock.
    register_for_fork(fork_record, no_fork);
    guard.start(mapping, PROT_READ | PROT_WRITE, no_fork);
    return {};
  }
};

Result<EpochTable> EpochTable::open(const DomainDirectory& directory) {
  if (forked()) return failure(Errc::forked);
  const auto begin = std::chrono::steady_clock::now();
  std::chrono::nanoseconds waited{};
  std::error_code error;
  for (; waited < patience && !error; waited = std::chrono::steady_clock::now() - begin) {
    std::unique_ptr<State> state;
    {
      const CancellationDeferred deferred;
      const NoFork no_fork;
      auto membership = try_become_member(directory, waited >= patience_with_removal);
      if (membership && *membership) {
        state.reset(new State{.directory = directory, .membership = std::move(**membership), .mapping = {}, .fork_record = {}, .guard = {}});
        error = state->map(no_fork);
      } else if (!membership) {
        error = membership.error();
      }
    }
    if (state != nullptr && !error) {
      if (waited >= patience_with_removal)
        platform::log_info("carry: waited until {} could be joined; its table is {}", directory.path(), state->name());
      return EpochTable(std::move(state));
    }
    if (!error) sleep_for(pause_between_attempts);
  }
  if (error == Errc::not_secure) {
    platform::log_error("carry: {}/{} is not an epoch table that only {} can touch; remove it", directory.path(), table_names.front(),
                        directory.state()->access.to_string());
  }
  if (const char* closed = error == std::errc::permission_denied ? find_closed_table(directory) : nullptr) {
    platform::log_error("carry: this process may not open {}/{}, which {} should be able to; remove it", directory.path(), closed,
                        directory.state()->access.to_string());
  }
  if (error) return Failure{error};
  platform::log_error(
      "carry: no epoch table of {} could be joined: others are removing them, or one is joining another; if they are stopped, continue or end them",
      directory.path());
  return failure(Errc::interrupted_join);
}

EpochTable::EpochTable(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
EpochTable::EpochTable(EpochTable&&) noexcept = default;

EpochTable& EpochTable::operator=(EpochTable&& other) noexcept {
  if (this != &other) {
    leave();
    state_ = std::move(other.state_);
  }
  return *this;
}

EpochTable::~EpochTable() { leave(); }

Counter& EpochTable::counter(std::size_t index) const noexcept {
  // Zero-filled memory is a counter of value 0; nobody could construct it without a race.
  return *std::launder(reinterpret_cast<Counter*>(state_->mapping.base()) + index);
}

bool EpochTable::broken() const noexcept { return state_->guard.broken(); }

bool EpochTable::is_current() const noexcept { return !broken() && state_->is_named(); }

void EpochTable::leave() noexcept {
  if (state_ == nullptr || state_->is_inherited() || !state_->member) return;
  leave_domain(state_->directory, state_->membership);
  state_->member = false;
}

}  // namespace carry::platform
