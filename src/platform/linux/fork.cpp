// What happens in a forked child: see DESIGN of the domain, "fork". The handler runs in the child before anything else does; it only closes
// descriptors and maps memory, allocates nothing and takes no lock (the one it needs is held across the fork).

#include "platform/linux/system.h"

#include <carry/platform/own_segment.h>

#include <atomic>
#include <mutex>

#include <pthread.h>
#include <sys/mman.h>

namespace carry::platform {

namespace {
std::atomic<bool> in_forked_child = false;
}

bool forked() noexcept { return in_forked_child.load(std::memory_order_relaxed); }  // Relaxed: set while the child has one thread.

namespace linux_system {

namespace {

std::mutex& registry_mutex() {
  static std::mutex& mutex = *new std::mutex;  // never destroyed: a fork may come late
  return mutex;
}
ForkRecord* registry = nullptr;

void before_fork() { registry_mutex().lock(); }
void after_fork_in_parent() { registry_mutex().unlock(); }

void after_fork_in_child() {
  for (ForkRecord* record = registry; record != nullptr; record = record->next) {
    // The parent's lock lives as long as any copy of this descriptor.
    if (record->descriptor >= 0) ::close(record->descriptor);
    record->descriptor = -1;
    // The kernel left the mapping out; objects of the parent that are used or destroyed here shall find memory, and reach nobody.
    ::mmap(record->base, record->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
  }
  if (registry != nullptr) in_forked_child.store(true, std::memory_order_relaxed);  // Relaxed: see forked().
  registry_mutex().unlock();
}

}  // namespace

void register_for_fork(ForkRecord& record) {
  static const int registered = ::pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
  (void)registered;
  const std::scoped_lock lock(registry_mutex());
  record.next = registry;
  if (registry != nullptr) registry->previous = &record;
  registry = &record;
}

void unregister_for_fork(ForkRecord& record) noexcept {
  const std::scoped_lock lock(registry_mutex());
  if (record.previous != nullptr) record.previous->next = record.next;
  else if (registry == &record) registry = record.next;
  if (record.next != nullptr) record.next->previous = record.previous;
  record.next = record.previous = nullptr;
}

}  // namespace linux_system

}  // namespace carry::platform
