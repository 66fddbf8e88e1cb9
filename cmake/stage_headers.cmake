# For cross builds: copies header-only libraries out of the host's packages into the build directory. The host's include
# directory itself must never be searched, it holds the headers of another system.

set(CARRY_HOST_INCLUDE_DIR /usr/include CACHE PATH "Where the host's packages put header-only libraries")

# carry_stage_headers(TARGET ENTRY...): an interface target for those files and directories; nothing if one is missing.
function(carry_stage_headers target)
  set(staged "${PROJECT_BINARY_DIR}/staged_headers/${target}")
  foreach(entry IN LISTS ARGN)
    if(NOT EXISTS "${CARRY_HOST_INCLUDE_DIR}/${entry}")
      message(STATUS "carry: no ${CARRY_HOST_INCLUDE_DIR}/${entry}: ${target} is not staged")
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

# carry_staged_spdlog: with fmt, both header-only. Where carry is the whole project, spdlog is a library of as much as carry's own programs use:
# header-only it costs each of their files nine seconds.
function(carry_stage_spdlog)
  carry_stage_headers(carry_staged_spdlog_headers spdlog fmt)
  if(NOT TARGET carry_staged_spdlog_headers)
    return()
  endif()
  if(PROJECT_IS_TOP_LEVEL)
    add_library(carry_staged_spdlog STATIC "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/staged_spdlog.cpp")
    target_compile_features(carry_staged_spdlog PRIVATE cxx_std_23)
    target_compile_definitions(carry_staged_spdlog PUBLIC SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL FMT_HEADER_ONLY)
    target_link_libraries(carry_staged_spdlog PUBLIC carry_staged_spdlog_headers)
  else()
    add_library(carry_staged_spdlog INTERFACE)
    target_compile_definitions(carry_staged_spdlog INTERFACE SPDLOG_HEADER_ONLY SPDLOG_FMT_EXTERNAL FMT_HEADER_ONLY)
    target_link_libraries(carry_staged_spdlog INTERFACE carry_staged_spdlog_headers)
  endif()
endfunction()

# Catch2::Catch2. Only Catch2 2 is header-only.
function(carry_stage_catch2)
  if(EXISTS "${CARRY_HOST_INCLUDE_DIR}/catch2/catch.hpp")
    carry_stage_headers(carry_staged_catch2 catch2)
    add_library(Catch2::Catch2 ALIAS carry_staged_catch2)
  endif()
endfunction()
