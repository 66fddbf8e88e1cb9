#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace carry::platform {

/// The name of a participant: 128 random bits, never used twice, so that a name can never mean a successor.
struct ParticipantId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend auto operator<=>(const ParticipantId&, const ParticipantId&) = default;

  /// A new id from the operating system's random source. Throws std::system_error where that gives nothing.
  static ParticipantId random();

  /// 32 lower-case hexadecimal digits, high part first.
  std::array<char, 32> digits() const noexcept;
  std::string to_string() const;

  /// The reverse of to_string(); nothing for any other text.
  static std::optional<ParticipantId> parse(std::string_view text) noexcept;
};

}  // namespace carry::platform
