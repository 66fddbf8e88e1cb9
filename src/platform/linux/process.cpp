#include <carry/platform/process.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <string>

#include <unistd.h>

namespace carry::platform {

namespace {

/// Field 22 of /proc/self/stat, clock ticks since boot. The command's name, field 2, may hold anything, so counting starts behind its last ')'.
std::uint64_t start_time() {
  std::ifstream file("/proc/self/stat");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::size_t place = text.rfind(')');
  for (int field = 2; field != 22 && place != std::string::npos; ++field) place = text.find(' ', place + 1);
  std::uint64_t ticks = 0;
  if (place != std::string::npos) std::from_chars(text.data() + place + 1, text.data() + text.size(), ticks);
  return ticks;
}

}  // namespace

ProcessIdentity current_process() noexcept {
  ProcessIdentity identity{.pid = static_cast<std::uint64_t>(::getpid())};
  try {
    identity.start_time = start_time();
  } catch (...) {  // out of memory: the pid alone is for messages too
  }
  return identity;
}

const char* current_user() noexcept {
  static const std::string text = "uid " + std::to_string(::geteuid());
  return text.c_str();
}

}  // namespace carry::platform
