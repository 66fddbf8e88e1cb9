# Builds `exchange` with another compiler, and lets it and `own` exchange messages, each in each role.

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

run("${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}" -B "${scratch}" -G "${generator}" -D "carry=${carry}" -D "CMAKE_CXX_COMPILER=${compiler}"
  -D "CMAKE_CXX_COMPILER_LAUNCHER=${launcher}" -D CARRY_PRECOMPILED_HEADERS=ON -D CMAKE_UNITY_BUILD=ON -D "EXECUTABLE_OUTPUT_PATH=${scratch}/bin"
)
run("${CMAKE_COMMAND}" --build "${scratch}" --target exchange)
set(other "${scratch}/bin/exchange")

execute_process(COMMAND "${own}" describe OUTPUT_VARIABLE own_types COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${other}" describe OUTPUT_VARIABLE other_types COMMAND_ERROR_IS_FATAL ANY)
if(NOT own_types STREQUAL other_types)
  message(FATAL_ERROR "the compilers describe types differently:\n${own_types}and\n${other_types}")
endif()
message(STATUS "both describe:\n${own_types}")

string(RANDOM LENGTH 12 domain)
set(ENV{CARRY_DOMAIN} "compilers-${domain}")
foreach(pair "own;other" "other;own")
  list(GET pair 0 publisher)
  list(GET pair 1 subscriber)
  # Both at the same time. The one's output is the other's input, which nobody reads or writes.
  execute_process(COMMAND "${${publisher}}" publish COMMAND "${${subscriber}}" receive RESULTS_VARIABLE results TIMEOUT 120)
  if(NOT results STREQUAL "0;0")
    message(FATAL_ERROR "${publisher} to ${subscriber}: ${results}")
  endif()
endforeach()
