#include "support/environment.h"

#include "platform/windows/system.h"

#include <stdlib.h>

namespace carry::test {

void set_environment(const char* name, const std::string& value) {
  // The run-time library's copy, and with it the one of the system, which children inherit.
  _wputenv_s(platform::windows::to_wide(name).c_str(), platform::windows::to_wide(value).c_str());
}

}  // namespace carry::test
