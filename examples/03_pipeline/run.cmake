# The three stages at once, as a shell would start them. What they log goes nowhere: CMake connects the output of each command to the next one, which
# may have ended and would end the writer.
if(DEFINED name)
  execute_process(COMMAND ${emulator} "${stage}" ${name} OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
  return()
endif()

foreach(each viewer filter camera)
  list(APPEND commands COMMAND "${CMAKE_COMMAND}" -D "name=${each}" -D "stage=${stage}" -D "emulator=${emulator}" -P "${CMAKE_CURRENT_LIST_FILE}")
endforeach()
execute_process(${commands} COMMAND_ERROR_IS_FATAL ANY)
