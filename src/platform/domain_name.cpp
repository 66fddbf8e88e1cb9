#include "platform/domain_name.h"

#include <algorithm>

namespace carry::platform {

namespace {

constexpr std::size_t longest_name = 64;

// Not std::isalnum(), which asks the locale.
bool is_allowed(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

}  // namespace

bool is_domain_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= longest_name && name.front() != '.' && std::ranges::all_of(name, is_allowed);
}

}  // namespace carry::platform
