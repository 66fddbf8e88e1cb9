#include <carry/platform/epoch_table.h>

#include "platform/linux/fork.h"
#include "platform/linux/guarded_range.h"
#include "platform/linux/system.h"
#include "platform/log.h"

#include <carry/error.h>
#include <carry/platform/own_segment.h>
#include <carry/platform/thread.h>

#include <algorithm>
#include <new>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

namespace carry::platform {

using namespace linux_system;

using Counter = std::atomic<std::uint64_t>;

static_assert(Counter::is_always_lock_free, "other processes count in the same words");
static_assert(sizeof(Counter) == sizeof(std::uint64_t), "the table is an array of 64-bit words");

namespace {

constexpr const char* table_name = "epoch";
constexpr std::size_t table_bytes = EpochTable::counter_count * sizeof(Counter);
constexpr int attempts = 5000;  // half a second, should somebody be stopped while he removes the domain
constexpr auto pause_between_attempts = std::chrono::microseconds(100);
constexpr int table_flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;

/// Makes a table, whole, and then names it. Somebody else's is as good.
std::error_code make_table(const DomainDirectory& directory) {
  auto file = make_file(directory, "epoch-" + ParticipantId::random().to_string(), directory.state()->access.shared_mode());
  if (!file) return file.error();
  // Only the fallback's name needs it, so as not to be taken for a leftover. Others wait until `file` is closed.
  std::error_code error = file->temporary_name.empty() ? std::error_code() : try_lock(file->descriptor.get(), LockKind::exclusive);
  if (!error) error = allocate(file->descriptor.get(), 0, table_bytes);
  if (!error) error = give_name(directory, *file, table_name);
  drop_name(directory, *file);
  return error == std::errc::file_exists ? std::error_code() : error;
}

Result<Descriptor> open_table(const DomainDirectory& directory) {
  const int parent = directory.state()->descriptor;
  Descriptor file(::openat(parent, table_name, table_flags));
  if (!file && errno == ENOENT) {
    if (auto error = make_table(directory)) return Failure{error};
    file = Descriptor(::openat(parent, table_name, table_flags));
  }
  if (!file) return errno == ELOOP || errno == ENXIO || errno == EISDIR ? failure(Errc::not_secure) : Failure{last_error()};
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return Failure{last_error()};
  const Access& access = directory.state()->access;
  const bool is_closed = (status.st_mode & 07777u & ~access.shared_mode()) == 0;
  const bool is_theirs = S_ISREG(status.st_mode) && access.owns(status) && is_closed && status.st_nlink <= 1;  // 0: it is being removed.
  if (!is_theirs || status.st_size != static_cast<off_t>(table_bytes)) return failure(Errc::not_secure);
  return file;
}

/// One try to open the table and hold its lock. Empty: the table is being removed, or was; try again.
Result<Descriptor> try_become_member(const DomainDirectory& directory) {
  auto file = open_table(directory);
  if (!file) return file;
  // Whoever holds the exclusive lock is removing the domain: the table that is open here will be nobody's.
  if (auto error = try_lock(file->get(), LockKind::shared)) {
    const bool conflict = error == std::errc::resource_unavailable_try_again || error == std::errc::permission_denied;
    return conflict ? Result<Descriptor>(Descriptor()) : Failure{error};
  }
  if (!is_same_file(file->get(), directory.state()->descriptor, table_name)) return Descriptor();
  return file;
}

/// The domain has no members: removes what the dead left, the table, and the directory. Foreign files keep the directory, and in a group's domain
/// so does what only another user may remove: it is there for the next one who joins.
void remove_domain(const DomainDirectory& directory) noexcept try {
  const auto ids = directory.participants();
  if (!ids) return;
  (void)directory.remove_dead(*ids);
  if (std::ranges::any_of(*ids, [&](ParticipantId id) { return directory.liveness(id) != Liveness::absent; })) return;
  (void)directory.remove_unfinished();
  directory.remove_all_names();  // Of bells that were made at exit, after their process had left.
  ::unlinkat(directory.state()->descriptor, table_name, 0);
  ::unlinkat(directory.state()->parent, directory.state()->name.c_str(), AT_REMOVEDIR);
} catch (const std::bad_alloc&) {
  // The next one out does it.
}

}  // namespace

struct EpochTable::State {
  DomainDirectory directory;
  Descriptor descriptor;
  Mapping mapping;
  ForkRecord fork_record;
  GuardedRange guard;
  bool member = true;

  bool is_named() const noexcept { return member && !is_inherited() && is_same_file(descriptor.get(), directory.state()->descriptor, table_name); }

  bool is_inherited() const noexcept { return mapping.base() != nullptr && fork_record.descriptor < 0; }

  ~State() {
    const NoFork no_fork;
    guard.stop(no_fork);
    unregister_for_fork(fork_record, no_fork);
    if (is_inherited()) {
      (void)descriptor.release();  // the handler has closed it
    } else {
      const Descriptor closing = std::move(descriptor);
    }
  }

  /// Maps the table; `descriptor` has the lock. What fails is not registered, and closed before anybody can fork.
  std::error_code map(const NoFork& no_fork) {
    auto mapped = Mapping::map(descriptor.get(), table_bytes, PROT_READ | PROT_WRITE);
    if (!mapped) return mapped.error();
    if (::madvise(mapped->base(), table_bytes, MADV_DONTFORK) != 0) return last_error();
    mapping = std::move(*mapped);
    fork_record.descriptor = descriptor.get();
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
  std::error_code error;
  for (int attempt = 0; attempt != attempts && !error; ++attempt) {
    std::unique_ptr<State> state;
    {
      const NoFork no_fork;
      auto file = try_become_member(directory);
      if (file && *file) {
        state.reset(new State{.directory = directory, .descriptor = std::move(*file), .mapping = {}, .fork_record = {}, .guard = {}});
        error = state->map(no_fork);
      } else if (!file) {
        error = file.error();
      }
    }
    if (state != nullptr && !error) return EpochTable(std::move(state));
    if (!error) sleep_for(pause_between_attempts);
  }
  if (error == Errc::not_secure) {
    platform::log_error("carry: {}/{} is not an epoch table that only {} can touch; remove it", directory.path(), table_name,
                        directory.state()->access.to_string());
  }
  if (error) return Failure{error};
  platform::log_error("carry: a process that was the last one in {} is still about to remove it; if it was stopped, continue or end it",
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
  const int descriptor = state_->descriptor.get();
  // The exclusive lock is to be had only when nobody else is a member; it keeps others from becoming one until this is done. Two that
  // leave at once may keep each other from it: hence a second try, when this one is no member any more.
  for (int attempt = 0; attempt != 2; ++attempt) {
    const bool last_one = !try_lock(descriptor, LockKind::exclusive);
    if (last_one && state_->is_named()) remove_domain(state_->directory);
    unlock(descriptor);
    if (last_one) break;
  }
  state_->member = false;
}

}  // namespace carry::platform
