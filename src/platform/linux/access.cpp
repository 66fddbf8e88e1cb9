#include "platform/linux/access.h"

#include "platform/linux/system.h"
#include "platform/log.h"

#include <carry/error.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <vector>

#include <fcntl.h>
#include <grp.h>

namespace carry::platform::linux_system {

std::string Access::to_string() const { return group ? "group " + std::to_string(*group) : "uid " + std::to_string(user); }

std::string Access::directory_name() const { return group ? "carry-g-" + std::to_string(*group) : "carry-" + std::to_string(user); }

Result<gid_t> find_group(const std::string& group) {
  gid_t number = 0;
  const auto [end, error] = std::from_chars(group.data(), group.data() + group.size(), number);
  constexpr auto nobody = static_cast<gid_t>(-1);  // chown() takes it for "as it is".
  if (error == std::errc() && end == group.data() + group.size() && number != nobody) return number;
  constexpr std::size_t longest_entry = std::size_t{1} << 20;
  std::vector<char> buffer(4096);
  struct group entry{};
  struct group* found = nullptr;
  while (::getgrnam_r(group.c_str(), &entry, buffer.data(), buffer.size(), &found) == ERANGE && buffer.size() < longest_entry) {
    buffer.resize(2 * buffer.size());
  }
  if (found != nullptr) return found->gr_gid;
  platform::log_error("carry: this system knows no group \"{}\"; give the name or the number of one (CARRY_GROUP, DynamicBufferOptions::group)",
                      group);
  return failure(Errc::invalid_option);
}

bool is_member(gid_t group) {
  if (::geteuid() == 0 || ::getegid() == group) return true;
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
  const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
  return count > 0 && std::ranges::count(groups, group) != 0;
}

std::error_code set_mode(int directory, const char* name, mode_t mode) noexcept {
  struct stat status{};
  if (::fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return last_error();
  if ((status.st_mode & 07777u) == mode) return {};
  return ::fchmodat(directory, name, mode, AT_SYMLINK_NOFOLLOW) == 0 ? std::error_code() : last_error();
}

std::string owner_and_mode(const struct stat& status) {
  std::array<char, 80> text{};
  (void)std::snprintf(text.data(), text.size(), "it belongs to uid %u, gid %u and has mode %o", status.st_uid, status.st_gid,
                      status.st_mode & 07777u);
  return text.data();
}

}  // namespace carry::platform::linux_system
