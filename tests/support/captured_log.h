#pragma once

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <sstream>
#include <string>

namespace carry::test {

/// Keeps what is logged while it lives, to be looked at, instead of showing it.
class CapturedLog {
 public:
  CapturedLog() : before_(spdlog::default_logger()) {
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("captured", std::make_shared<spdlog::sinks::ostream_sink_mt>(stream_)));
  }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;
  ~CapturedLog() { spdlog::set_default_logger(before_); }

  std::string text() const { return stream_.str(); }

  /// As one line, to be said by a role.
  std::string line() const {
    std::string line = text();
    for (char& letter : line) {
      if (letter == '\n' || letter == '\r') letter = ' ';
    }
    return line;
  }

 private:
  std::ostringstream stream_;
  std::shared_ptr<spdlog::logger> before_;
};

}  // namespace carry::test
