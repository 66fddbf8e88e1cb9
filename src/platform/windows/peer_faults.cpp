#include <carry/platform/peer_faults.h>

namespace carry::platform {

// Nothing to contain: neither a section nor the pages committed in it can be taken back while a view of it exists, whoever owns it.
void contain_peer_faults(PeerFaultNotice) noexcept {}

}  // namespace carry::platform
