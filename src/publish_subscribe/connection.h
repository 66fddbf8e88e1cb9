#pragma once

#include <carry/publish_subscribe/detail/subscriber_core.h>

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

}  // namespace carry::publish_subscribe::detail
