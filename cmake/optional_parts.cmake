# Parts that need packages which carry itself does not need. ON: build them, a missing package is an error. OFF: leave them out.
# AUTO: build what the packages there are allow, and say what is left out.

# carry_optional_part(OPTION WHAT): AUTO where carry is the top-level project, else OFF.
function(carry_optional_part option what)
  set(default OFF)
  if(PROJECT_IS_TOP_LEVEL)
    set(default AUTO)
  endif()
  set(${option} ${default} CACHE STRING "Build ${what}: ON, OFF, or AUTO (as far as the packages are there)")
  set_property(CACHE ${option} PROPERTY STRINGS AUTO ON OFF)
endfunction()

# carry_left_out(OPTION WHAT PACKAGE DEBIAN_PACKAGE): the package was not found.
function(carry_left_out option what package debian_package)
  string(TOUPPER "${${option}}" value)
  if(value STREQUAL "AUTO")
    message(STATUS "carry: no ${package} (Debian: ${debian_package}): ${what} are not built")
  else()
    message(FATAL_ERROR "carry: ${option}=${value} needs ${package} (Debian: ${debian_package}), which was not found; "
      "AUTO leaves ${what} out.")
  endif()
endfunction()

function(carry_find_catch2)
  if(NOT TARGET Catch2::Catch2)
    find_package(Catch2 QUIET)
  endif()
  if(NOT TARGET Catch2::Catch2 AND CMAKE_CROSSCOMPILING AND WIN32)
    include("${PROJECT_SOURCE_DIR}/cmake/stage_headers.cmake")
    carry_stage_catch2()
  endif()
  if(NOT TARGET Catch2::Catch2)
    carry_left_out(CARRY_BUILD_TESTS "the tests" "Catch2" catch2)
  endif()
endfunction()
