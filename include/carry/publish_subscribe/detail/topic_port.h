#pragma once

// What publishers and subscribers do alike: describe their topic in shared memory, and find out whether its ports agree on the type.

#include <carry/domain/participant.h>
#include <carry/domain/topic.h>

#include <string_view>

namespace carry::publish_subscribe::detail {

/// A port_id that was never used in this process.
std::uint64_t new_port_id() noexcept;

/// Errc::invalid_option, with a line in the log, if the name is empty or too long.
std::error_code check_topic_name(std::string_view topic);

/// Writes topic and type down for others. Empty: heap exhausted.
domain::PortBlock make_descriptor(domain::Participant& participant, std::string_view topic, const domain::TypeIdentity& type);

/// Errc::type_mismatch, naming both types in the log, if a live port of this topic has another type. `own_port_id` is passed over.
std::error_code check_type(domain::Participant& participant, std::string_view topic, const domain::TypeIdentity& type, std::uint64_t own_port_id);

}  // namespace carry::publish_subscribe::detail
