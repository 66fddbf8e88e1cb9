// The rings that event/detail/notification_ring.h declares: notifications are messages, published and received like any other.

#include <carry/domain/topic_port.h>
#include <carry/error.h>
#include <carry/event/detail/notification_ring.h>
#include <carry/publish_subscribe/detail/awaited_message.h>
#include <carry/publish_subscribe/detail/publisher_core.h>
#include <carry/publish_subscribe/detail/subscriber_core.h>
#include <carry/publish_subscribe/sample.h>

#include <cstring>
#include <string>
#include <utility>

namespace carry::event::detail {

namespace {

using publish_subscribe::detail::PublisherCore;
using publish_subscribe::detail::SubscriberCore;

constexpr std::size_t values_kept = 256;

class RingSource final : public NotificationSource {
 public:
  RingSource(std::unique_ptr<PublisherCore> core, std::string topic, const domain::TypeIdentity& payload)
      : core_(std::move(core)), topic_(std::move(topic)), payload_(payload) {}
  ~RingSource() override { PublisherCore::close(std::move(core_)); }

  std::error_code notify(const void* value) noexcept override {
    if (!core_->has_slot()) {
      if (auto error = core_->find_slot()) return error;
    }
    std::memcpy(core_->message(), value, payload_.bytes);
    core_->commit();
    return {};
  }
  std::size_t num_observers() override {
    // Not the readers: who polls, connects with its next look.
    domain::Participant* participant = domain::Participant::existing();
    return participant == nullptr ? 0 : domain::count_ports(*participant, domain::PortKind::subscriber, topic_, payload_);
  }

 private:
  std::unique_ptr<PublisherCore> core_;
  std::string topic_;
  domain::TypeIdentity payload_;
};

class RingSink final : public NotificationSink {
 public:
  RingSink(std::unique_ptr<SubscriberCore> core, std::size_t payload_bytes) noexcept : core_(std::move(core)), payload_bytes_(payload_bytes) {}
  ~RingSink() override { SubscriberCore::close(std::move(core_)); }

  bool take(void* value, std::error_code& error) override {
    ring::Claimed claimed;
    if (!core_->try_take(claimed, error)) return false;
    const Sample<std::byte> sample(claimed);
    std::memcpy(value, sample.get(), payload_bytes_);
    return true;
  }
  std::error_code arm(const domain::Bell& bell) override { return publish_subscribe::detail::arm(*core_, bell); }
  void disarm() noexcept override { core_->disarm(); }

 private:
  std::unique_ptr<SubscriberCore> core_;
  std::size_t payload_bytes_;
};

}  // namespace

Result<std::unique_ptr<NotificationSource>> NotificationSource::open(std::string_view id, const domain::TypeIdentity& payload) {
  std::string topic = domain::notification_topic(id);
  auto core = PublisherCore::open({.topic = topic, .type = payload, .options = {.capacity = values_kept, .linger = std::chrono::milliseconds(0)}});
  if (!core) return Failure{core.error()};
  return std::make_unique<RingSource>(std::move(*core), std::move(topic), payload);
}

Result<std::unique_ptr<NotificationSink>> NotificationSink::open(std::string_view id, const domain::TypeIdentity& payload) {
  auto core = SubscriberCore::open({.topic = domain::notification_topic(id), .type = payload, .options = {}});
  if (!core) return Failure{core.error()};
  return std::make_unique<RingSink>(std::move(*core), payload.bytes);
}

}  // namespace carry::event::detail
