#include <carry/domain/topic_port.h>
#include <carry/error.h>
#include <carry/event/detail/datagram_channel.h>
#include <carry/platform/own_segment.h>
#include <carry/platform/stop.h>
#include <carry/platform/thread.h>

#include <algorithm>
#include <new>
#include <utility>

namespace carry::event::detail {

namespace {
constexpr int most_taken_names = 4096;
}

Result<DatagramPort> DatagramPort::open(domain::PortKind kind, std::string_view id, const domain::TypeIdentity& type, std::uint64_t port_id) {
  DatagramPort made{.topic = domain::notification_topic(id), .type = type, .descriptor = {}, .port = {}};
  if (auto error = domain::check_topic_name(made.topic)) return Failure{error};
  auto participant = domain::Participant::current();
  if (!participant) return Failure{participant.error()};
  made.descriptor = domain::make_descriptor(**participant, made.topic, type);
  if (!made.descriptor) return failure(Errc::heap_exhausted);
  auto port = (*participant)
                  ->add_port({.kind = kind,
                              .port_id = port_id,
                              .birth = (*participant)->next_birth(),
                              .topic_hash = domain::topic_hash(made.topic),
                              .descriptor_offset = (*participant)->offset_of(made.descriptor.words())});
  if (!port) return Failure{port.error()};
  made.port = std::move(*port);
  if (auto error = domain::check_type(**participant, made.topic, made.type, port_id)) return Failure{error};
  return made;
}

Result<std::unique_ptr<DatagramSource>> DatagramSource::open(std::string_view id, const domain::TypeIdentity& payload) {
  auto port = DatagramPort::open(domain::PortKind::notifier, id, payload, domain::new_port_id());
  if (!port) return Failure{port.error()};
  return std::unique_ptr<DatagramSource>(new DatagramSource(std::move(*port)));
}

DatagramSource::DatagramSource(DatagramPort port)
    : participant_(*domain::Participant::existing()), port_(std::move(port)), epoch_(&participant_.epoch(domain::topic_hash(port_.topic))) {}

DatagramSource::~DatagramSource() = default;

std::error_code DatagramSource::find_observers() {
  const std::uint64_t epoch = epoch_->load(std::memory_order_seq_cst);  // Seq_cst: pairs with the increment after a port came or went.
  std::error_code shortage;
  const auto peers = participant_.peers(shortage);
  for (Reached& known : reached_) known.is_there = false;
  for (const auto& peer : *peers) {
    if (peer->is_corpse()) continue;
    peer->ports_of(domain::topic_hash(port_.topic), scratch_);
    for (const domain::PortView& port : scratch_) {
      if (port.kind != domain::PortKind::observer) continue;
      const auto description = peer->describe(port);
      if (!description || description->topic != port_.topic || description->type() != port_.type) continue;
      const auto known = std::ranges::find_if(reached_, [&](const Reached& r) { return r.participant == peer->id() && r.number == port.port_id; });
      if (known != reached_.end()) {
        known->is_there = true;
        continue;
      }
      auto outbox = platform::DatagramOutbox::open(participant_.directory(), peer->id(), port.port_id);
      if (outbox) reached_.push_back({peer->id(), port.port_id, std::move(*outbox)});
      else if (outbox.error() == std::errc::too_many_files_open || outbox.error() == std::errc::too_many_files_open_in_system)
        shortage = outbox.error();  // Else it is gone already.
    }
  }
  std::erase_if(reached_, [](const Reached& known) { return !known.is_there; });
  if (!shortage) seen_epoch_ = epoch;
  return shortage;
}

std::error_code DatagramSource::notify(const void* value) noexcept {
  if (platform::forked()) return Errc::forked;
  const platform::CancellationDeferred deferred;
  std::error_code error;
  try {
    // Seq_cst: an observer that was not visible yet looks for what this is about after it is. Pairs with the increment when its port came.
    std::atomic_thread_fence(std::memory_order_seq_cst);
    // Relaxed: after the fence.
    if (epoch_->load(std::memory_order_relaxed) != seen_epoch_) error = find_observers();
  } catch (const std::bad_alloc&) {
    error = std::make_error_code(std::errc::not_enough_memory);
  }
  std::erase_if(reached_, [&](Reached& r) { return !r.outbox.send(value, port_.type.bytes); });
  return error;
}

std::size_t DatagramSource::num_observers() {
  return platform::forked() ? 0 : domain::count_ports(participant_, domain::PortKind::observer, port_.topic, port_.type);
}

Result<std::unique_ptr<DatagramSink>> DatagramSink::open(std::string_view id, const domain::TypeIdentity& payload) {
  auto participant = domain::Participant::current();
  if (!participant) return Failure{participant.error()};
  // The inbox first: who sees the port, can send. Somebody else may have put something there under the next sockets' names.
  std::uint64_t number = 0;
  Result<platform::DatagramInbox> inbox = Failure{std::make_error_code(std::errc::address_in_use)};
  for (int attempt = 0; attempt != most_taken_names && !inbox && inbox.error() == std::errc::address_in_use; ++attempt) {
    number = domain::new_port_id();
    inbox = platform::DatagramInbox::make((*participant)->directory(), (*participant)->id(), number);
  }
  if (!inbox) return Failure{inbox.error()};
  auto port = DatagramPort::open(domain::PortKind::observer, id, payload, number);
  if (!port) return Failure{port.error()};
  return std::unique_ptr<DatagramSink>(new DatagramSink(std::move(*inbox), std::move(*port)));
}

DatagramSink::DatagramSink(platform::DatagramInbox inbox, DatagramPort port) : inbox_(std::move(inbox)), port_(std::move(port)) {}
DatagramSink::~DatagramSink() = default;

bool DatagramSink::take(void* value, std::error_code& error) noexcept {
  if (platform::forked()) {
    error = Errc::forked;
    return false;
  }
  return inbox_.take(value, port_.type.bytes);
}

std::error_code DatagramSink::wait(void* value, const WaitLimit& limit) {
  using Clock = std::chrono::steady_clock;
  const platform::StopRing stop_ring(limit.stop, [this] { inbox_.ring(); });
  for (std::error_code error;;) {
    if (take(value, error)) return {};
    if (error) return error;
    if (limit.stop.stop_requested()) return Errc::cancelled;
    const auto now = Clock::now();
    if (now >= limit.deadline) return Errc::timeout;
    const bool whole = stop_ring.longest_wait() >= limit.deadline - now;
    inbox_.wait(whole ? limit.deadline : now + stop_ring.longest_wait());
  }
}

}  // namespace carry::event::detail
