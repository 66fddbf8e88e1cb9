#include <carry/utils/printable.h>

#include <cstddef>

namespace carry::utils {

namespace {

/// How many bytes continue a letter of UTF-8 that begins so.
int continuations(unsigned char first) noexcept {
  if (first >= 0xf0) return 3;
  if (first >= 0xe0) return 2;
  return first >= 0xc0 ? 1 : 0;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string shown(text);
  int awaited = 0;
  for (std::size_t at = 0; at != shown.size(); ++at) {
    const auto byte = static_cast<unsigned char>(shown[at]);
    const bool continues = (byte & 0xc0u) == 0x80;
    if (awaited != 0 && continues) {
      --awaited;
      if (shown[at - 1] == '\xc2' && byte < 0xa0) shown[at - 1] = shown[at] = '?';
      continue;
    }
    awaited = continuations(byte);
    if (byte < ' ' || byte == 0x7f || continues) shown[at] = '?';
  }
  return shown;
}

}  // namespace carry::utils
