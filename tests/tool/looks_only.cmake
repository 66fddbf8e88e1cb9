# `carry list` and `carry clean` look at a domain that is not there: they say so, and make nothing in the runtime directory.

string(RANDOM LENGTH 8 name)
set(runtime "${scratch}/runtime-${name}")
if(EXISTS /dev/shm AND NOT emulator)
  set(runtime "/dev/shm/carry-test-${name}")  # Linux wants tmpfs.
endif()
file(MAKE_DIRECTORY "${runtime}")
set(ENV{CARRY_RUNTIME_DIR} "${runtime}")
set(ENV{CARRY_DOMAIN} nobody)

set(failure "")
foreach(command list clean)
  execute_process(COMMAND ${emulator} "${tool}" ${command} RESULT_VARIABLE result OUTPUT_VARIABLE output)
  if(NOT result STREQUAL "0" OR NOT output MATCHES "no such domain: 0 participants")
    string(APPEND failure "carry ${command} ended with ${result} and said: ${output}\n")
  endif()
endforeach()
file(GLOB made "${runtime}/*")
if(made)
  string(APPEND failure "made: ${made}\n")
endif()

file(REMOVE_RECURSE "${runtime}")
if(failure)
  message(FATAL_ERROR "${failure}")
endif()
