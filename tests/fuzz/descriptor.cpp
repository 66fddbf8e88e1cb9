// A topic's descriptor, and how its type is compared with one's own for people to read.

#include "fuzz/target.h"
#include "support/forged_segment.h"

#include <carry/container/string.h>
#include <carry/container/vector.h>
#include <carry/domain/type_difference.h>

#include <algorithm>
#include <memory>

namespace {

using carry::domain::Peer;

struct Inner {
  std::int32_t a;
  double b;
};
struct Message {
  std::int64_t number;
  Inner inner;
  carry::vector<carry::string> names;
  std::array<std::uint8_t, 4> bytes;
};

constexpr std::size_t segment_bytes = carry::domain::minimum_reserved_bytes;
constexpr carry::platform::ParticipantId id{.high = 1, .low = 2};

/// Descriptors lie at the end of the heap, so that what is read behind them is outside.
struct World {
  std::unique_ptr<std::byte[]> bytes = std::make_unique<std::byte[]>(segment_bytes);
  carry::test::ForgedSegment segment{{bytes.get(), segment_bytes}, id};
  std::shared_ptr<Peer> peer = Peer::own(id, segment.base(), segment_bytes);
};
World& world() {
  static World one;
  return one;
}

}  // namespace

std::vector<std::string> carry::fuzz::seeds() {
  std::vector<std::string> seeds;
  const auto add = [&](std::string_view topic, const domain::TypeIdentity& type) {
    auto bytes = std::make_unique<std::byte[]>(segment_bytes);
    test::ForgedSegment segment({bytes.get(), segment_bytes}, id);
    const auto offset = segment.add_descriptor(topic, type);
    const std::size_t text = topic.size() + type.name.size() + type.structure.size();
    seeds.push_back(Output().bytes(segment.base() + offset, sizeof(domain::TopicDescriptor) + (text + 7) / 8 * 8).text());
  };
  add("topic", domain::type_identity<Message>());
  add("t", domain::type_identity<Inner>());
  add("numbers", domain::type_identity<std::uint64_t>());
  auto other = domain::type_identity<Message>();
  other.structure_hash ^= 1;
  for (const char* structure :
       {"{0:i64,8:{0:i32,8:f32},24:vector<string>,48:array<u8,4>}", "{{{{{{{{{{{{{{{{{{{{{{{{", "vector<vector<vector<", ",,,,}}}>>>", "{:}"}) {
    other.structure = structure;
    add("topic", other);
  }
  return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t most = 8192;
  const std::size_t used = std::min(size, most);
  const std::uint64_t offset = (segment_bytes - used) / 8 * 8;
  std::memset(world().segment.base() + offset, 0, segment_bytes - offset);
  if (used != 0) std::memcpy(world().segment.base() + offset, data, used);

  const auto description = world().peer->describe({.kind = carry::domain::PortKind::publisher, .descriptor_offset = offset});
  if (!description) return 0;
  carry::fuzz::require(description->topic.size() <= carry::domain::maximum_name_bytes, "a topic's name is not longer than allowed");
  carry::fuzz::require(description->type_name.size() <= carry::domain::maximum_name_bytes, "a type's name is not longer than allowed");
  carry::fuzz::require(description->structure.size() <= carry::domain::maximum_structure_bytes, "a structure is not longer than allowed");
  const std::string text = carry::domain::describe_difference(carry::domain::type_identity<Message>(), description->type(), 4711);
  carry::fuzz::require(!text.empty() && text.size() < 8192, "a difference can be told");
  carry::fuzz::require(std::ranges::none_of(text, [](char c) { return c >= 0 && c < ' '; }), "no control characters in the log");
  (void)description->type().to_string();
  return 0;
}
