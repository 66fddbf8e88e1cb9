#include "platform/log.h"
#include "publish_subscribe/connection.h"

#include <carry/domain/topic_port.h>
#include <carry/error.h>
#include <carry/platform/barrier.h>
#include <carry/platform/own_segment.h>
#include <carry/platform/thread.h>

#include <algorithm>
#include <new>

namespace carry::publish_subscribe::detail {

namespace {

/// In place of the barrier, where a process may not have it: until then a core has long since made visible what it had stored. Once per subscriber.
constexpr auto store_visibility = std::chrono::milliseconds(10);

/// Who is to be told of the last publisher's end asks the kernel that often who is dead.
constexpr auto question_interval = std::chrono::milliseconds(50);

}  // namespace

Result<std::unique_ptr<SubscriberCore>> SubscriberCore::open(Config config) {
  if (auto error = domain::check_topic_name(config.topic)) return Failure{error};
  if (config.options.max_held == 0 || config.options.max_held > maximum_held) {
    platform::log_error("carry: subscriber of \"{}\": max_held = {} must be 1 to {}", config.topic, config.options.max_held, maximum_held);
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
  note_gone(*peers);  // Last: where a successor was found, its predecessor is found gone, unless it was met as a corpse in the same look.
  // Own connections moved the epoch too; looking once more is cheap and finds whoever came meanwhile.
  if (!error) seen_epoch_ = epoch;
  choose_path();
  return error;
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
  bool malformed = false;
  const auto take = [&](Connection& connection) {
    outcome = connection.reader.try_take(out);
    too_many = too_many || outcome == ring::Reader::Outcome::too_many_samples;
    malformed = malformed || connection.reader.is_malformed();
    drained = drained || (connection.publisher_gone && outcome == ring::Reader::Outcome::nothing);
    return outcome == ring::Reader::Outcome::taken;
  };
  // What publishers left that are gone comes first, the oldest one's first: it has an end, and their successors' messages are younger.
  const auto comes_first = [](const Connection& connection) { return connection.publisher_gone || connection.peer->is_corpse(); };
  const bool found = std::ranges::any_of(connections_, [&](const auto& connection) { return comes_first(*connection) && take(*connection); });
  for (std::size_t i = 0; !found && i != connections_.size(); ++i) {
    if (++turn_ >= connections_.size()) turn_ = 0;
    if (!comes_first(*connections_[turn_]) && take(*connections_[turn_])) break;
  }
  if (malformed) drop_malformed();
  if (drained) drop_drained();
  if (outcome == ring::Reader::Outcome::taken) {
    error.clear();
    return true;
  }
  if (too_many) error = Errc::too_many_samples;
  else if (!error && is_alone()) {
    alone_ = false;
    error = Errc::publisher_gone;
  }
  return false;
}

/// True if the last publisher is gone, and what it left was taken. Asks the kernel now and then whether those that say nothing are dead.
bool SubscriberCore::is_alone() {
  if (!config_.options.report_publisher_gone) return false;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_question_ >= question_interval) {
    last_question_ = now;
    bool any_dead = false;
    for (const auto& connection : connections_) any_dead = (!connection->publisher_gone && participant_.bury_if_dead(*connection->peer)) || any_dead;
    if (any_dead) (void)refresh();
    drop_drained();
  }
  if (connections_.empty() && std::exchange(had_publisher_, false)) alone_ = true;
  return alone_;
}

std::chrono::nanoseconds SubscriberCore::look_every() const noexcept {
  return config_.options.report_publisher_gone ? question_interval : std::chrono::nanoseconds::max();
}

void SubscriberCore::drop_drained() noexcept {
  for (auto& connection : connections_) {
    if (connection->publisher_gone && !connection->reader.has_something()) disconnect(std::move(connection));
  }
  forget_disconnected();
}

void SubscriberCore::forget_disconnected() noexcept {
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
  return std::ranges::any_of(connections_, [](const auto& connection) { return connection->reader.has_something(); }) || is_alone();
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
  const bool asks = config_.options.report_publisher_gone;  // looks at the clock, too
  single_ = !asks && connections_.size() == 1 && !connections_.front()->publisher_gone ? &connections_.front()->reader : nullptr;
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
