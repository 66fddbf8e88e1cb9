#pragma once

#include <carry/domain/peer.h>
#include <carry/domain/topic.h>
#include <carry/ring/reader.h>

#include <optional>

namespace carry::publish_subscribe::detail {

/// Reads a ring's head, each word once, and checks every number in it against the mapping. Nothing: no carry writes such a ring.
std::optional<ring::RingView> validate(const domain::Peer& peer, const domain::PortView& publisher, const domain::TypeIdentity& type) noexcept;

}  // namespace carry::publish_subscribe::detail
