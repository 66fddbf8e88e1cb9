#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <sched.h>
#include <sys/mount.h>

namespace carry::test {

/// Mounts a tmpfs that this process alone sees. False if the system does not allow it.
inline bool mount_own_tmpfs(const std::string& path, const char* options) {
  return ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("tmpfs", path.c_str(), "tmpfs", 0, options) == 0;
}

/// An empty directory, removed at the end.
class MountPoint {
 public:
  MountPoint() : path_((std::filesystem::temp_directory_path() / "carry-test-XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp");
  }
  MountPoint(const MountPoint&) = delete;
  MountPoint& operator=(const MountPoint&) = delete;
  ~MountPoint() { std::filesystem::remove_all(path_); }

  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

}  // namespace carry::test
