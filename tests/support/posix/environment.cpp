#include "support/environment.h"

#include <stdlib.h>

namespace carry::test {

void set_environment(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }

}  // namespace carry::test
