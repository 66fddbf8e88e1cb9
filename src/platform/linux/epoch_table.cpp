#include "platform/linux/system.h"

#include <carry/error.h>
#include <carry/platform/epoch_table.h>
#include <carry/platform/own_segment.h>
#include <carry/platform/thread.h>

#include <spdlog/spdlog.h>

#include <new>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

namespace carry::platform {

using namespace linux_system;

namespace {

constexpr const char* table_name = "epoch";
constexpr std::size_t table_bytes = EpochTable::counter_count * sizeof(std::uint64_t);
constexpr int attempts = 5000;  // about a second in all, if somebody was stopped while removing the domain
constexpr auto pause_between_attempts = std::chrono::microseconds(100);

/// Makes a table and names it. It exists already: fine too.
std::error_code make_table(const DomainDirectory& directory) {
  auto file = make_file(directory, "epoch-" + ParticipantId::random().to_string());
  if (!file) return file.error();
  const int error = ::posix_fallocate(file->descriptor.get(), 0, table_bytes);
  std::error_code result = error == 0 ? give_name(directory, *file, table_name) : std::error_code(error, std::system_category());
  if (!file->temporary_name.empty()) ::unlinkat(directory.state()->descriptor, file->temporary_name.c_str(), 0);
  return result == std::errc::file_exists ? std::error_code() : result;
}

bool is_same_file(int descriptor, int directory, const char* name) noexcept {
  struct stat own {};
  struct stat named {};
  if (::fstat(descriptor, &own) != 0 || ::fstatat(directory, name, &named, AT_SYMLINK_NOFOLLOW) != 0) return false;
  return own.st_ino == named.st_ino && own.st_dev == named.st_dev;
}

/// The domain has no members: removes what the dead left, the table, and the directory. Foreign files keep the directory.
void remove_domain(const DomainDirectory& directory) noexcept {
  const auto ids = directory.participants();
  if (!ids) return;
  for (const auto id : *ids) {
    (void)directory.remove_dead(id);
    if (directory.liveness(id) != Liveness::absent) return;
  }
  (void)directory.remove_unfinished();
  ::unlinkat(directory.state()->descriptor, table_name, 0);
  ::rmdir(directory.path().c_str());
}

}  // namespace

struct EpochTable::State {
  DomainDirectory directory;
  Descriptor descriptor;
  Mapping mapping;
  ForkRecord fork_record;
  bool member = true;
  ~State() {
    unregister_for_fork(fork_record);
    if (forked()) descriptor.forget();  // closed when this process came to be
  }
};

Result<EpochTable> EpochTable::open(const DomainDirectory& directory) {
  const int parent = directory.state()->descriptor;
  for (int attempt = 0; attempt != attempts; ++attempt) {
    Descriptor file(::openat(parent, table_name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!file) {
      if (errno != ENOENT) return errno == ELOOP ? failure(Errc::not_secure) : Failure{last_error()};
      if (auto error = make_table(directory)) return Failure{error};
      continue;
    }
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return Failure{last_error()};
    if (!S_ISREG(status.st_mode) || status.st_uid != ::geteuid() || (status.st_mode & 077) != 0 || status.st_size != static_cast<off_t>(table_bytes)) {
      spdlog::error("carry: {}/{} is not an epoch table of uid {}; remove it", directory.path(), table_name, ::geteuid());
      return failure(Errc::not_secure);
    }
    // A member holds a shared lock. Somebody who holds the exclusive one is removing the domain: what is opened here is gone then.
    if (!try_lock(file.get(), LockKind::shared)) {
      sleep_for(pause_between_attempts);
      continue;
    }
    if (!is_same_file(file.get(), parent, table_name)) continue;
    auto mapping = Mapping::map(file.get(), table_bytes, PROT_READ | PROT_WRITE);
    if (!mapping) return Failure{mapping.error()};
    if (::madvise(mapping->base(), table_bytes, MADV_DONTFORK) != 0) return Failure{last_error()};
    std::unique_ptr<State> state(new State{.directory = directory, .descriptor = std::move(file), .mapping = std::move(*mapping), .fork_record = {}});
    state->fork_record = {.descriptor = state->descriptor.get(), .base = state->mapping.base(), .bytes = table_bytes};
    register_for_fork(state->fork_record);
    return EpochTable(std::move(state));
  }
  return failure(Errc::interrupted_join);
}

EpochTable::EpochTable(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
EpochTable::EpochTable(EpochTable&&) noexcept = default;
EpochTable& EpochTable::operator=(EpochTable&&) noexcept = default;
EpochTable::~EpochTable() { leave(); }

std::atomic<std::uint64_t>& EpochTable::counter(std::size_t index) const noexcept {
  // Zero-filled memory is a counter of value 0; nobody else could construct it without a race.
  return *std::launder(reinterpret_cast<std::atomic<std::uint64_t>*>(state_->mapping.base()) + index);
}

bool EpochTable::is_current() const noexcept { return is_same_file(state_->descriptor.get(), state_->directory.state()->descriptor, table_name); }

void EpochTable::leave() noexcept {
  if (state_ == nullptr || forked() || !std::exchange(state_->member, false)) return;
  const int descriptor = state_->descriptor.get();
  // The exclusive lock is to be had only when nobody else is a member; it keeps others from becoming one until this is done. Two that leave
  // at once may keep each other from it: hence a second try, when this one is no member any more.
  for (int attempt = 0; attempt != 2; ++attempt) {
    const bool last_one = try_lock(descriptor, LockKind::exclusive);
    if (last_one && is_current()) remove_domain(state_->directory);
    unlock(descriptor);
    if (last_one) return;
  }
}

}  // namespace carry::platform
