#pragma once

#include <carry/platform/participant_id.h>

#include <cstddef>
#include <span>
#include <string>
#include <system_error>

namespace carry::domain {

/// Whether that memory, of another process, begins with a header by which the rest may be read. Each word is read once.
/// Errors: Errc::malformed_segment, Errc::incompatible_version.
std::error_code check_header(std::span<const std::byte> segment, platform::ParticipantId id) noexcept;

/// For people, of a segment that is refused for its version: which one it has, and which one this program.
std::string describe_versions(std::span<const std::byte> segment);

}  // namespace carry::domain
