#pragma once

#include <carry/result.h>

#include <system_error>
#include <type_traits>

namespace carry {

/// Everything that can go wrong in carry itself. Errors of the operating system pass through in std::system_category().
///
/// Each enumerator compares equal to the std::errc condition named behind it. 0 is success, as always.
enum class Errc : int {
  not_initialized = 1,   ///< A port was used before initialize() or subscribe() succeeded. Call it first. (operation_not_permitted)
  already_initialized,   ///< initialize() or subscribe() was called twice, or options came too late. (already_connected)
  forked,                ///< The participant belongs to the parent process. Use carry after exec, or only in one of the two. (not_supported)
  type_mismatch,         ///< The topic is in use with another message type; the log says what differs. Rename one. (wrong_protocol_type)
  ring_full,             ///< Overflow::reject, and a subscriber still needs the oldest message. Retry or enlarge capacity. (no_buffer_space)
  no_free_slot,          ///< Subscribers hold samples in every slot. Release samples or enlarge capacity. (resource_unavailable_try_again)
  too_many_samples,      ///< The subscriber holds max_held samples. Release one; no message was lost. (resource_unavailable_try_again)
  timeout,               ///< The time given for the operation ran out; nothing was changed. (timed_out)
  cancelled,             ///< The stop token given for the operation was triggered; nothing was changed. (operation_canceled)
  heap_exhausted,        ///< The dynamic buffer is full and may not grow. Enlarge it. (not_enough_memory)
  invalid_option,        ///< An option has a value that cannot work; the log names it. (invalid_argument)
  loan_outstanding,      ///< The publisher's one loan was neither published nor dropped yet. (device_or_resource_busy)
  not_secure,            ///< A directory or file belongs to somebody else or is open to others; the log names it. (permission_denied)
  not_shared_memory,     ///< The runtime directory is not on a memory file system (tmpfs). Choose another. (not_supported)
  incompatible_version,  ///< A segment was made by a carry with another layout or ABI. Rebuild one of the two. (not_supported)
  malformed_segment,     ///< A segment holds values that no carry writes, or is too short. Its owner is at fault. (bad_message)
  port_table_full,       ///< The process has as many ports as a segment holds. (too_many_links)
  subscription_paused,   ///< The observer's subscription is paused. Resume it first. (operation_not_permitted)
  publisher_gone,        ///< The last publisher of the topic is gone. Wait again: one may come back. (owner_dead)
  huge_pages_refused,    ///< The system gives no huge pages to the runtime directory. Mount it with huge=advise. (not_supported)
  memory_lock_refused,   ///< The process may not lock so much memory. Raise RLIMIT_MEMLOCK, or ask for less. (permission_denied)
  numa_node_refused,     ///< There is no such NUMA node, or the process may not bind memory to one. (invalid_argument)
  interrupted_join,      ///< Others came and left, or one is stopped while it leaves; try again. (resource_unavailable_try_again)
  epoch_table_lost,      ///< Somebody made the domain's epoch table shorter. Restart the domain's processes. (bad_message)
  malformed_message,     ///< A message holds what no carry writes, or changed while it was read. Its publisher is at fault. (bad_message)
  message_too_large,     ///< A message is larger or deeper than CopyOptions, or the room, allow. Allow more, or drop it. (message_size)
};

/// The category of Errc.
const std::error_category& error_category() noexcept;

/// Makes `return Errc::x;` work where a std::error_code is returned.
std::error_code make_error_code(Errc error) noexcept;

/// The failing side of a Result, from an Errc.
inline Failure failure(Errc error) noexcept { return Failure{make_error_code(error)}; }

}  // namespace carry

template <>
struct std::is_error_code_enum<carry::Errc> : std::true_type {};
