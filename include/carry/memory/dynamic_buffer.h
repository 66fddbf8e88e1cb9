#pragma once

#include <carry/memory/heap_statistics.h>
#include <carry/result.h>

#include <cstddef>
#include <optional>
#include <string>

namespace carry {

/// Whether the dynamic buffer may commit more memory than it started with.
enum class Growth { allowed, forbidden };

/// How this process takes part: its domain, and the size of its dynamic buffer (the heap that containers and rings live in).
struct DynamicBufferOptions {
  std::size_t initial_bytes = 0;  ///< Committed at once; 0 = as needed.
  std::size_t maximum_bytes = 0;  ///< How far the buffer may grow; 0 = the whole reservation.
  Growth growth = Growth::allowed;
  bool prefault = false;              ///< Map committed memory into this process at once: its first use costs no page fault then.
  bool lock_memory = false;           ///< Keep committed memory in RAM: it is never swapped out.
  bool huge_pages = false;            ///< Back the buffer by huge pages (2 MiB): fewer misses of the TLB. Linux.
  std::optional<int> numa_node = {};  ///< Take memory from this node only. Linux.
  /// A process that makes its segment shorter does not end this one, which reads zeroes there and goes on without it. On Linux by a handler of
  /// SIGBUS, which hands on what is not its own; false: none is installed. docs/how-to/untrusted.md.
  bool guard_peers = true;
  std::size_t reserved_bytes = 0;      ///< Address space to reserve; 0 = the system's default (16 GiB on Linux, 4 GiB on Windows).
  std::string domain = {};             ///< Empty: CARRY_DOMAIN, else "default".
  std::string group = {};              ///< Group whose members share the domain. Empty: CARRY_GROUP, else the user alone. Linux.
  std::string runtime_directory = {};  ///< Empty: CARRY_RUNTIME_DIR, else /dev/shm (Linux) or the user's local application data (Windows).
};

/// Makes this process a participant and commits `size_bytes` of its dynamic buffer (0: a default size that grows as needed).
///
/// Optional: the first port or container does the same with defaults. Called again, it commits more. Waits for nobody.
/// Returns true on success; the log and initialize() of a port say what went wrong otherwise.
///
/// Thread safety: any thread.
/// Blocking:      no; committing takes about 1 ms per MiB.
/// Crash safety:  a process killed inside leaves nothing behind.
bool initialize_dynamic_buffer(std::size_t size_bytes = 0);

/// The same with all options and with the reason of a failure.
///
/// Errors: Errc::already_initialized when the process takes part already and the options name another domain, group, reservation, limit or kind
/// of memory; Errc::invalid_option; Errc::not_secure; Errc::not_shared_memory; Errc::heap_exhausted; Errc::interrupted_join; Errc::forked;
/// Errc::huge_pages_refused, Errc::memory_lock_refused, Errc::numa_node_refused: the process has no dynamic buffer then, and may ask for one
/// without; errors of the system (no_space_on_device).
Result<void> initialize_dynamic_buffer(const DynamicBufferOptions& options);

/// Gives memory that nothing lies in back to the system. It is committed again when it is needed, which may fail then.
///
/// For a process that once needed much and will not for a while. Nothing does this by itself: committing takes about 1 ms per MiB.
/// Returns how many bytes went back; 0 also where the system takes none (Windows).
///
/// Thread safety: any thread.
/// Blocking:      about 0.1 ms per MiB that is given back; allocations of other threads wait meanwhile.
std::size_t trim_dynamic_buffer();

/// How this process's dynamic buffer is used. All 0 if the process does not take part.
///
/// Thread safety: any thread.
memory::HeapStatistics dynamic_buffer_statistics();

}  // namespace carry
