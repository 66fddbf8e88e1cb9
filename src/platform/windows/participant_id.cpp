#include <carry/platform/participant_id.h>

#include "platform/windows/system.h"

#include <ntsecapi.h>

namespace carry::platform {

ParticipantId ParticipantId::random() {
  ParticipantId id;
  // The system's generator is seeded before any user's process runs. Without it ids could repeat, and a name could mean
  // a successor: there is no safe way on.
  if (!RtlGenRandom(&id, sizeof id)) throw std::system_error(std::make_error_code(std::errc::no_such_device), "random numbers");
  return id;
}

}  // namespace carry::platform
