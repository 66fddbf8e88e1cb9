#pragma once

namespace carry {

// The only place that names the version: CMake reads these three lines.
inline constexpr int version_major = 0;
inline constexpr int version_minor = 1;
inline constexpr int version_patch = 0;

}  // namespace carry
