#include <carry/ensure.h>

#include <cstdio>
#include <cstdlib>

namespace carry {

void report_broken_rule(const char* what, const std::source_location& where) noexcept {
  std::fprintf(stderr, "carry: %s (%s:%lu, %s)\n", what, where.file_name(), static_cast<unsigned long>(where.line()), where.function_name());
  std::abort();
}

}  // namespace carry
