#pragma once

namespace carry::platform {

/// Asks the system to let other processes' barrier_in_all_processes() reach this one. False: it cannot, so this process must use fences of its own.
/// Linux: membarrier(2), registered for GLOBAL_EXPEDITED. Windows has nothing of the kind. Thread safe, cheap when repeated.
bool register_for_barriers() noexcept;

/// A sequentially consistent fence on every core that runs a thread of a registered process, whichever process that is.
/// What such a thread stored before is visible here afterwards, and what this thread stored before is visible to its later loads.
/// False: the system refuses it to this process, though others may have registered. Takes about a microsecond.
bool barrier_in_all_processes() noexcept;

}  // namespace carry::platform
