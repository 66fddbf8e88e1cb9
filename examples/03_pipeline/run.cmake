# The three stages at once, as a shell would start them.
execute_process(
  COMMAND ${emulator} "${stage}" camera
  COMMAND ${emulator} "${stage}" filter
  COMMAND ${emulator} "${stage}" viewer
  COMMAND_ERROR_IS_FATAL ANY
)
