#pragma once

#include <cstdlib>
#include <string>

namespace carry::test {

/// Sets a variable of this process's environment; its children inherit it. Not while another thread may read the environment.
void set_environment(const char* name, const std::string& value);

/// How much of something a test does: what the variable says, or `otherwise`.
inline int setting(const char* name, int otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::atoi(value);
}

}  // namespace carry::test
