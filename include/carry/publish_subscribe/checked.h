#pragma once

#include <carry/container/checked.h>
#include <carry/domain/mapped_heap.h>
#include <carry/error.h>
#include <carry/platform/own_segment.h>
#include <carry/publish_subscribe/sample.h>
#include <carry/result.h>

namespace carry {

/// A message whose publisher is not trusted, to be looked at in place: nothing is copied but what is asked for. See Checked; copy_out() copies it all.
///
/// The sample must outlive what this gives, and all that comes from it. Do not read the sample itself beside it.
///
/// Thread safety: as the sample; what it gives, any threads.
/// Blocking:      no.
/// Errors:        Errc::malformed_message: the sample is empty, or does not lie in committed memory of its publisher; Errc::forked.
/// Complexity:    O(log peers), a lock.
template <class T>
Result<Checked<T>> checked(const Sample<T>& sample) {
  if (platform::forked()) return failure(Errc::forked);
  const auto heap = domain::mapped_heap_around(sample.get());
  if (!heap) return failure(Errc::malformed_message);
  const detail::UntrustedMemory memory(heap->begin, heap->bytes);
  const T* const place = memory.find<T>(detail::address_of(sample.get()), 1);
  if (place == nullptr) return failure(Errc::malformed_message);
  return Checked<T>(memory, place);
}

/// A sample that ends at once: what it gave would be read after its slot was used again.
template <class T>
Result<Checked<T>> checked(const Sample<T>&&) = delete;

}  // namespace carry
