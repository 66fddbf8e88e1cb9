#include <carry/domain/topic_port.h>
#include <carry/error.h>
#include <carry/platform/barrier.h>
#include <carry/platform/own_segment.h>
#include <carry/platform/thread.h>
#include <carry/publish_subscribe/detail/publisher_core.h>
#include <carry/utils/deadline.h>

#include "platform/log.h"

#include <algorithm>
#include <new>

namespace carry::publish_subscribe::detail {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto liveness_interval = std::chrono::milliseconds(1);  // between asking the kernel who is dead, while somebody is in the way
constexpr int spins_before_sleep = 2000;                          // a blocked publisher: some 20 us of spinning first
constexpr auto blocked_sleep = std::chrono::microseconds(50);

constexpr std::size_t round_up(std::size_t value, std::size_t unit) { return (value + unit - 1) / unit * unit; }

/// Waits in small steps: spins first, then sleeps, so that the process waited for can run on this core.
class Backoff {
 public:
  void pause() {
    if (++spins_ < spins_before_sleep) platform::relax();
    else platform::sleep_for(blocked_sleep);
  }

 private:
  int spins_ = 0;
};

std::error_code check(const PublisherCore::Config& config) {
  const PublisherOptions& o = config.options;
  if (auto error = domain::check_topic_name(config.topic)) return error;
  if (o.capacity == 0 || o.capacity > maximum_capacity || o.history > o.capacity || o.block_timeout.count() < 0 || o.linger.count() < 0) {
    platform::log_error("carry: publisher of \"{}\": capacity = {} must be 1 to {}, history = {} at most capacity, times not negative", config.topic,
                        o.capacity, maximum_capacity, o.history);
    return Errc::invalid_option;
  }
  if (config.type.alignment > memory::Heap::maximum_alignment) {
    platform::log_error("carry: publisher of \"{}\": messages are aligned to {} bytes, at most {} are possible", config.topic, config.type.alignment,
                        memory::Heap::maximum_alignment);
    return Errc::invalid_option;
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<PublisherCore>> PublisherCore::open(Config config) {
  if (auto error = check(config)) return Failure{error};
  auto participant = domain::Participant::current();
  if (!participant) return Failure{participant.error()};
  std::unique_ptr<PublisherCore> core(new PublisherCore(**participant, std::move(config)));
  (*participant)->finish_kept();
  if (auto error = core->make_ring()) return Failure{error};
  core->port_id_ = domain::new_port_id();
  auto port = (*participant)
                  ->add_port({.kind = domain::PortKind::publisher,
                              .port_id = core->port_id_,
                              .birth = domain::not_born_yet,
                              .topic_hash = core->hash_,
                              .descriptor_offset = (*participant)->offset_of(core->descriptor_.words()),
                              .body_offset = (*participant)->offset_of(core->header_.words())});
  if (!port) {
    close(std::move(core));  // Somebody may have seen it for a moment.
    return Failure{port.error()};
  }
  core->port_ = std::move(*port);
  // Drawn only now: a subscriber that did not find this port has drawn a lower number, and counts as older.
  core->birth_ = (*participant)->next_birth();
  core->port_.set_birth(core->birth_);
  try {
    // After the own port is visible: of two that come at once with different types, at least one finds the other.
    if (auto error = domain::check_type(**participant, core->config_.topic, core->config_.type, core->port_id_)) {
      close(std::move(core));
      return Failure{error};
    }
    // Where messages have nothing to free, giving them up would gain nothing.
    if (core->config_.destroy != nullptr) (*participant)->add_reclaimer(core.get(), [raw = core.get()] { return raw->writer_->reclaim(); });
  } catch (...) {
    close(std::move(core));  // Somebody may have connected: the ring stays as long as he is.
    throw;
  }
  core->wake();  // Who is parked connects now, so that num_subscribers() counts it.
  return core;
}

PublisherCore::PublisherCore(domain::Participant& participant, Config config)
    : epoch_(&participant.epoch(domain::topic_hash(config.topic))),
      ringer_(participant.directory()),
      participant_(participant),
      config_(std::move(config)),
      hash_(domain::topic_hash(config_.topic)) {}

PublisherCore::~PublisherCore() {
  if (platform::forked()) return;
  participant_.remove_reclaimer(this);
  port_.close();
  if (writer_) writer_->destroy_all();
  participant_.heap().deallocate(slots_);
}

std::error_code PublisherCore::make_ring() {
  const std::size_t alignment = std::max<std::size_t>(ring::cache_line_size, config_.type.alignment);
  const std::size_t message_offset = std::max<std::size_t>(sizeof(ring::SharedWord), config_.type.alignment);
  const std::size_t slot_bytes = round_up(message_offset + config_.type.bytes, alignment);
  const std::size_t capacity = config_.options.capacity;
  const std::size_t slot_count = capacity + std::max<std::size_t>(1, capacity / 4);
  if (slot_bytes > (std::size_t{1} << 46) / slot_count) return Errc::heap_exhausted;
  slots_ = participant_.heap().allocate(slot_bytes * slot_count, alignment);
  const std::error_code reason = slots_ == nullptr ? participant_.heap().last_commit_error() : make_error_code(Errc::heap_exhausted);
  header_ = participant_.port_memory().allocate(sizeof(ring::RingHeader));
  descriptor_ = domain::make_descriptor(participant_, config_.topic, config_.type);
  if (slots_ == nullptr || !header_ || !descriptor_) {
    platform::log_error(
        "carry: publisher of \"{}\": a ring of {} slots of {} bytes does not fit into the dynamic buffer ({}); enlarge it or choose a smaller "
        "capacity",
        config_.topic, slot_count, slot_bytes, reason.message());
    return Errc::heap_exhausted;
  }
  auto* slots = static_cast<std::byte*>(slots_);
  for (std::size_t i = 0; i != slot_count; ++i) new (slots + i * slot_bytes) ring::SharedWord(0);
  auto* header = reinterpret_cast<ring::RingHeader*>(header_.words());
  header->capacity = capacity;
  header->slot_count = slot_count;
  header->slot_bytes = slot_bytes;
  header->message_offset = message_offset;
  header->slots_offset = participant_.offset_of(slots);
  header->history = config_.options.history;
  header->gated = config_.options.overflow == Overflow::overwrite_oldest ? 0 : 1;
  header->head = ring::first_sequence;
  header->oldest = ring::oldest_word(ring::first_sequence, 0);
  writer_.emplace(ring::RingMemory{.header = header, .slots = slots, .destroy = config_.destroy},
                  ring::ReaderSource{
                      .epoch = &participant_.epoch(hash_),
                      .rescan = [](void* self, std::vector<ring::ReaderView>& readers) { return static_cast<PublisherCore*>(self)->rescan(readers); },
                      .drop_dead = [](void* self) { return static_cast<PublisherCore*>(self)->drop_dead(); },
                      .context = this});
  return {};
}

std::error_code PublisherCore::error_of(ring::Writer::Space space) {
  switch (space) {
    case ring::Writer::Space::available: return {};
    case ring::Writer::Space::lent: return Errc::loan_outstanding;
    case ring::Writer::Space::no_free_slot: return Errc::no_free_slot;
    case ring::Writer::Space::readers_unknown: {
      const std::scoped_lock lock(rescan_mutex_);
      return shortage_;
    }
    case ring::Writer::Space::ring_full: break;
  }
  return Errc::ring_full;
}

std::error_code PublisherCore::find_slot() {
  if (platform::forked()) return Errc::forked;
  return error_of(writer_->find_slot());
}

std::error_code PublisherCore::wait_for_slot() {
  const auto end = config_.options.block_timeout.count() == 0 ? Clock::time_point::max() : utils::deadline_after(config_.options.block_timeout);
  const platform::CancellationDeferred deferred;
  for (Backoff backoff;; backoff.pause()) {
    if (platform::forked()) return Errc::forked;
    const auto space = writer_->find_slot();
    const bool may_pass = space == ring::Writer::Space::ring_full || space == ring::Writer::Space::readers_unknown;
    if (!may_pass || config_.options.overflow != Overflow::block) return error_of(space);
    if (Clock::now() >= end) return Errc::timeout;
    platform::heed_cancellation();
  }
}

std::size_t PublisherCore::num_subscribers() {
  (void)participant_.peers();  // If somebody died and left no trace, this moves the epoch.
  return writer_->reader_count();
}

void PublisherCore::wake() noexcept {
  // Seq_cst: either a subscriber that arms finds the message with its second look, or this finds it armed. Pairs with SubscriberCore::arm_at() and Bell::begin_generation().
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (epoch_->load(std::memory_order_relaxed) != sleepers_epoch_) look_for_sleepers();  // Relaxed: after the fence.
  ringer_.ring_armed();
}

void PublisherCore::look_for_sleepers() noexcept {
  const std::uint64_t epoch = epoch_->load(std::memory_order_seq_cst);  // Seq_cst: as in Writer::look_at_epoch(), which is not older.
  const bool is_complete = writer_->look();
  try {
    const std::scoped_lock lock(rescan_mutex_);
    ringer_.set_sleepers(found_sleepers_);
  } catch (const std::bad_alloc&) {
    return;  // Tried again with the next message.
  }
  if (!is_complete) return;  // Likewise.
  sleepers_epoch_ = epoch;
  // Where others have no barrier that reaches this process, every message is followed by a fence.
  quiet_epoch_ = !ringer_.has_sleepers() && platform::register_for_barriers() ? epoch : never;
}

bool PublisherCore::drop_dead() noexcept {
  const auto now = Clock::now();
  if (now - last_question_ < liveness_interval) return false;
  last_question_ = now;
  const platform::CancellationDeferred deferred;
  bool found = false;
  try {
    for (const auto& peer : peers_) found = participant_.bury_if_dead(*peer) || found;
  } catch (const std::bad_alloc&) {
    // Asked again later.
  }
  return found;
}

void PublisherCore::close(std::unique_ptr<PublisherCore> core) noexcept {
  if (core == nullptr) return;
  if (platform::forked()) {
    (void)core.release();  // Its memory, locks and mappings belong to the parent.
    return;
  }
  core->participant_.remove_reclaimer(core.get());  // From here on no other thread looks at it.
  core->linger();
  core->participant_.keep(std::move(core));
}

void PublisherCore::linger() noexcept {
  const platform::CancellationDeferred deferred;
  if (writer_->next() == ring::first_sequence) return port_.close();
  const auto end = utils::deadline_after(config_.options.linger);
  for (Backoff backoff; writer_->awaits(ring::Writer::Whose::other_processes) && Clock::now() < end; backoff.pause()) (void)drop_dead();
}

bool PublisherCore::finished() noexcept {
  (void)drop_dead();
  if (port_.is_visible() && writer_->awaits(ring::Writer::Whose::own_process)) return false;
  port_.close();
  return !writer_->may_have_readers();
}

void report_notifier(const std::string& topic, std::error_code error) noexcept try {
  platform::log_warning("carry: publisher of \"{}\": the notifier says \"{}\"; messages are there, but subscribers may see them late", topic,
                        error.message());
} catch (const std::bad_alloc&) {
  // There is no memory to say it.
}

}  // namespace carry::publish_subscribe::detail
