#include <carry/platform/participant_id.h>

#include "platform/linux/system.h"

#include <sys/random.h>

namespace carry::platform {

ParticipantId ParticipantId::random() {
  ParticipantId id;
  // Up to 256 bytes come in one piece. Without a random source ids could repeat, and a name could mean a successor: there is no safe way on.
  while (::getrandom(&id, sizeof id, 0) != static_cast<ssize_t>(sizeof id)) {
    if (errno != EINTR) throw std::system_error(linux_system::last_error(), "random numbers");
  }
  return id;
}

}  // namespace carry::platform
