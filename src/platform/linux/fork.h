#pragma once

// What keeps a forked child away from its parent's shared memory.
//
// An open-file-description lock lives as long as any descriptor or mapping of the open file, in whichever process. A child must
// therefore get rid of both at once, or it would keep its parent alive. Its mappings go by MADV_DONTFORK, its descriptors by a handler
// of pthread_atfork, which puts private zeroes in place of the mappings. vfork and posix_spawn run no handlers; their children
// come to exec, and O_CLOEXEC does it.
//
// What a child has mapped of others it keeps, and can read the samples that it inherited, until it ends or executes something else: until then
// the memory of a participant that ends meanwhile stays.

#include <atomic>
#include <cstddef>

namespace carry::platform::linux_system {

/// What a child must get rid of. Neither moves nor is copied while it is registered.
struct ForkRecord {
  int descriptor = -1;  ///< Carries a lock. The child's handler closes it and writes -1.
  std::byte* base = nullptr;
  std::size_t bytes = 0;
  std::atomic<std::size_t> used_bytes = 0;  ///< From the start; what lies behind has no memory, and nobody touches it.
  ForkRecord* next = nullptr;
  ForkRecord* previous = nullptr;
};

/// While one exists no other thread forks: what is opened meanwhile is registered, or closed again, before a child can inherit it.
/// Nothing inside may fork, or call what the user gave us.
class NoFork {
 public:
  NoFork();
  NoFork(const NoFork&) = delete;
  NoFork& operator=(const NoFork&) = delete;
  ~NoFork();
};

void register_for_fork(ForkRecord& record, const NoFork&) noexcept;

/// Nothing to do for a record that was never registered. Close the descriptor before others may fork again.
void unregister_for_fork(ForkRecord& record, const NoFork&) noexcept;

}  // namespace carry::platform::linux_system
