#include <carry/platform/participant_id.h>

namespace carry::platform {

namespace {

constexpr std::string_view hexadecimal = "0123456789abcdef";
constexpr std::size_t digits_per_word = 16;

}  // namespace

std::array<char, 2 * digits_per_word> ParticipantId::digits() const noexcept {
  std::array<char, 2 * digits_per_word> text;
  auto letter = text.begin();
  for (const std::uint64_t word : {high, low}) {
    for (int shift = 60; shift >= 0; shift -= 4) *letter++ = hexadecimal[(word >> shift) & 0xf];
  }
  return text;
}

std::string ParticipantId::to_string() const {
  const auto text = digits();
  return {text.data(), text.size()};
}

std::optional<ParticipantId> ParticipantId::parse(std::string_view text) noexcept {
  if (text.size() != 2 * digits_per_word) return std::nullopt;
  ParticipantId id;
  for (std::size_t i = 0; i != text.size(); ++i) {
    const std::size_t digit = hexadecimal.find(text[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    std::uint64_t& word = i < digits_per_word ? id.high : id.low;
    word = word << 4 | digit;
  }
  return id;
}

}  // namespace carry::platform
