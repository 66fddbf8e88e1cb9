#pragma once

#include <carry/domain/participant.h>

namespace carry::test {

/// The participant of the test program itself; its directory is where all children of the test program live too.
inline domain::Participant& own_participant() { return **domain::Participant::current(); }

/// Participants whose names are in the directory, after the dead were buried by a newcomer's look at everybody.
inline std::size_t visible_participants() {
  const auto ids = own_participant().directory().participants();
  return ids ? ids->size() : 0;
}

}  // namespace carry::test
