#pragma once

#include <carry/platform/domain_directory.h>

#include <filesystem>
#include <string>
#include <system_error>

#include <unistd.h>

namespace carry::test {

/// A runtime directory of a test's own, on tmpfs; removed at the end.
class PrivateRuntime {
 public:
  PrivateRuntime() : path_("/dev/shm/carry-test-" + platform::ParticipantId::random().to_string()) { std::filesystem::create_directory(path_); }
  PrivateRuntime(const PrivateRuntime&) = delete;
  PrivateRuntime& operator=(const PrivateRuntime&) = delete;
  ~PrivateRuntime() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const noexcept { return path_; }
  std::string text() const { return path_.string(); }

  Result<platform::DomainDirectory> open(const std::string& domain = "test") const {
    return platform::DomainDirectory::open({.runtime_directory = text(), .domain = domain});
  }

  /// Where carry keeps what belongs to this user, and a domain.
  std::filesystem::path user_path() const { return path_ / ("carry-" + std::to_string(::geteuid())); }
  std::filesystem::path domain_path(const std::string& domain = "test") const { return user_path() / domain; }
  std::filesystem::path segment_path(platform::ParticipantId id) const { return domain_path() / (id.to_string() + ".segment"); }

 private:
  std::filesystem::path path_;
};

}  // namespace carry::test
