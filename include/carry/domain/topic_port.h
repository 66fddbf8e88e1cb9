#pragma once

// What publishers and subscribers do alike: describe their topic in shared memory, and find out whether its ports agree on the type.

#include <carry/domain/participant.h>
#include <carry/domain/topic.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace carry::domain {

/// A port_id that was never used in this process.
std::uint64_t new_port_id() noexcept;

/// Errc::invalid_option, with a line in the log, if the name is empty or too long.
std::error_code check_topic_name(std::string_view topic);

/// The topic whose ports are the ends of notifications with that id: no topic of messages.
std::string notification_topic(std::string_view id);

/// Writes topic and type down for others. Empty: heap exhausted.
PortBlock make_descriptor(Participant& participant, std::string_view topic, const TypeIdentity& type);

/// Errc::type_mismatch, with a line in the log that says what differs, if a live port of this topic has another type. `own_port_id` is passed over.
std::error_code check_type(Participant& participant, std::string_view topic, const TypeIdentity& type, std::uint64_t own_port_id);

/// How many ports of that kind and type the topic has in live processes.
std::size_t count_ports(Participant& participant, PortKind kind, std::string_view topic, const TypeIdentity& type);

}  // namespace carry::domain
