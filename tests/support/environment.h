#pragma once

#include <string>

namespace carry::test {

/// Sets a variable of this process's environment; its children inherit it. Not while another thread may read the environment.
void set_environment(const char* name, const std::string& value);

}  // namespace carry::test
