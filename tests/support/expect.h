#pragma once

#include "support/child_process.h"

#include <string>

namespace carry::test {

/// In a role, which has no test framework: says what should have been and is not. The test looks for a line that the role says in the end.
inline void expect(bool condition, const std::string& what) {
  if (!condition) say("not so: " + what);
}

}  // namespace carry::test
