// The smallest user of carry as a subdirectory. It logs, so that spdlog must be the one carry was built with.

#include <carry/error.h>

#include <spdlog/spdlog.h>

#if defined(EXPECT_PARENT_SPDLOG) && !defined(PARENT_SPDLOG)
#error "carry brought a spdlog other than its parent's"
#endif

int main() {
  const std::error_code error = carry::Errc::timeout;
  spdlog::info("carry says: {}", error.message());
  return error == std::errc::timed_out ? 0 : 1;
}
