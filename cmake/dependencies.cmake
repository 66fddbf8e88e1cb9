# What carry::carry needs: threads and spdlog. The targets of a project that uses carry by add_subdirectory are taken as they are.

find_package(Threads REQUIRED)

# carry_spdlog: the target. carry_installed_spdlog: its name in the package that an installed carry asks for.
set(carry_spdlog spdlog::spdlog)
set(carry_installed_spdlog spdlog::spdlog)
if(NOT TARGET spdlog::spdlog)
  find_package(spdlog CONFIG QUIET)
endif()
if(NOT TARGET spdlog::spdlog AND CMAKE_CROSSCOMPILING AND WIN32)
  include("${CMAKE_CURRENT_LIST_DIR}/stage_headers.cmake")
  carry_stage_spdlog()
  # Under a name of its own: a project around carry may still find or make spdlog::spdlog.
  set(carry_spdlog carry_staged_spdlog)
  set(carry_installed_spdlog spdlog::spdlog_header_only)
endif()
if(NOT TARGET ${carry_spdlog})
  set(hint "Install it (Debian: libspdlog-dev), name its place in CMAKE_PREFIX_PATH, or make the target spdlog::spdlog before carry is added")
  if(CMAKE_CROSSCOMPILING AND WIN32)
    string(APPEND hint "; here the headers of spdlog and fmt (Debian: libspdlog-dev, libfmt-dev) in CARRY_HOST_INCLUDE_DIR are enough")
  endif()
  message(FATAL_ERROR "carry needs spdlog, which was not found. ${hint}.")
endif()
