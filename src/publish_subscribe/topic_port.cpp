#include <carry/error.h>
#include <carry/publish_subscribe/detail/topic_port.h>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace carry::publish_subscribe::detail {

std::uint64_t new_port_id() noexcept {
  static std::atomic<std::uint64_t> last = 0;
  return last.fetch_add(1, std::memory_order_relaxed) + 1;  // Relaxed: it guards nothing.
}

std::error_code check_topic_name(std::string_view topic) {
  if (!topic.empty() && topic.size() <= domain::maximum_name_bytes) return {};
  spdlog::error("carry: a topic's name has 1 to {} bytes, not {}", domain::maximum_name_bytes, topic.size());
  return Errc::invalid_option;
}

domain::PortBlock make_descriptor(domain::Participant& participant, std::string_view topic, const domain::TypeIdentity& type) {
  std::string text(topic);
  const std::size_t type_name_bytes = std::min(type.name.size(), domain::maximum_name_bytes);
  text += type.name.substr(0, type_name_bytes);
  auto block = participant.port_memory().allocate(sizeof(domain::TopicDescriptor) + text.size());
  if (!block) return block;
  const auto relaxed = std::memory_order_relaxed;  // Relaxed below: nobody is told of the descriptor before its port is visible.
  auto& head = *reinterpret_cast<domain::TopicDescriptor*>(block.words());
  head.message_bytes.store(type.bytes, relaxed);
  head.message_alignment.store(type.alignment, relaxed);
  head.type_version.store(type.version, relaxed);
  head.name_bytes.store(topic.size() | std::uint64_t{type_name_bytes} << 32, relaxed);
  domain::SharedWord* words = block.words() + sizeof(domain::TopicDescriptor) / sizeof(domain::SharedWord);
  for (std::size_t at = 0; at < text.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, std::min(sizeof(word), text.size() - at));
    words++->store(word, relaxed);
  }
  return block;
}

std::error_code check_type(domain::Participant& participant, std::string_view topic, const domain::TypeIdentity& type, std::uint64_t own_port_id) {
  domain::TypeIdentity own = type;
  own.name = own.name.substr(0, domain::maximum_name_bytes);
  std::vector<domain::PortView> ports;
  const auto peers = participant.peers();
  for (const auto& peer : *peers) {
    peer->ports_of(domain::topic_hash(topic), ports);
    for (const domain::PortView& port : ports) {
      if (port.kind == domain::PortKind::reader || (peer->is_own() && port.port_id == own_port_id)) continue;
      const auto other = peer->describe(port);
      if (!other || other->topic != topic || other->type() == own) continue;
      if (participant.bury_if_dead(*peer) || !peer->look_up(port)) continue;
      spdlog::error("carry: topic \"{}\" carries {} in process {}, but {} here; use one type, or another topic", topic, other->type().to_string(),
                    peer->pid(), own.to_string());
      return Errc::type_mismatch;
    }
  }
  return {};
}

}  // namespace carry::publish_subscribe::detail
