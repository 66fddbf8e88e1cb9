#include <carry/domain/topic_port.h>
#include <carry/error.h>
#include <carry/platform/barrier.h>
#include <carry/platform/own_segment.h>
#include <carry/platform/thread.h>
#include <carry/publish_subscribe/detail/subscriber_core.h>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <new>

namespace carry::publish_subscribe::detail {

/// What a subscriber has with one publisher. Outlives the subscriber while samples are held: the publisher must go on seeing their claims.
struct SubscriberCore::Connection final : domain::Kept {
  std::shared_ptr<domain::Peer> peer;  // keeps the mapping
  std::uint64_t publisher_port = 0;
  domain::PortBlock record;  // goes back after the port has gone
  ring::Reader reader;
  domain::Port port;
  bool publisher_gone = false;

  Connection(std::shared_ptr<domain::Peer> p, std::uint64_t publisher, const ring::RingView& ring, domain::PortBlock block, std::size_t claim_count)
      : peer(std::move(p)),
        publisher_port(publisher),
        record(std::move(block)),
        reader(ring, reinterpret_cast<ring::ReaderRecord*>(record.words()), claim_count) {}

  bool finished() noexcept override { return reader.held() == 0; }
};

namespace {

/// In place of the barrier, where a process may not have it: until then a core has long since made visible what it had stored. Once per subscriber.
constexpr auto store_visibility = std::chrono::milliseconds(10);

/// Reads a ring's head and checks every number in it against the mapping. Nothing: no carry writes such a ring.
std::optional<ring::RingView> validate(const domain::Peer& peer, const domain::PortView& publisher, const domain::TypeIdentity& type) {
  const std::byte* memory = peer.at(publisher.body_offset, sizeof(ring::RingHeader), alignof(ring::RingHeader));
  if (memory == nullptr) return std::nullopt;
  const auto* header = reinterpret_cast<const ring::RingHeader*>(memory);
  const std::uint64_t capacity = header->capacity;
  const std::uint64_t slots_offset = header->slots_offset;
  ring::RingView view{.header = header,
                      .slots = nullptr,
                      .slot_count = header->slot_count,
                      .slot_bytes = header->slot_bytes,
                      .message_offset = header->message_offset,
                      .history = header->history,
                      .gated = header->gated != 0};
  if (capacity == 0 || capacity > maximum_capacity || view.slot_count <= capacity || view.slot_count > 2 * maximum_capacity) return std::nullopt;
  if (view.slot_bytes % ring::cache_line_size != 0 || view.slot_bytes > (std::uint64_t{1} << 46) / view.slot_count) return std::nullopt;
  if (view.message_offset < sizeof(ring::SharedWord) || view.message_offset % type.alignment != 0) return std::nullopt;
  if (view.message_offset > view.slot_bytes || type.bytes > view.slot_bytes - view.message_offset) return std::nullopt;
  const std::uint64_t alignment = std::max<std::uint64_t>(ring::cache_line_size, type.alignment);
  if (view.slot_bytes % alignment != 0) return std::nullopt;
  view.slots = peer.at(slots_offset, view.slot_bytes * view.slot_count, alignment);
  return view.slots == nullptr ? std::nullopt : std::optional(view);
}

}  // namespace

Result<std::unique_ptr<SubscriberCore>> SubscriberCore::open(Config config) {
  if (auto error = domain::check_topic_name(config.topic)) return Failure{error};
  if (config.options.max_held == 0 || config.options.max_held > maximum_held) {
    spdlog::error("carry: subscriber of \"{}\": max_held = {} must be 1 to {}", config.topic, config.options.max_held, maximum_held);
    return failure(Errc::invalid_option);
  }
  auto participant = domain::Participant::current();
  if (!participant) return Failure{participant.error()};
  std::unique_ptr<SubscriberCore> core(new SubscriberCore(**participant, std::move(config)));
  (*participant)->finish_kept();
  core->descriptor_ = domain::make_descriptor(**participant, core->config_.topic, core->config_.type);
  if (!core->descriptor_) return failure(Errc::heap_exhausted);
  core->birth_ = (*participant)->next_birth();
  core->port_id_ = domain::new_port_id();
  auto port = (*participant)
                  ->add_port({.kind = domain::PortKind::subscriber,
                              .port_id = core->port_id_,
                              .birth = core->birth_,
                              .topic_hash = core->hash_,
                              .descriptor_offset = (*participant)->offset_of(core->descriptor_.words())});
  if (!port) return Failure{port.error()};
  core->port_ = std::move(*port);
  core->visible_since_ = (*participant)->next_birth();
  if (auto error = domain::check_type(**participant, core->config_.topic, core->config_.type, core->port_id_)) return Failure{error};
  if (auto error = core->refresh()) return Failure{error};
  return core;
}

SubscriberCore::SubscriberCore(domain::Participant& participant, Config config)
    : participant_(participant), config_(std::move(config)), hash_(domain::topic_hash(config_.topic)), epoch_(&participant.epoch(hash_)) {}

SubscriberCore::~SubscriberCore() {
  if (platform::forked()) return;
  port_.close();
  for (auto& connection : connections_) disconnect(std::move(connection));
  participant_.finish_kept();
}

void SubscriberCore::close(std::unique_ptr<SubscriberCore> core) noexcept {
  if (core != nullptr && core->waiting_ != nullptr) std::exchange(core->waiting_, nullptr)->subscriber_ended();
  if (platform::forked()) (void)core.release();  // Its memory, locks and mappings belong to the parent.
}

std::error_code SubscriberCore::refresh() {
  if (platform::forked()) return Errc::forked;
  // Seq_cst: pairs with the increment after a port came or went.
  const std::uint64_t epoch = epoch_->load(std::memory_order_seq_cst);
  std::error_code error;
  const auto peers = participant_.peers(error);
  connect_new(*peers, error);
  participant_.finish_kept();
  note_gone(*peers);  // Last: where a successor was found, its predecessor is found gone.
  // Own connections moved the epoch too; looking once more is cheap and finds whoever came meanwhile.
  if (!error) seen_epoch_ = epoch;
  choose_path();
  return error;
}

void SubscriberCore::note_gone(const domain::Participant::Peers& peers) {
  for (auto& connection : connections_) {
    const bool listed = std::ranges::any_of(peers, [&](const auto& peer) { return peer == connection->peer; });
    if (listed) connection->peer->ports_of(hash_, scratch_);
    connection->publisher_gone = !listed || std::ranges::none_of(scratch_, [&](const domain::PortView& port) {
      return port.kind == domain::PortKind::publisher && port.port_id == connection->publisher_port;
    });
  }
}

/// Connects to as many as possible, in the order in which they came; `error` is the last reason why one was not.
void SubscriberCore::connect_new(const domain::Participant::Peers& peers, std::error_code& error) {
  std::vector<std::pair<std::shared_ptr<domain::Peer>, domain::PortView>> found;
  for (const auto& peer : peers) {
    peer->ports_of(hash_, scratch_);
    for (const domain::PortView& port : scratch_) {
      if (port.kind != domain::PortKind::publisher) continue;
      const bool known = std::ranges::any_of(connections_, [&](const auto& c) { return c->peer == peer && c->publisher_port == port.port_id; });
      if (!known) found.emplace_back(peer, port);
    }
  }
  std::ranges::sort(found, {}, [](const auto& entry) { return entry.second.birth; });
  for (const auto& [peer, port] : found) {
    if (!fits(*peer, port)) continue;
    if (auto failed = connect(peer, port)) error = failed;
  }
}

bool SubscriberCore::fits(const domain::Peer& peer, const domain::PortView& publisher) {
  const auto description = peer.describe(publisher);
  if (description && description->topic != config_.topic) return false;
  domain::TypeIdentity own = config_.type;
  own.name = own.name.substr(0, domain::maximum_name_bytes);
  if (description && description->type() == own) return true;
  if (!peer.look_up(publisher)) return false;
  if (refused_.emplace(peer.id(), publisher.port_id).second) {
    spdlog::error("carry: a publisher of \"{}\" in process {} is passed over: its messages are {}, expected are {}", config_.topic, peer.pid(),
                  description ? description->type().to_string() : "not described soundly", own.to_string());
  }
  return false;
}

std::error_code SubscriberCore::connect(const std::shared_ptr<domain::Peer>& peer, const domain::PortView& publisher) {
  const auto ring = validate(*peer, publisher, config_.type);
  if (!ring) {
    if (peer->look_up(publisher) && refused_.emplace(peer->id(), publisher.port_id).second)
      spdlog::error("carry: a publisher of \"{}\" in process {} is passed over: its ring is malformed", config_.topic, peer->pid());
    return {};
  }
  const std::size_t claim_count = config_.options.max_held;
  auto record = participant_.port_memory().allocate(ring::reader_record_bytes(claim_count));
  if (!record) return Errc::heap_exhausted;
  auto connection = std::make_unique<Connection>(peer, publisher.port_id, *ring, std::move(record), claim_count);
  connection->reader.announce(visible_since_ < publisher.birth);
  auto port = participant_.add_port({.kind = domain::PortKind::reader,
                                     .port_id = domain::new_port_id(),
                                     .birth = birth_,
                                     .topic_hash = hash_,
                                     .body_offset = participant_.offset_of(connection->record.words()),
                                     .target = peer->id(),
                                     .target_port = publisher.port_id,
                                     .owner_port = port_id_,
                                     .claim_count = claim_count});
  if (!port) return port.error();
  connection->port = std::move(*port);
  // A publisher that closes has waited for this reader to start, or waits no longer. Then it takes its port away, moves the epoch, and looks for
  // readers: it finds this one, or its port is gone here.
  const auto now = peer->look_up(publisher);
  if (!now) {
    disconnect(std::move(connection));
    return {};
  }
  connections_.reserve(connections_.size() + 1);
  connection->reader.start(visible_since_ < now->birth);
  connections_.push_back(std::move(connection));
  return {};
}

bool SubscriberCore::take_from_any(ring::Claimed& out, std::error_code& error) {
  // Seq_cst: as in refresh().
  if (epoch_->load(std::memory_order_seq_cst) != seen_epoch_) {
    error = refresh();
    if (error == Errc::forked) return false;
  }
  auto outcome = ring::Reader::Outcome::nothing;
  bool too_many = false;
  bool drained = false;
  const auto take = [&](Connection& connection) {
    outcome = connection.reader.try_take(out);
    too_many = too_many || outcome == ring::Reader::Outcome::too_many_samples;
    drained = drained || (connection.publisher_gone && outcome == ring::Reader::Outcome::nothing);
    return outcome == ring::Reader::Outcome::taken;
  };
  // What publishers left that are gone comes first, the oldest one's first: it has an end, and their successors' messages are younger.
  const bool found = std::ranges::any_of(connections_, [&](const auto& connection) { return connection->publisher_gone && take(*connection); });
  for (std::size_t i = 0; !found && i != connections_.size(); ++i) {
    if (++turn_ >= connections_.size()) turn_ = 0;
    if (!connections_[turn_]->publisher_gone && take(*connections_[turn_])) break;
  }
  if (drained) drop_drained();
  if (outcome == ring::Reader::Outcome::taken) {
    error.clear();
    return true;
  }
  if (too_many) error = Errc::too_many_samples;
  return false;
}

void SubscriberCore::drop_drained() noexcept {
  for (auto& connection : connections_) {
    if (connection->publisher_gone && !connection->reader.has_something()) disconnect(std::move(connection));
  }
  std::erase(connections_, nullptr);
  turn_ = 0;
  choose_path();
}

void SubscriberCore::disconnect(std::unique_ptr<Connection> connection) noexcept {
  missed_before_ += connection->reader.missed();
  connection->reader.detach();
  participant_.keep(std::move(connection));
}

bool SubscriberCore::has_message() {
  if (epoch_->load(std::memory_order_seq_cst) != seen_epoch_ && refresh()) return true;  // Seq_cst: as in refresh().
  return std::ranges::any_of(connections_, [](const auto& connection) { return connection->reader.has_something(); });
}

std::error_code SubscriberCore::make_wakeable() {
  if (record_) return {};
  auto record = participant_.port_memory().allocate(sizeof(domain::SubscriberRecord));
  if (!record) return Errc::heap_exhausted;
  port_.set_body(participant_.offset_of(record.words()));
  record_ = std::move(record);
  // A publisher that had looked at the epoch before it moved, and has no fence of its own, has now stored what it was about to publish, or sees
  // the epoch moved when it has. Pairs with PublisherCore::commit().
  if (!platform::barrier_in_all_processes()) platform::sleep_for(store_visibility);
  return {};
}

void SubscriberCore::arm_at(std::uint64_t bell) noexcept {
  auto& record = *reinterpret_cast<domain::SubscriberRecord*>(record_.words());
  record.armed.store(bell, std::memory_order_release);  // Release: after what the bell's record says.
  // Seq_cst: either the look that follows finds a message, or its publisher finds this armed. Pairs with PublisherCore::wake().
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

void SubscriberCore::disarm() noexcept {
  // Relaxed: who still finds it armed rings for nothing.
  if (record_) reinterpret_cast<domain::SubscriberRecord*>(record_.words())->armed.store(0, std::memory_order_relaxed);
}

void SubscriberCore::choose_path() noexcept {
  single_ = connections_.size() == 1 && !connections_.front()->publisher_gone ? &connections_.front()->reader : nullptr;
}

std::uint64_t SubscriberCore::missed() const noexcept {
  std::uint64_t sum = missed_before_;
  for (const auto& connection : connections_) sum += connection->reader.missed();
  return sum;
}

std::size_t SubscriberCore::num_publishers() const noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(connections_, [](const auto& connection) { return !connection->publisher_gone; }));
}

}  // namespace carry::publish_subscribe::detail
