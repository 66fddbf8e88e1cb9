#include "platform/linux/fork.h"

#include <carry/platform/own_segment.h>
#include <carry/platform/thread.h>

#include <atomic>
#include <mutex>

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

namespace carry::platform {

namespace {

std::atomic<bool> in_forked_child = false;

}  // namespace

bool forked() noexcept { return in_forked_child.load(std::memory_order_relaxed); }  // Relaxed: set while the child has one thread.

namespace linux_system {

namespace {

constinit std::mutex mutex;  // held across fork
ForkRecord* first = nullptr;

/// Where memory may not be overcommitted, or RLIMIT_DATA is set, a whole reservation that can be written is refused: then only what the parent had
/// committed can be, and the rest, which nobody touches, counts for nothing.
void map_zeroes(const ForkRecord& record) noexcept {
  constexpr int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
  if (::mmap(record.base, record.bytes, PROT_READ | PROT_WRITE, flags, -1, 0) != MAP_FAILED) return;
  (void)::mmap(record.base, record.bytes, PROT_READ, flags, -1, 0);
  const std::size_t used_bytes = record.used_bytes.load(std::memory_order_relaxed);  // Relaxed: what another thread was about to use dies with it.
  if (used_bytes != 0) (void)::mprotect(record.base, used_bytes, PROT_READ | PROT_WRITE);  // Refused, it leaves zeroes to be read.
}

void before_fork() { mutex.lock(); }

void after_fork_in_parent() { mutex.unlock(); }

// Runs before anything else does in the child: only system calls and stores, no allocation.
void after_fork_in_child() {
  const CancellationDeferred deferred;
  for (ForkRecord* record = first; record != nullptr; record = record->next) {
    if (record->descriptor < 0) continue;  // a child's child: the zeroes are its parent's own
    ::close(record->descriptor);
    record->descriptor = -1;
    map_zeroes(*record);
  }
  if (first != nullptr) in_forked_child.store(true, std::memory_order_relaxed);  // Relaxed: see forked().
  mutex.unlock();
}

}  // namespace

NoFork::NoFork() {
  static const int registered = ::pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
  (void)registered;
  mutex.lock();
}

NoFork::~NoFork() { mutex.unlock(); }

void register_for_fork(ForkRecord& record, const NoFork&) noexcept {
  record.next = first;
  if (first != nullptr) first->previous = &record;
  first = &record;
}

void unregister_for_fork(ForkRecord& record, const NoFork&) noexcept {
  if (record.next != nullptr) record.next->previous = record.previous;
  if (record.previous != nullptr) {
    record.previous->next = record.next;
  } else if (first == &record) {
    first = record.next;
  }
  record.next = record.previous = nullptr;
}

}  // namespace linux_system

}  // namespace carry::platform
