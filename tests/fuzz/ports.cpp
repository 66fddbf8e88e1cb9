// A port table, and what its records lead to: descriptors, rings, records of readers and subscribers.

#include "fuzz/target.h"
#include "publish_subscribe/ring_validation.h"
#include "support/forged_segment.h"

#include <algorithm>
#include <memory>

namespace {

using carry::domain::Peer;
using carry::domain::PortKind;
using carry::domain::PortRecord;
using carry::domain::PortView;
using carry::fuzz::require;

struct Message {
  std::uint64_t numbers[4];
};

constexpr std::size_t segment_bytes = carry::domain::minimum_reserved_bytes;
constexpr carry::platform::ParticipantId id{.high = 1, .low = 2};
constexpr std::size_t most_ports = 32;
constexpr std::size_t heap_image_bytes = 4096;

struct World {
  std::unique_ptr<std::byte[]> bytes = std::make_unique<std::byte[]>(segment_bytes);
  carry::test::ForgedSegment segment{{bytes.get(), segment_bytes}, id};
};
World& world() {
  static World one;
  return one;
}

std::span<std::byte> table() { return {world().bytes.get() + carry::domain::ports_offset, most_ports * sizeof(PortRecord)}; }
std::span<std::byte> heap() { return {world().bytes.get() + carry::domain::heap_offset, heap_image_bytes}; }

void overwrite(std::span<std::byte> place, std::span<const std::uint8_t> bytes) {
  const auto end = std::ranges::copy(std::as_bytes(bytes), place.begin()).out;
  std::fill(end, place.end(), std::byte{0});
}

/// As SubscriberCore and PublisherCore do.
void follow(const Peer& peer, const PortView& port) {
  const auto now = peer.look_up(port);
  require(now && now->kind == port.kind && now->port_id == port.port_id, "a port that is there is found again");
  (void)peer.describe(port);
  if (port.kind == PortKind::publisher) {
    const auto type = carry::domain::type_identity<Message>();
    const auto ring = carry::publish_subscribe::detail::validate(peer, port, type);
    if (!ring) return;
    const std::byte* end = ring->slots + (ring->slot_count - 1) * ring->slot_bytes + ring->message_offset + type.bytes;
    require(ring->slots >= heap().data() && end <= world().bytes.get() + segment_bytes, "messages lie in the heap");
  }
  if (port.kind == PortKind::reader && port.claim_count <= 1023) {
    const std::size_t bytes = carry::ring::reader_record_bytes(port.claim_count);
    const std::byte* record = peer.at(port.body_offset, bytes, 64);
    require(record == nullptr || (record >= heap().data() && record + bytes <= world().bytes.get() + segment_bytes), "records lie in the heap");
  }
}

}  // namespace

std::vector<std::string> carry::fuzz::seeds() {
  auto& segment = world().segment;
  const auto type = domain::type_identity<Message>();
  const auto descriptor = segment.add_descriptor("topic", type);
  const auto ring = segment.add_ring(4, type);
  const auto record = segment.allocate(64);
  const auto hash = domain::topic_hash("topic");
  segment.set_port(
      0, {.kind = PortKind::publisher, .port_id = 1, .birth = 2, .topic_hash = hash, .descriptor_offset = descriptor, .body_offset = ring.header});
  segment.set_port(
      1, {.kind = PortKind::subscriber, .port_id = 2, .birth = 3, .topic_hash = hash, .descriptor_offset = descriptor, .body_offset = record});
  segment.set_port(2, {.kind = PortKind::reader,
                       .port_id = 3,
                       .topic_hash = hash,
                       .body_offset = record,
                       .target = id,
                       .target_port = 1,
                       .owner_port = 2,
                       .claim_count = 7});
  const auto text = [&](std::uint64_t committed) {
    return Output().byte(3).number(committed).bytes(table().data(), 3 * sizeof(PortRecord)).bytes(heap().data(), 1024).text();
  };
  const std::uint64_t all = segment_bytes - domain::heap_offset;
  std::vector<std::string> seeds{text(all), text(0), text(~std::uint64_t{0}), text(600)};
  segment.at<ring::RingHeader>(ring.header).slot_bytes = std::uint64_t{1} << 46;
  seeds.push_back(text(all));
  segment.port(0).body_offset = segment_bytes - 64;
  seeds.push_back(text(all));
  return seeds;
}

/// A byte: how many records; how much of the heap is committed; the records; the heap.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  carry::fuzz::Input input(data, size);
  const std::size_t count = input.byte() % (most_ports + 1);
  auto& header = world().segment.header();
  header.heap_committed = input.number<std::uint64_t>();
  header.port_high_water = count;
  header.ports_version = 1;
  overwrite(table(), input.take(count * sizeof(PortRecord)));
  overwrite(heap(), input.take(heap_image_bytes));

  const auto peer = Peer::own(id, world().bytes.get(), segment_bytes);
  const auto ports = peer->ports();
  require(ports.size() <= count, "no more ports than records");
  std::vector<PortView> of_topic;
  for (const PortView& port : ports) {
    peer->ports_of(port.topic_hash, of_topic);
    require(std::ranges::any_of(of_topic, [&](const PortView& other) { return other.index == port.index; }), "a port is found by its topic");
    follow(*peer, port);
  }
  return 0;
}
