#pragma once

#include <spdlog/spdlog.h>

namespace carry::test {

/// Silences the log while a test provokes what carry would complain about.
class QuietLog {
 public:
  QuietLog() : before_(spdlog::get_level()) { spdlog::set_level(spdlog::level::off); }
  QuietLog(const QuietLog&) = delete;
  QuietLog& operator=(const QuietLog&) = delete;
  ~QuietLog() { spdlog::set_level(before_); }

 private:
  spdlog::level::level_enum before_;
};

}  // namespace carry::test
