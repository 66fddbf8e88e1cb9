#pragma once

// The two ends of notifications by datagrams, without their payload's type.

#include <carry/domain/participant.h>
#include <carry/domain/topic.h>
#include <carry/event/concepts.h>
#include <carry/platform/datagram.h>
#include <carry/result.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace carry::event::detail {

template <class P>
struct ByDatagram {
  P value;
};

/// An id's port, and what its descriptor says.
struct DatagramPort {
  std::string topic;
  domain::TypeIdentity type;
  domain::PortBlock descriptor;
  domain::Port port;

  static Result<DatagramPort> open(domain::PortKind kind, std::string_view id, const domain::TypeIdentity& type, std::uint64_t port_id);
};

class DatagramSource {
 public:
  template <class P>
  using Sent = ByDatagram<P>;

  static Result<std::unique_ptr<DatagramSource>> open(std::string_view id, const domain::TypeIdentity& payload);
  ~DatagramSource();
  std::error_code notify(const void* value) noexcept;
  std::size_t num_observers();

 private:
  struct Reached {
    platform::ParticipantId participant;
    std::uint64_t number;
    platform::DatagramOutbox outbox;
    bool is_there = true;  // of find_observers()
  };
  explicit DatagramSource(DatagramPort port);
  std::error_code find_observers();

  domain::Participant& participant_;
  DatagramPort port_;
  const std::atomic<std::uint64_t>* epoch_;
  std::uint64_t seen_epoch_ = ~std::uint64_t{0};
  std::vector<Reached> reached_;
  std::vector<domain::PortView> scratch_;
};

class DatagramSink {
 public:
  template <class P>
  using Sent = ByDatagram<P>;

  static Result<std::unique_ptr<DatagramSink>> open(std::string_view id, const domain::TypeIdentity& payload);
  ~DatagramSink();
  bool take(void* value, std::error_code& error) noexcept;
  /// Waits for one value. Errors: Errc::timeout, Errc::cancelled, Errc::forked.
  std::error_code wait(void* value, const WaitLimit& limit);

 private:
  DatagramSink(platform::DatagramInbox inbox, DatagramPort port);

  platform::DatagramInbox inbox_;
  DatagramPort port_;  // after the inbox: goes first, so that nobody is sent to one that is gone
};

}  // namespace carry::event::detail

/// The ends of one id must send in the same way.
template <class P>
inline constexpr auto carry::detail::structure_of<carry::event::detail::ByDatagram<P>> = carry::detail::MadeOf<P>{"datagram"};
