// On tmpfs whoever touches a hole of a file gives it memory. A ring that is larger than all that its owner has given, when somebody connects, is not
// looked at: reading can at most double what the owner has.

#include "publish_subscribe/ring_validation.h"
#include "support/catch.h"
#include "support/forged_segment.h"
#include "support/linux/private_runtime.h"

#include <carry/platform/own_segment.h>
#include <carry/publish_subscribe/options.h>

using namespace carry;

TEST_CASE("a ring in a file with holes is refused, and its readers give it no memory", "[publish_subscribe]") {
  constexpr std::size_t reserved_bytes = std::size_t{1} << 30;
  constexpr std::size_t given_bytes = domain::minimum_reserved_bytes;
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open().value();
  const auto id = platform::ParticipantId::random();
  auto memory = platform::OwnSegment::create(directory, id, reserved_bytes).value();
  REQUIRE_FALSE(memory.commit(0, given_bytes));
  test::ForgedSegment segment({memory.base(), given_bytes}, id);
  const auto type = domain::type_identity<std::uint64_t>();
  const auto ring = segment.add_ring(4, type);
  segment.header().reserved_bytes = reserved_bytes;
  segment.header().heap_committed = reserved_bytes - domain::heap_offset;
  REQUIRE_FALSE(memory.make_visible());
  const auto peer = domain::Peer::open(directory, id).value();
  const domain::PortView publisher{.kind = domain::PortKind::publisher, .body_offset = ring.header};
  CHECK(publish_subscribe::detail::validate(*peer, publisher, type));

  auto& header = segment.at<ring::RingHeader>(ring.header);
  header.capacity = std::uint64_t{1} << 16;
  header.slot_count = header.capacity + 1;
  header.slot_bytes = 4096;  // A stamp in every page.
  CHECK_FALSE(publish_subscribe::detail::validate(*peer, publisher, type));
  REQUIRE_FALSE(memory.commit(0, reserved_bytes / 2));
  CHECK(publish_subscribe::detail::validate(*peer, publisher, type));
}
