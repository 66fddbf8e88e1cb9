#pragma once

// A concession to the founding API, for which these names are usable at global scope after any of its headers: the literals of std::chrono
// (`0ms`), std::string, std::string_view, std::error_code, and spdlog::set_level. Nothing else leaks.

#include <spdlog/spdlog.h>

#include <chrono>
#include <string>
#include <string_view>
#include <system_error>

using namespace std::chrono_literals;  // NOLINT(google-global-names-in-headers): see above
