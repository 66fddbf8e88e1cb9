#pragma once

#include <carry/platform/domain_directory.h>

#include <filesystem>
#include <string>
#include <system_error>

namespace carry::test {

/// A runtime directory of a test's own; removed at the end.
class PrivateRuntime {
 public:
  /// `prefix`: UTF-8. Beyond ASCII it survives neither as a program's argument nor in the narrow environment.
  explicit PrivateRuntime(std::u8string prefix = u8"carry-test-")
      : path_(std::filesystem::temp_directory_path() / (prefix + as_u8(platform::ParticipantId::random().to_string()))) {
    std::filesystem::create_directory(path_);
  }
  PrivateRuntime(const PrivateRuntime&) = delete;
  PrivateRuntime& operator=(const PrivateRuntime&) = delete;
  ~PrivateRuntime() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const noexcept { return path_; }

  std::string text() const {
    const std::u8string text = path_.u8string();
    return {text.begin(), text.end()};
  }

  Result<platform::DomainDirectory> open(const std::string& domain = "test") const {
    return platform::DomainDirectory::open({.runtime_directory = text(), .domain = domain});
  }

 private:
  static std::u8string as_u8(const std::string& text) { return {text.begin(), text.end()}; }

  std::filesystem::path path_;
};

}  // namespace carry::test
