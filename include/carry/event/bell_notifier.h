#pragma once

#include <carry/event/shm_atomic_notifier.h>

namespace carry::event {

/// The notifier of observers that park is that of those who poll: it looks in shared memory who has to be woken.
template <Payload P>
using BasicBellNotifier = BasicShmAtomicNotifier<P>;
using BellNotifier = ShmAtomicNotifier;

}  // namespace carry::event
