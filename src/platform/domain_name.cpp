#include "platform/domain_name.h"

#include <algorithm>
#include <cstdlib>

namespace carry::platform {

bool is_domain_name(std::string_view name) noexcept {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'; };
  return !name.empty() && name.size() <= 64 && name.front() != '.' && std::ranges::all_of(name, allowed);
}

std::string setting(const std::string& option, const char* variable, std::string_view otherwise) {
  if (!option.empty()) return option;
  const char* value = std::getenv(variable);
  return std::string(value != nullptr && *value != '\0' ? std::string_view(value) : otherwise);
}

}  // namespace carry::platform
