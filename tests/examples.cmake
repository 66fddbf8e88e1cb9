# Runs the examples, each in a domain of its own.

foreach(program asio_server_server pinned_poll_poll poll_host_host deadline_monitor backpressure_backpressure)
  if(TARGET ${program})
    set(arguments "")
    if(program MATCHES "^asio_")
      set(arguments --try)
    endif()
    add_test(NAME example.${program} COMMAND ${program} ${arguments})
    set_tests_properties(example.${program} PROPERTIES TIMEOUT 60 LABELS program ENVIRONMENT "CARRY_DOMAIN=example-${program}")
  endif()
endforeach()
if(TARGET pipeline_stage)
  add_test(NAME example.pipeline COMMAND ${CMAKE_COMMAND} -D "stage=$<TARGET_FILE:pipeline_stage>" -D "emulator=${CMAKE_CROSSCOMPILING_EMULATOR}"
  -P "${PROJECT_SOURCE_DIR}/examples/03_pipeline/run.cmake"
  )
  set_tests_properties(example.pipeline PROPERTIES TIMEOUT 60 LABELS program ENVIRONMENT "CARRY_DOMAIN=example-pipeline")
endif()
