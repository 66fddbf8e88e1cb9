# The programs in the spelling of the founding API: the same code in two translation units and in one. They are built and
# run in the build tree and again against the installed package.
function(carry_add_founding_programs folder)
  if(NOT EXISTS "${folder}/program.cpp")
    return()
  endif()
  add_executable(founding_two_units "${folder}/program.cpp" "${folder}/callback.cpp")
  add_executable(founding_one_unit "${folder}/one_unit.cpp")
  foreach(program founding_two_units founding_one_unit)
    target_link_libraries(${program} PRIVATE carry::carry)
    set_target_properties(${program} PROPERTIES CXX_EXTENSIONS OFF UNITY_BUILD OFF)
    add_test(NAME ${program} COMMAND ${program})
    string(RANDOM LENGTH 8 domain)  # its own: they use one topic, and may run at once
    set_tests_properties(${program} PROPERTIES TIMEOUT 60 LABELS program ENVIRONMENT "CARRY_DOMAIN=founding-${domain}")
  endforeach()
endfunction()
