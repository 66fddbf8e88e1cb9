#include <carry/domain/topic_port.h>
#include <carry/domain/type_difference.h>
#include <carry/error.h>

#include "platform/log.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace carry::domain {

std::uint64_t new_port_id() noexcept {
  static std::atomic<std::uint64_t> last = 0;
  return last.fetch_add(1, std::memory_order_relaxed) + 1;  // Relaxed: it guards nothing.
}

std::error_code check_topic_name(std::string_view topic) {
  if (!topic.empty() && topic.size() <= maximum_name_bytes) return {};
  platform::log_error("carry: a topic's name has 1 to {} bytes, not {}", maximum_name_bytes, topic.size());
  return Errc::invalid_option;
}

// Behind a character that is in no name which people give.
std::string notification_topic(std::string_view id) { return "\037event:" + std::string(id); }

PortBlock make_descriptor(Participant& participant, std::string_view topic, const TypeIdentity& type) {
  const std::string_view name = type.name.substr(0, maximum_name_bytes);
  const std::string_view structure = type.structure.substr(0, maximum_structure_bytes);
  std::string text(topic);
  text += name;
  text += structure;
  auto block = participant.port_memory().allocate(sizeof(TopicDescriptor) + text.size());
  if (!block) return block;
  const auto relaxed = std::memory_order_relaxed;  // Relaxed below: nobody is told of the descriptor before its port is visible.
  auto& head = *reinterpret_cast<TopicDescriptor*>(block.words());
  head.message_bytes.store(type.bytes, relaxed);
  head.message_alignment.store(type.alignment, relaxed);
  head.type_version.store(type.version, relaxed);
  head.structure_hash.store(type.structure_hash, relaxed);
  head.structure_bytes.store(type.structure_bytes, relaxed);
  head.text_bytes.store(topic.size() | std::uint64_t{name.size()} << 16 | std::uint64_t{structure.size()} << 32, relaxed);
  SharedWord* words = block.words() + sizeof(TopicDescriptor) / sizeof(SharedWord);
  for (std::size_t at = 0; at < text.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, std::min(sizeof(word), text.size() - at));
    words++->store(word, relaxed);
  }
  return block;
}

std::size_t count_ports(Participant& participant, PortKind kind, std::string_view topic, const TypeIdentity& type) {
  std::size_t count = 0;
  std::vector<PortView> ports;
  const auto peers = participant.peers();
  for (const auto& peer : *peers) {
    peer->ports_of(topic_hash(topic), ports);
    std::erase_if(ports, [&](const PortView& port) {
      if (port.kind != kind) return true;
      const auto description = peer->describe(port);
      return !description || description->topic != topic || description->type() != type;
    });
    if (!ports.empty() && !participant.bury_if_dead(*peer)) count += ports.size();
  }
  return count;
}

std::error_code check_type(Participant& participant, std::string_view topic, const TypeIdentity& type, std::uint64_t own_port_id) {
  std::vector<PortView> ports;
  const auto peers = participant.peers();
  for (const auto& peer : *peers) {
    peer->ports_of(topic_hash(topic), ports);
    for (const PortView& port : ports) {
      if (port.kind == PortKind::reader || (peer->is_own() && port.port_id == own_port_id)) continue;
      const auto other = peer->describe(port);
      if (!other || other->topic != topic || other->type() == type) continue;
      if (participant.bury_if_dead(*peer) || !peer->look_up(port)) continue;
      platform::log_error("carry: topic \"{}\": {}; use one type, or another topic", topic, describe_difference(type, other->type(), peer->pid()));
      return Errc::type_mismatch;
    }
  }
  return {};
}

}  // namespace carry::domain
