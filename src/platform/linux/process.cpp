#include <carry/platform/process.h>

#include "platform/linux/system.h"

#include <array>
#include <charconv>
#include <string>
#include <string_view>

#include <fcntl.h>

namespace carry::platform {

namespace {

/// Field 22 of /proc/self/stat, clock ticks since boot. The command's name, field 2, may hold anything, so counting starts behind its last ')'.
std::uint64_t start_time() noexcept {
  const CancellationDeferred deferred;
  const auto file = linux_system::open_at(AT_FDCWD, "/proc/self/stat", O_RDONLY | O_CLOEXEC);
  std::array<char, 1024> buffer{};  // The line has about 300 characters, and comes in one piece.
  const ssize_t size = file ? ::read(file.get(), buffer.data(), buffer.size()) : 0;
  const std::string_view text(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  std::size_t place = text.rfind(')');
  for (int field = 2; field != 22 && place != std::string_view::npos; ++field) place = text.find(' ', place + 1);
  std::uint64_t ticks = 0;
  if (place != std::string_view::npos) std::from_chars(text.data() + place + 1, text.data() + text.size(), ticks);
  return ticks;
}

}  // namespace

ProcessIdentity current_process() noexcept { return {.pid = static_cast<std::uint64_t>(::getpid()), .start_time = start_time()}; }

const char* current_user() noexcept {
  static const std::string text = "uid " + std::to_string(::geteuid());
  return text.c_str();
}

}  // namespace carry::platform
