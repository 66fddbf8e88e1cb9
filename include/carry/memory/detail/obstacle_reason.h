#pragma once

namespace carry::detail {

/// Why a type may not lie in shared memory.
enum class Obstacle {
  none,
  reference,
  pointer,
  untagged_union,
  polymorphic,
  foreign_container,
  owning_pointer,
  view,
  iterator,
  function,
  erased_type,
  process_object,
  synchronisation,
  locking_atomic,
  unknown
};

}  // namespace carry::detail
