#pragma once

// Lines of the log. Of spdlog only the library that formats them is included here: what spdlog makes of one call takes seconds to compile.

#include <spdlog/tweakme.h>  // may choose the library of formats

#if defined(SPDLOG_USE_STD_FORMAT)
#error "carry's log wants a spdlog that formats with fmt: build it without SPDLOG_USE_STD_FORMAT"
#elif defined(SPDLOG_FMT_EXTERNAL)
#include <fmt/core.h>
#else
#include <spdlog/fmt/bundled/core.h>
#endif

namespace carry::platform {

enum class LogLevel { debug, info, warning, error };

/// Writes a line with the process's logger of spdlog that is called "carry", else with its default one. While static objects are destroyed, and spdlog
/// may be gone already, it is the last one. Topics and paths may have anything in them: the line is printable(). Never throws; nothing is written where
/// there is no logger, or no memory.
/// The line may be written with locks of carry's held: a sink must not use carry. Whoever publishes his log gives carry a logger of its own.
void write_log(LogLevel level, fmt::string_view format, fmt::format_args arguments) noexcept;

/// Has the log outlive static objects that are made after this call.
void keep_log();

template <class... Arguments>
void log_debug(fmt::format_string<Arguments...> format, Arguments&&... arguments) noexcept {
  write_log(LogLevel::debug, format, fmt::make_format_args(arguments...));
}
template <class... Arguments>
void log_info(fmt::format_string<Arguments...> format, Arguments&&... arguments) noexcept {
  write_log(LogLevel::info, format, fmt::make_format_args(arguments...));
}
template <class... Arguments>
void log_warning(fmt::format_string<Arguments...> format, Arguments&&... arguments) noexcept {
  write_log(LogLevel::warning, format, fmt::make_format_args(arguments...));
}
template <class... Arguments>
void log_error(fmt::format_string<Arguments...> format, Arguments&&... arguments) noexcept {
  write_log(LogLevel::error, format, fmt::make_format_args(arguments...));
}

}  // namespace carry::platform
