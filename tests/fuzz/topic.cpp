// A publisher and a subscriber of a topic, beside a participant whose ports, rings, records and bells a script changes while they go on: the whole way
// from the port table to the message. Nothing of the other is sound but what the script leaves so.

#include "fuzz/target.h"
#include "support/environment.h"
#include "support/forged_participant.h"

#include <carry/carry.h>
#include <carry/domain/bell.h>
#include <carry/error.h>
#include <carry/publish_subscribe/detail/awaited_message.h>
#include <carry/publish_subscribe/detail/publisher_core.h>
#include <carry/publish_subscribe/detail/subscriber_core.h>

#include <spdlog/spdlog.h>

#include <array>
#include <memory>

namespace {

using namespace carry;
using domain::PortKind;
using fuzz::require;
using publish_subscribe::detail::PublisherCore;
using publish_subscribe::detail::SubscriberCore;

struct Message {
  std::uint64_t number;
  std::uint64_t secret;
};
constexpr std::uint64_t secret = 0x5ec2'e7c0'ffee'5ec2;
constexpr const char* topic = "fuzz";

/// This process as it should be, and a second segment of it that it takes for another participant's.
struct World {
  World() {
    test::set_environment("CARRY_DOMAIN", "fuzz-" + platform::ParticipantId::random().to_string());
    spdlog::set_level(spdlog::level::off);
    std::atexit([] { world().other->leave(); });  // After the participant, and so the last one out.
    require(initialize_dynamic_buffer({.reserved_bytes = std::size_t{64} << 20}).has_value(), "the domain can be joined");
    participant = *domain::Participant::current();
    other.emplace(participant->directory());
    bell = domain::Bell::make(*participant).value();
  }
  static World& world() {
    static World& one = *new World;  // Not destroyed: the end of the process is.
    return one;
  }

  domain::Participant* participant = nullptr;
  std::optional<test::ForgedParticipant> other;
  std::unique_ptr<domain::Bell> bell;
};
World& world() { return World::world(); }

class Script {
 public:
  Script(std::uint8_t kind, fuzz::Input& input) : input_(input), segment_(world().other->forge()) {
    const auto type = domain::type_identity<Message>();
    segment_.header().ports_version = ++versions;
    const Overflow overflow = kind % 2 != 0 ? Overflow::reject : Overflow::overwrite_oldest;
    publisher_ = PublisherCore::open({.topic = topic, .type = type, .options = {.capacity = 4, .overflow = overflow, .linger = {}}}).value();
    auto subscriber = SubscriberCore::open({.topic = topic, .type = type, .options = {.max_held = 3}});
    subscriber_ = std::move(subscriber.value());
    populate(type, kind / 2 % 2 != 0);
  }
  ~Script() {
    release();
    subscriber_->disarm();
    SubscriberCore::close(std::move(subscriber_));
    segment_.header().port_high_water = 0;  // The other leaves, and so lets the publisher go.
    segment_.header().ports_version = ++versions;
    world().other->bump_topic(topic);
    PublisherCore::close(std::move(publisher_));
    world().participant->finish_kept();
  }

  void step() {
    switch (input_.byte() % 8) {
      case 0: publish(); break;
      case 1: receive(); break;
      case 2: release(); break;
      case 3: change_port(); break;
      case 4: change(ring_.header, sizeof(ring::RingHeader) / 8); break;
      case 5: change(ring_.slots, ring_.slot_count * ring_.slot_bytes / 8); break;
      case 6: change(records_, 24); break;
      default: notice(input_.byte());
    }
  }

 private:
  static inline std::uint64_t versions = 0;

  void populate(const domain::TypeIdentity& type, bool gated) {
    const auto descriptor = segment_.add_descriptor(topic, type);
    ring_ = segment_.add_ring(4, type, gated);
    records_ = segment_.allocate(3 * 64);
    const auto hash = domain::topic_hash(topic);
    std::vector<domain::PortView> own;
    world().participant->peers()->front()->ports_of(hash, own);
    std::uint64_t publisher_port = 0;
    for (const auto& port : own) publisher_port = port.kind == PortKind::publisher ? port.port_id : publisher_port;
    segment_.set_port(0, {.kind = PortKind::publisher,
                          .port_id = 1,
                          .birth = domain::not_born_yet - 1,
                          .topic_hash = hash,
                          .descriptor_offset = descriptor,
                          .body_offset = ring_.header});
    segment_.set_port(1, {.kind = PortKind::subscriber,
                          .port_id = 2,
                          .birth = domain::not_born_yet - 1,
                          .topic_hash = hash,
                          .descriptor_offset = descriptor,
                          .body_offset = records_});
    segment_.set_port(2, {.kind = PortKind::reader,
                          .port_id = 3,
                          .topic_hash = hash,
                          .body_offset = records_ + 64,
                          .target = world().participant->id(),
                          .target_port = publisher_port,
                          .owner_port = 2,
                          .claim_count = 7});
    segment_.word(records_ + 64) = ring::needs_nothing;
    segment_.header().ports_version = ++versions;
    world().other->bump_topic(topic);
  }

  void publish() {
    if (!publisher_->has_slot()) {
      if (const auto error = publisher_->find_slot()) {
        require(error == Errc::ring_full || error == Errc::no_free_slot, "a publisher says what is in its way");
        return;
      }
    }
    *static_cast<Message*>(publisher_->message()) = {.number = ++published_, .secret = secret};
    publisher_->commit();
  }
  void receive() {
    if (held_count_ == held_.size()) return;
    ring::Claimed claimed;
    std::error_code error;
    if (!subscriber_->try_take(claimed, error)) {
      require(!error || error.category() == error_category(), "errors are carry's");
      return;
    }
    Message message;
    std::memcpy(&message, claimed.message, sizeof message);
    require(claimed.claim->load() != 0, "a sample has a claim");
    if (message.secret == secret) require(message.number <= published_, "own messages are whole");
    held_[held_count_++] = {claimed, message.secret == secret ? message.number : 0};
  }
  void release() {
    while (held_count_ != 0) {
      const auto& [claimed, number] = held_[--held_count_];
      Message message;
      std::memcpy(&message, claimed.message, sizeof message);
      if (number != 0 && message.secret == secret) require(message.number == number, "what a sample holds stays as it is");
      claimed.claim->store(0);
    }
  }
  void change_port() {
    const std::size_t record = input_.byte() % 4;
    const std::size_t word = input_.byte() % (sizeof(domain::PortRecord) / 8);
    reinterpret_cast<domain::SharedWord*>(&segment_.port(record))[word] = fuzz::interesting_number(input_);
    segment_.header().port_high_water = 4;
    segment_.header().ports_version = ++versions;
    world().other->bump_topic(topic);
  }
  void change(std::uint64_t offset, std::size_t words) {
    const std::size_t word = input_.byte() % words;
    const std::uint64_t value = fuzz::interesting_number(input_);
    auto& place = segment_.word(offset + word * 8);
    place = value < 16 ? place + value : value;
  }
  void notice(std::uint8_t what) {
    if (what % 4 == 0) world().other->bump_topic(topic);
    if (what % 4 == 1) (void)publish_subscribe::detail::arm(*subscriber_, *world().bell);
    if (what % 4 == 2) (void)subscriber_->has_message();
    if (what % 4 == 3) (void)publisher_->num_subscribers();
  }

  fuzz::Input& input_;
  test::ForgedSegment segment_;
  test::ForgedSegment::Ring ring_{};
  std::uint64_t records_ = 0;
  std::unique_ptr<PublisherCore> publisher_;
  std::unique_ptr<SubscriberCore> subscriber_;
  std::array<std::pair<ring::Claimed, std::uint64_t>, 3> held_{};
  std::size_t held_count_ = 0;
  std::uint64_t published_ = 0;
};

}  // namespace

std::vector<std::string> carry::fuzz::seeds() {
  std::vector<std::string> seeds;
  for (unsigned kind = 0; kind != 4; ++kind) {
    Output output;
    output.byte(kind);
    for (unsigned i = 0; i != 8; ++i) output.byte(0).byte(1).byte(4).byte(i).byte(i * 31).byte(1).byte(5).byte(i * 8).byte(i).byte(7).byte(i).byte(2);
    for (unsigned word = 0; word != 11; ++word) output.byte(3).byte(word % 3).byte(word).byte(255).number(std::uint64_t{word} * 77).byte(1).byte(0);
    for (unsigned word = 0; word != 24; ++word) output.byte(6).byte(word).byte(word * 5).byte(0).byte(7).byte(1);
    seeds.push_back(output.text());
  }
  return seeds;
}

/// A byte: policies; then a script.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::uint8_t kind = input.byte();
  Script script(kind, input);
  for (int steps = 0; !input.is_empty() && steps != 128; ++steps) script.step();
  return 0;
}
