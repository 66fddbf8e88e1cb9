#pragma once

#include <carry/platform/thread.h>

#include <spdlog/spdlog.h>

#include <memory>
#include <utility>

namespace carry::platform {

/// The process's default logger of spdlog; while static objects are destroyed, and spdlog may be gone already, the last one. Null: the process has none.
std::shared_ptr<spdlog::logger> current_logger();

/// Writes a line of the log. Never throws; nothing is written where there is no logger, or no memory.
/// The line may be written with locks of carry's held: a sink must not use carry.
template <class... Arguments>
void log(spdlog::level::level_enum level, spdlog::format_string_t<Arguments...> format, Arguments&&... arguments) noexcept {
  const CancellationDeferred deferred;
  try {
    if (const auto logger = current_logger()) logger->log(level, format, std::forward<Arguments>(arguments)...);
  } catch (...) {
    return;  // Nothing that carry does depends on its log.
  }
}

template <class... Arguments>
void log_debug(spdlog::format_string_t<Arguments...> format, Arguments&&... arguments) noexcept {
  log<Arguments...>(spdlog::level::debug, format, std::forward<Arguments>(arguments)...);
}
template <class... Arguments>
void log_info(spdlog::format_string_t<Arguments...> format, Arguments&&... arguments) noexcept {
  log<Arguments...>(spdlog::level::info, format, std::forward<Arguments>(arguments)...);
}
template <class... Arguments>
void log_warning(spdlog::format_string_t<Arguments...> format, Arguments&&... arguments) noexcept {
  log<Arguments...>(spdlog::level::warn, format, std::forward<Arguments>(arguments)...);
}
template <class... Arguments>
void log_error(spdlog::format_string_t<Arguments...> format, Arguments&&... arguments) noexcept {
  log<Arguments...>(spdlog::level::err, format, std::forward<Arguments>(arguments)...);
}

}  // namespace carry::platform
