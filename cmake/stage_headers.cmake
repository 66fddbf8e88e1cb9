# For cross builds: copies header-only libraries out of the host's packages into the build directory. The host's include
# directory itself must never be searched, it holds the headers of another system.
#
# Makes spdlog::spdlog (with fmt, both header-only), Catch2::Catch2 and carry_staged_asio, each if its headers are found.

set(CARRY_HOST_INCLUDE_DIR /usr/include CACHE PATH "Where the host's packages put header-only libraries")

# carry_stage_headers(TARGET ENTRY...): an interface target for those files and directories; nothing if one is missing.
function(carry_stage_headers target)
  set(staged "${CMAKE_BINARY_DIR}/staged_headers/${target}")
  foreach(entry IN LISTS ARGN)
    if(NOT EXISTS "${CARRY_HOST_INCLUDE_DIR}/${entry}")
      message(STATUS "No ${CARRY_HOST_INCLUDE_DIR}/${entry}: ${target} is not staged")
      return()
    endif()
  endforeach()
  foreach(entry IN LISTS ARGN)
    # Timestamps are kept, so that staging again rebuilds nothing.
    file(COPY "${CARRY_HOST_INCLUDE_DIR}/${entry}" DESTINATION "${staged}")
  endforeach()
  add_library(${target} INTERFACE IMPORTED GLOBAL)
  target_include_directories(${target} SYSTEM INTERFACE "${staged}")
endfunction()

carry_stage_headers(carry_staged_catch2 catch2)
carry_stage_headers(carry_staged_spdlog spdlog fmt)
carry_stage_headers(carry_staged_asio asio asio.hpp)

if(TARGET carry_staged_spdlog)
  target_compile_definitions(carry_staged_spdlog INTERFACE SPDLOG_HEADER_ONLY SPDLOG_FMT_EXTERNAL FMT_HEADER_ONLY)
  add_library(spdlog::spdlog ALIAS carry_staged_spdlog)
else()
  message(FATAL_ERROR "carry needs the headers of spdlog and fmt (Debian: libspdlog-dev, libfmt-dev)")
endif()
# Only Catch2 2 is header-only.
if(TARGET carry_staged_catch2 AND EXISTS "${CARRY_HOST_INCLUDE_DIR}/catch2/catch.hpp")
  add_library(Catch2::Catch2 ALIAS carry_staged_catch2)
endif()
if(TARGET carry_staged_asio)
  target_link_libraries(carry_staged_asio INTERFACE ws2_32 mswsock)
endif()
