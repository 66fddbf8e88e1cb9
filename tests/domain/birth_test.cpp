#include "support/catch.h"

#include <carry/domain/participant.h>

using namespace carry;
using domain::PortKind;

TEST_CASE("a port that is visible counts as younger than everybody until its birth is drawn", "[domain]") {
  auto& participant = **domain::Participant::current();
  const auto hash = domain::topic_hash("births");
  auto port = participant.add_port({.kind = PortKind::publisher, .port_id = 77777, .birth = domain::not_born_yet, .topic_hash = hash});
  REQUIRE(port);
  const auto& own = *participant.peers()->front();
  REQUIRE(own.is_own());
  std::vector<domain::PortView> found;
  own.ports_of(hash, found);
  REQUIRE(found.size() == 1);
  const std::uint64_t earlier = participant.next_birth();
  CHECK(earlier < found[0].birth);
  const std::uint64_t birth = participant.next_birth();
  port->set_birth(birth);
  const auto now = own.look_up(found[0]);
  REQUIRE(now);
  CHECK(now->birth == birth);
  port->close();
  CHECK_FALSE(own.look_up(found[0]));
}
