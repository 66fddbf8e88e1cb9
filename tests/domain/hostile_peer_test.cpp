// A port table that keeps to no rules costs its readers a bounded time.

#include "support/catch.h"
#include "support/forged_segment.h"

#include <chrono>
#include <memory>

using namespace carry;
using domain::PortKind;

namespace {

constexpr std::size_t segment_bytes = domain::minimum_reserved_bytes;
constexpr platform::ParticipantId id{.high = 1, .low = 2};

struct Forged {
  std::unique_ptr<std::byte[]> bytes = std::make_unique<std::byte[]>(segment_bytes);
  test::ForgedSegment segment{{bytes.get(), segment_bytes}, id};
  std::shared_ptr<domain::Peer> peer = domain::Peer::own(id, segment.base(), segment_bytes);
};

}  // namespace

TEST_CASE("a port table that says it is endless has as many ports as fit", "[domain]") {
  Forged forged;
  for (std::size_t i = 0; i != domain::port_capacity; ++i) forged.segment.set_port(i, {.kind = PortKind::publisher, .port_id = i, .topic_hash = 1});
  forged.segment.header().port_high_water = ~std::uint64_t{0};
  CHECK(forged.peer->ports().size() == domain::port_capacity);
}

TEST_CASE("looking a port up is one look, although the table changes all the time", "[domain]") {
  Forged forged;
  for (std::size_t i = 0; i != domain::port_capacity; ++i) forged.segment.set_port(i, {.kind = PortKind::publisher, .port_id = i, .topic_hash = 1});
  const auto ports = forged.peer->ports();
  REQUIRE(ports.size() == domain::port_capacity);
  const auto begin = std::chrono::steady_clock::now();
  for (const auto& port : ports) {
    ++forged.segment.header().ports_version;
    REQUIRE(forged.peer->look_up(port));
  }
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));  // Looking through the table each time would take minutes.
}

TEST_CASE("a record that is another port's by now is not found", "[domain]") {
  Forged forged;
  forged.segment.set_port(3, {.kind = PortKind::publisher, .port_id = 7, .topic_hash = 1});
  const auto ports = forged.peer->ports();
  REQUIRE(ports.size() == 1);
  CHECK(forged.peer->look_up(ports[0]));
  forged.segment.set_port(3, {.kind = PortKind::publisher, .port_id = 8, .topic_hash = 1});
  CHECK_FALSE(forged.peer->look_up(ports[0]));
  forged.segment.set_port(3, {.kind = PortKind::subscriber, .port_id = 7, .topic_hash = 1});
  CHECK_FALSE(forged.peer->look_up(ports[0]));
  CHECK_FALSE(forged.peer->look_up({.kind = PortKind::publisher, .index = ~std::size_t{0}, .port_id = 7, .topic_hash = 1}));
}
