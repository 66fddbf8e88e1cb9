#pragma once

#include <carry/event/concepts.h>
#include <carry/utils/founding_names.h>

namespace carry::event {

/// The notifier of subscribers that poll: the stamp of a message in shared memory is the notification, nothing is left to do.
///
/// Thread safety: one thread per publisher. Blocking: never. Complexity: no instruction.
class ShmAtomicNotifier {
 public:
  void notify() noexcept {}
};
static_assert(Notifier<ShmAtomicNotifier>);

}  // namespace carry::event
