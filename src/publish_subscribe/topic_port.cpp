#include <carry/error.h>
#include <carry/publish_subscribe/detail/topic_port.h>

#include <spdlog/spdlog.h>

#include <cstring>
#include <new>

namespace carry::publish_subscribe::detail {

std::uint64_t new_port_id() noexcept {
  static std::atomic<std::uint64_t> last = 0;
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

std::error_code check_topic_name(std::string_view topic) {
  if (!topic.empty() && topic.size() <= domain::maximum_name_bytes) return {};
  spdlog::error("carry: a topic's name has 1 to {} bytes, not {}", domain::maximum_name_bytes, topic.size());
  return Errc::invalid_option;
}

void* make_descriptor(domain::Participant& participant, std::string_view topic, const domain::TypeIdentity& type) {
  const std::string_view type_name = type.name.substr(0, domain::maximum_name_bytes);
  void* block = participant.heap().allocate(sizeof(domain::TopicDescriptor) + topic.size() + type_name.size(), alignof(domain::TopicDescriptor));
  if (block == nullptr) return nullptr;
  new (block) domain::TopicDescriptor{.message_bytes = type.bytes,
                                      .message_alignment = type.alignment,
                                      .type_version = type.version,
                                      .topic_name_bytes = static_cast<std::uint32_t>(topic.size()),
                                      .type_name_bytes = static_cast<std::uint32_t>(type_name.size())};
  char* text = static_cast<char*>(block) + sizeof(domain::TopicDescriptor);
  std::memcpy(text, topic.data(), topic.size());
  std::memcpy(text + topic.size(), type_name.data(), type_name.size());
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
      if (!other || other->topic != topic || other->type == own || participant.bury_if_dead(*peer)) continue;
      spdlog::error("carry: topic \"{}\" carries {} in process {}, but {} here; use one type, or another topic", topic, other->type.to_string(),
                    peer->pid(), own.to_string());
      return Errc::type_mismatch;
    }
  }
  return {};
}

}  // namespace carry::publish_subscribe::detail
