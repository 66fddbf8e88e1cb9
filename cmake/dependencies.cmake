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
endif()
if(NOT TARGET ${carry_spdlog})
  set(hint "Install it (Debian: libspdlog-dev), name its place in CMAKE_PREFIX_PATH, or make the target spdlog::spdlog before carry is added")
  if(CMAKE_CROSSCOMPILING AND WIN32)
    string(APPEND hint "; here the headers of spdlog and fmt (Debian: libspdlog-dev, libfmt-dev) in CARRY_HOST_INCLUDE_DIR are enough")
  endif()
  message(FATAL_ERROR "carry needs spdlog, which was not found. ${hint}.")
endif()

# carry_liburing: the library of the io_uring driver, if carry is to have one.
set(CARRY_IO_URING AUTO CACHE STRING "Whether carry's loop can use io_uring, by liburing: ON, OFF, or AUTO: if liburing is there")
set(carry_liburing "")
if(CARRY_IO_URING AND CMAKE_SYSTEM_NAME STREQUAL "Linux")
  find_path(CARRY_LIBURING_INCLUDE_DIR liburing.h)
  find_library(CARRY_LIBURING_LIBRARY uring)
  mark_as_advanced(CARRY_LIBURING_INCLUDE_DIR CARRY_LIBURING_LIBRARY)
  if(CARRY_LIBURING_INCLUDE_DIR AND CARRY_LIBURING_LIBRARY)
    set(carry_liburing "${CARRY_LIBURING_LIBRARY}")
  elseif(NOT CARRY_IO_URING STREQUAL "AUTO")
    message(FATAL_ERROR "CARRY_IO_URING is ON, but liburing was not found. Install it (Debian: liburing-dev), or name its place in CMAKE_PREFIX_PATH.")
  endif()
endif()
