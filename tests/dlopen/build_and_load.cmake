# Builds host and plugins in `scratch`, with carry as a library of `kind`, and runs all scenarios: plugins stay loaded, and nothing of the domain is left.

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

set(shared_libraries OFF)
if(kind STREQUAL "shared")
  set(shared_libraries ON)
endif()
run("${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}" -B "${scratch}" -G "${generator}" -D "carry=${carry}" -D "CMAKE_CXX_COMPILER=${compiler}"
  -D "CMAKE_CXX_COMPILER_LAUNCHER=${launcher}" -D CARRY_PRECOMPILED_HEADERS=ON -D CMAKE_UNITY_BUILD=ON -D "BUILD_SHARED_LIBS=${shared_libraries}"
)
run("${CMAKE_COMMAND}" --build "${scratch}")

string(RANDOM LENGTH 12 name)
set(ENV{CARRY_DOMAIN} "dlopen-${name}")
set(ENV{CARRY_RUNTIME_DIR})  # the default, where `left` is looked for
foreach(scenario again thread fork fault read)
  execute_process(COMMAND "${scratch}/host" ${scenario} "${scratch}/plugin.so" "${scratch}/other_plugin.so"
    OUTPUT_VARIABLE output RESULT_VARIABLE result TIMEOUT 60
  )
  if(NOT result EQUAL 0)
    message(SEND_ERROR "${scenario}: ${result}")
  elseif(NOT output MATCHES "^(stays\n)+$")
    message(SEND_ERROR "${scenario}: a plugin did not stay loaded:\n${output}")
  endif()
  file(GLOB left "/dev/shm/carry-*/dlopen-${name}")
  if(left)
    message(SEND_ERROR "${scenario}: left ${left}")
  endif()
endforeach()
