#include <carry/utils/printable.h>

#include <algorithm>
#include <cstddef>

namespace carry::utils {

namespace {

bool is_between(unsigned char first, unsigned char byte, unsigned char last) noexcept { return first <= byte && byte <= last; }

/// How many bytes the letter has that `text` begins with. 0: it begins with none. What is well-formed: Unicode Standard, table 3-7.
std::size_t letter_bytes(std::string_view text) noexcept {
  const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : static_cast<unsigned char>(0); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  if (is_between(0xc2, first, 0xdf)) return is_between(0x80, byte(1), 0xbf) ? 2 : 0;
  const bool has_third = is_between(0x80, byte(2), 0xbf);
  if (is_between(0xe0, first, 0xef)) {
    const bool has_second = is_between(first == 0xe0 ? 0xa0 : 0x80, byte(1), first == 0xed ? 0x9f : 0xbf);
    return has_second && has_third ? 3 : 0;
  }
  if (is_between(0xf0, first, 0xf4)) {
    const bool has_second = is_between(first == 0xf0 ? 0x90 : 0x80, byte(1), first == 0xf4 ? 0x8f : 0xbf);
    return has_second && has_third && is_between(0x80, byte(3), 0xbf) ? 4 : 0;
  }
  return 0;
}

bool is_control(std::string_view letter) noexcept {
  const auto last = static_cast<unsigned char>(letter.back());
  if (letter.size() == 1) return last < ' ' || last == 0x7f;
  return letter.size() == 2 && letter.front() == '\xc2' && last < 0xa0;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t bytes = letter_bytes(text);
    const std::string_view letter = text.substr(0, std::max<std::size_t>(bytes, 1));
    if (bytes == 0 || is_control(letter)) shown += '?';
    else shown += letter;
    text.remove_prefix(letter.size());
  }
  return shown;
}

}  // namespace carry::utils
