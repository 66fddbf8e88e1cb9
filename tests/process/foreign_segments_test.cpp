// Segments in the domain that are not what they should be: everybody goes on without them.

#include "process/checked_message.h"
#include "process/own_participant.h"
#include "support/catch.h"
#include "support/child_process.h"

#include <carry/carry.h>
#include <carry/domain/clean.h>
#include <carry/publish_subscribe/publisher.h>

#include <new>

using namespace carry;
using namespace carry::test;

namespace {

constexpr std::size_t segment_bytes = domain::minimum_reserved_bytes;

/// A segment of this process beside that of its participant: live, and sound but for what `change` does to it.
platform::OwnSegment plant(void (*change)(domain::SegmentHeader&), platform::ParticipantId id, std::size_t bytes = segment_bytes) {
  auto segment = platform::OwnSegment::create(own_participant().directory(), id, bytes).value();
  REQUIRE_FALSE(segment.commit(0, 2 * domain::ports_offset));
  auto* header = new (segment.base()) domain::SegmentHeader{};
  header->magic = domain::segment_magic;
  header->version = domain::layout_version;
  header->abi = domain::abi_tag;
  header->id = id;
  header->reserved_bytes = segment.reserved_bytes();
  change(*header);
  REQUIRE_FALSE(segment.make_visible());
  return segment;
}

std::error_code open_error(platform::ParticipantId id) {
  const auto peer = domain::Peer::open(own_participant().directory(), id);
  return peer ? std::error_code() : peer.error();
}

void check_refused(void (*change)(domain::SegmentHeader&), Errc error, std::size_t bytes = segment_bytes) {
  const auto id = platform::ParticipantId::random();
  const auto segment = plant(change, id, bytes);
  CHECK(open_error(id) == error);
}

/// A newcomer meets everybody, and messages come through.
void check_domain_works(const char* topic) {
  auto subscriber = ChildProcess::start_role("subscriber", {topic, "5", "1"});
  REQUIRE(subscriber.read_line() == "ready");
  publish_subscribe::Publisher<Checked> publisher(topic);
  REQUIRE_FALSE(publisher.initialize());
  for (std::uint64_t i = 1; i <= 5; ++i) CHECK_FALSE(publisher.publish(Checked(i)));
  CHECK(subscriber.read_line() == "5 0");
  CHECK(subscriber.wait() == 0);
}

}  // namespace

TEST_CASE("a segment is refused for each thing that is wrong with it, and for nothing else", "[process]") {
  check_refused([](domain::SegmentHeader& h) { h.magic = 0; }, Errc::malformed_segment);
  check_refused([](domain::SegmentHeader& h) { ++h.version; }, Errc::incompatible_version);
  check_refused([](domain::SegmentHeader& h) { --h.version; }, Errc::incompatible_version);
  check_refused([](domain::SegmentHeader& h) { ++h.abi; }, Errc::incompatible_version);
  check_refused([](domain::SegmentHeader& h) { ++h.id.low; }, Errc::malformed_segment);
  check_refused([](domain::SegmentHeader& h) { h.reserved_bytes /= 2; }, Errc::malformed_segment);
  check_refused([](domain::SegmentHeader& h) { h.reserved_bytes = ~std::uint64_t{0}; }, Errc::malformed_segment);
  check_refused([](domain::SegmentHeader&) {}, Errc::malformed_segment, 2 * domain::ports_offset);  // too short for ports and heap

  const auto id = platform::ParticipantId::random();
  const auto sound = plant([](domain::SegmentHeader&) {}, id);
  CHECK(open_error(id) == std::error_code());
}

TEST_CASE("participants of another version or gone mad are passed over by everybody else", "[process]") {
  const auto newer = plant([](domain::SegmentHeader& h) { h.version = 77; }, platform::ParticipantId::random());
  const auto mad = plant([](domain::SegmentHeader& h) { h.magic = 0; }, platform::ParticipantId::random());
  check_domain_works("beside-others");
  const auto ids = own_participant().directory().participants();
  REQUIRE(ids);
  CHECK(ids->size() >= 3);  // alive, so nobody removed them
}

TEST_CASE("a participant that claims memory it has not committed has nothing there", "[process]") {
  {
    const auto id = platform::ParticipantId::random();
    const auto liar = plant(
        [](domain::SegmentHeader& h) {
          h.heap_committed = segment_bytes - domain::heap_offset;
          h.port_high_water = domain::port_capacity;
          h.ports_version = 1;
        },
        id);
    check_domain_works("beside-a-liar");
    const auto peer = domain::Peer::open(own_participant().directory(), id).value();
    CHECK(peer->ports().empty());
    const std::byte* const claimed = peer->at(domain::heap_offset, 64, 64);
    CHECK((claimed == nullptr || *claimed == std::byte{0}));  // Windows has an answer; on Linux it is zeroes.
  }
  REQUIRE(domain::clean(own_participant().directory()));  // Who leaves tells others to look again; the liar cannot.
  CHECK(own_participant().peers()->size() == 1);
}
