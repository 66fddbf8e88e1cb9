#pragma once

#include <carry/domain/bell.h>
#include <carry/domain/participant.h>
#include <carry/domain/topic.h>
#include <carry/publish_subscribe/options.h>
#include <carry/ring/reader.h>

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace carry::publish_subscribe::detail {

/// Somebody who waits for messages without holding up a thread, and wants to know when the subscriber ends meanwhile.
class Waiting {
 public:
  virtual void subscriber_ended() noexcept = 0;

 protected:
  ~Waiting() = default;
};

/// A subscriber without its message type: its port, and one connection to every publisher of the topic.
class SubscriberCore {
 public:
  struct Config {
    std::string topic;
    domain::TypeIdentity type;
    SubscriberOptions options;
  };

  /// Makes the port and connects to the publishers that are there. Errors: Errc::invalid_option, Errc::type_mismatch, Errc::heap_exhausted, ...
  static Result<std::unique_ptr<SubscriberCore>> open(Config config);
  ~SubscriberCore();
  SubscriberCore(const SubscriberCore&) = delete;
  SubscriberCore& operator=(const SubscriberCore&) = delete;

  /// The end of a subscriber. Samples that are still held stay valid.
  static void close(std::unique_ptr<SubscriberCore> core) noexcept;

  /// Takes one message of any publisher, in turn. True: `out` is a message. False: `error` says why not; no error: nothing is there.
  bool try_take(ring::Claimed& out, std::error_code& error) {
    // Relaxed: a hint; refresh() looks again with seq_cst.
    if (epoch_->load(std::memory_order_relaxed) == seen_epoch_ && single_ != nullptr) [[likely]] {
      const auto outcome = single_->try_take(out);
      if (outcome == ring::Reader::Outcome::taken) return true;
      if (outcome == ring::Reader::Outcome::nothing) return false;
    }
    return take_from_any(out, error);
  }

  /// The same where nobody asks why not. Its own function, because making an error code is a call into the standard library.
  bool try_take(ring::Claimed& out) {
    if (epoch_->load(std::memory_order_relaxed) == seen_epoch_ && single_ != nullptr) [[likely]] {  // Relaxed: as above.
      const auto outcome = single_->try_take(out);
      if (outcome == ring::Reader::Outcome::taken) return true;
      if (outcome == ring::Reader::Outcome::nothing) return false;
    }
    std::error_code ignored;
    return take_from_any(out, ignored);
  }

  /// True if try_take() would take something or say why not.
  bool has_message();

  /// Makes itself known as one that may park: from here on publishers look whether it is armed. Idempotent. Errors: Errc::heap_exhausted.
  std::error_code make_wakeable();

  /// From here on the next message rings that bell. Then look once more, before parking.
  void arm(const domain::Bell& bell) noexcept { arm_at(bell.address()); }
  void disarm() noexcept;

  /// Who is told of the end; null: nobody. One at a time.
  void set_waiting(Waiting* waiting) noexcept { waiting_ = waiting; }

  /// How often who waits has to look although nobody rings; max(): never.
  std::chrono::nanoseconds look_every() const noexcept;

  std::uint64_t missed() const noexcept;
  std::size_t num_publishers() const noexcept;

 private:
  struct Connection;
  SubscriberCore(domain::Participant& participant, Config config);
  std::error_code refresh();
  void connect_new(const domain::Participant::Peers& peers, std::error_code& error);
  bool take_from_any(ring::Claimed& out, std::error_code& error);
  void arm_at(std::uint64_t bell) noexcept;
  std::error_code connect(const std::shared_ptr<domain::Peer>& peer, const domain::PortView& publisher);
  bool fits(const domain::Peer& peer, const domain::PortView& publisher);
  void note_gone(const domain::Participant::Peers& peers);
  bool refuse(platform::ParticipantId peer, std::uint64_t publisher_port);
  void drop_malformed();
  void drop_drained() noexcept;
  void forget_disconnected() noexcept;
  bool is_alone();
  void disconnect(std::unique_ptr<Connection> connection) noexcept;
  void choose_path() noexcept;

  domain::Participant& participant_;
  Config config_;
  std::uint64_t hash_;
  const std::atomic<std::uint64_t>* epoch_;
  std::uint64_t seen_epoch_ = 0;
  ring::Reader* single_ = nullptr;  // the only connection's reader, while its publisher is there
  std::vector<std::unique_ptr<Connection>> connections_;
  std::size_t turn_ = 0;
  std::uint64_t missed_before_ = 0;                                      // by connections that are gone
  std::set<std::pair<platform::ParticipantId, std::uint64_t>> refused_;  // ports that are there
  std::map<platform::ParticipantId, unsigned> complaints_;               // about participants that are there
  std::vector<domain::PortView> scratch_;
  domain::Port port_;
  std::uint64_t port_id_ = 0;
  std::uint64_t birth_ = 0;          // drawn before the port was visible: publishers with a higher one count this subscriber as older
  std::uint64_t visible_since_ = 0;  // drawn after: publishers with a higher one have seen the port
  domain::PortBlock descriptor_;
  domain::PortBlock record_;  // a SubscriberRecord, once it may park
  Waiting* waiting_ = nullptr;
  // With SubscriberOptions::report_publisher_gone:
  std::chrono::steady_clock::time_point last_question_{};
  bool had_publisher_ = false;
  bool alone_ = false;  // and nobody was told yet
};

}  // namespace carry::publish_subscribe::detail
