#pragma once

#include <carry/domain/participant.h>
#include <carry/domain/ringer.h>
#include <carry/domain/topic.h>
#include <carry/publish_subscribe/options.h>
#include <carry/ring/writer.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace carry::publish_subscribe::detail {

/// A publisher without its message type: port, ring, and who reads it. Lives on after the publisher until no reader is connected.
class PublisherCore final : public domain::Kept {
 public:
  struct Config {
    std::string topic;
    domain::TypeIdentity type;
    PublisherOptions options;
    void (*destroy)(void* message) noexcept = nullptr;
  };

  /// Makes the ring and the port. Errors: Errc::invalid_option, Errc::heap_exhausted, Errc::type_mismatch, those of Participant::current().
  static Result<std::unique_ptr<PublisherCore>> open(Config config);
  ~PublisherCore() override;
  PublisherCore(const PublisherCore&) = delete;
  PublisherCore& operator=(const PublisherCore&) = delete;

  /// True: message() may be constructed and committed at once.
  bool has_slot() const noexcept { return writer_->has_slot(); }

  /// When has_slot() is false: looks for one. Errc::ring_full also under Overflow::block.
  std::error_code find_slot();

  /// When has_slot() is false: looks and, under Overflow::block, waits for one. As publish() without the message.
  std::error_code wait_for_slot();

  void* message() const noexcept { return writer_->message(); }
  void commit() noexcept {
    writer_->commit();
    std::atomic_signal_fence(std::memory_order_seq_cst);  // Keeps the compiler from looking first; the other half is the barrier of those who park.
    // Relaxed, after the message's stores: they are visible to a subscriber that made itself known since, or this sees that it has. Its partner
    // is the barrier in SubscriberCore::make_wakeable().
    if (epoch_->load(std::memory_order_relaxed) != quiet_epoch_) [[unlikely]]
      wake();
  }
  void lend() noexcept { writer_->lend(); }
  void take_back() noexcept { writer_->take_back(); }

  std::size_t reclaim() noexcept { return writer_->reclaim(); }
  std::size_t num_subscribers();

  /// The end of a publisher: waits for older subscribers of other processes to connect, and hands the ring to the participant, which keeps it
  /// until it is read. The port goes when those of this process, whom waiting could keep from connecting, have connected too.
  static void close(std::unique_ptr<PublisherCore> core) noexcept;

 private:
  PublisherCore(domain::Participant& participant, Config config);
  std::error_code make_ring();
  std::error_code error_of(ring::Writer::Space space);
  bool rescan(std::vector<ring::ReaderView>& readers) noexcept;
  void collect(const std::shared_ptr<domain::Peer>& peer, std::vector<ring::ReaderView>& readers, std::vector<domain::Sleeper>& sleepers);
  bool drop_dead() noexcept;
  void wake() noexcept;
  void look_for_sleepers() noexcept;
  void linger() noexcept;
  bool finished() noexcept override;

  static constexpr std::uint64_t never = ~std::uint64_t{0};

  const std::atomic<std::uint64_t>* epoch_;
  std::uint64_t quiet_epoch_ = never;  // with this epoch nobody can be parked; never: somebody may be
  std::uint64_t sleepers_epoch_ = never;
  domain::Ringer ringer_;  // the publishing thread's
  domain::Participant& participant_;
  Config config_;
  domain::Port port_;
  std::uint64_t hash_;
  std::uint64_t port_id_ = 0;
  std::uint64_t birth_ = 0;
  domain::PortBlock descriptor_;
  domain::PortBlock header_;
  void* slots_ = nullptr;
  std::optional<ring::Writer> writer_;
  domain::Participant::Peers peers_;  // of the readers: keeps their mappings
  std::mutex rescan_mutex_;           // guards what the last rescan, in whichever thread, has found:
  std::error_code shortage_;          // why the readers were not known, when they last were not
  std::vector<domain::Sleeper> found_sleepers_;
  std::vector<domain::PortView> scratch_;
  std::chrono::steady_clock::time_point last_question_{};
};

/// A line in the log: messages are published, but who waits for notifications may see them late.
void report_notifier(const std::string& topic, std::error_code error) noexcept;

}  // namespace carry::publish_subscribe::detail
