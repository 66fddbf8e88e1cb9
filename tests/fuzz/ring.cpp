// A ring's head, stamps and counts, read by a subscriber's reader: while it joins, and then as a script goes on to change them.

#include "fuzz/target.h"
#include "publish_subscribe/ring_validation.h"
#include "support/forged_segment.h"

#include <carry/ring/reader.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

namespace {

using carry::domain::Peer;
using carry::domain::PortKind;
using carry::fuzz::require;
using carry::ring::Claimed;
using carry::ring::Reader;
using carry::ring::SharedWord;

struct Message {
  std::uint64_t numbers[2];
};

constexpr std::size_t segment_bytes = carry::domain::minimum_reserved_bytes;
constexpr carry::platform::ParticipantId id{.high = 1, .low = 2};
constexpr std::size_t image_bytes = 1024;  // the ring's head, and slots behind it
constexpr std::size_t most_held = 3;

/// The ring lies at the end of the heap, so that what is read behind it is outside.
struct World {
  std::unique_ptr<std::byte[]> bytes = std::make_unique<std::byte[]>(segment_bytes);
  carry::test::ForgedSegment segment{{bytes.get(), segment_bytes}, id};
  std::shared_ptr<Peer> peer = Peer::own(id, segment.base(), segment_bytes);
  std::span<std::byte> image{bytes.get() + segment_bytes - image_bytes, image_bytes};
};
World& world() {
  static World one;
  return one;
}

/// A reader with its record, as a subscriber has them.
class Subject {
 public:
  Subject(const carry::ring::RingView& ring, bool older) : reader_(ring, reinterpret_cast<carry::ring::ReaderRecord*>(record_.data()), most_held) {
    reader_.announce(older);
    reader_.start(older);
  }

  void take() {
    if (held_count_ == held_.size()) return;
    Claimed& claimed = held_[held_count_];
    const carry::ring::Sequence before = reader_.next();
    const bool was_malformed = reader_.is_malformed();
    const auto outcome = reader_.try_take(claimed);
    require(reader_.next() >= before && reader_.next() >= carry::ring::first_sequence, "a reader goes forward");
    require(reader_.next() < 2 * carry::ring::last_sequence, "sequences stay where stamps do not wrap");
    require(!was_malformed || outcome == Reader::Outcome::nothing, "from a ring that is given up nothing is taken");
    if (outcome != Reader::Outcome::taken) return;
    require(claimed.claim->load() != 0, "a sample has a claim");
    require(std::ranges::none_of(held(), [&](const Claimed& other) { return other.claim == claimed.claim; }), "a claim belongs to one sample");
    require(claimed.message >= world().bytes.get() + carry::domain::heap_offset, "a message lies in the heap");
    require(claimed.message + sizeof(Message) <= world().bytes.get() + segment_bytes, "a message ends in the heap");
    Message copy;
    std::memcpy(&copy, claimed.message, sizeof copy);
    ++held_count_;
    require(reader_.held() == held_count_, "samples are counted");
  }
  void release() {
    if (held_count_ != 0) held_[--held_count_].claim->store(0);
  }
  bool has_something() const { return reader_.has_something(); }

 private:
  std::span<const Claimed> held() const { return std::span(held_).first(held_count_); }

  alignas(64) std::array<SharedWord, 8> record_{};
  Reader reader_;
  std::array<Claimed, most_held> held_{};
  std::size_t held_count_ = 0;
};

void change(carry::fuzz::Input& input) {
  const std::size_t words = image_bytes / sizeof(SharedWord);
  const std::size_t index = input.byte() % words;
  const std::uint64_t value = carry::fuzz::interesting_number(input);
  auto& word = reinterpret_cast<SharedWord*>(world().image.data())[index];
  // Near what is there, or anything.
  word = value < 16 ? word + value : value;
}

}  // namespace

std::vector<std::string> carry::fuzz::seeds() {
  std::vector<std::string> seeds;
  for (const bool gated : {false, true}) {
    auto& header = *new (world().image.data()) ring::RingHeader{};
    header.capacity = 4;
    header.slot_count = 5;
    header.slot_bytes = 64;
    header.message_offset = 8;
    header.slots_offset = segment_bytes - image_bytes + sizeof header;
    header.gated = gated ? 1 : 0;
    header.head = 7;
    header.oldest = ring::oldest_word(3, 1);
    for (std::uint64_t s = 2; s != 7; ++s) reinterpret_cast<SharedWord*>(world().image.data() + sizeof header + s % 5 * 64)[0] = ring::ready(s);
    const auto image = [&](unsigned older) { return Output().byte(older).bytes(world().image.data(), image_bytes); };
    seeds.push_back(image(0).text());
    seeds.push_back(image(1).byte(0).byte(0).byte(1).byte(0).text());
    header.history = 4;
    header.gaps = 1;
    seeds.push_back(image(0).byte(0).byte(0).byte(0).byte(1).byte(0).text());
    header.head = ~std::uint64_t{0};  // claims of 0, once
    for (std::size_t slot = 0; slot != 5; ++slot)
      reinterpret_cast<SharedWord*>(world().image.data() + sizeof header + slot * 64)[0] = ~std::uint64_t{0};
    seeds.push_back(image(0).byte(0).byte(2).byte(16).byte(64).byte(0).text());
    header.head = 7;
    header.oldest = 0;  // everything is lost and nothing is
    seeds.push_back(image(0).byte(0).byte(0).text());
  }
  return seeds;
}

/// A byte: whether the subscriber is older; the ring; then a script.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  carry::fuzz::Input input(data, size);
  const bool older = input.byte() % 2 != 0;
  const auto image = input.take(image_bytes);
  std::ranges::fill(world().image, std::byte{0});
  std::ranges::copy(std::as_bytes(image), world().image.begin());
  const auto ring = carry::publish_subscribe::detail::validate(
      *world().peer, {.kind = PortKind::publisher, .body_offset = segment_bytes - image_bytes}, carry::domain::type_identity<Message>());
  if (!ring) return 0;
  Subject subject(*ring, older);
  for (int steps = 0; !input.is_empty() && steps != 256; ++steps) {
    switch (input.byte() % 4) {
      case 0: subject.take(); break;
      case 1: subject.release(); break;
      case 2: change(input); break;
      default: (void)subject.has_something();
    }
  }
  return 0;
}
