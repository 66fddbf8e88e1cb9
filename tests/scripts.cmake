# Tests that are scripts: what must not compile, and the models of the protocols.

if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/compile_fail/run.sh")
  add_test(NAME compile_fail COMMAND bash "${CMAKE_CURRENT_SOURCE_DIR}/compile_fail/run.sh")
  set_tests_properties(compile_fail PROPERTIES TIMEOUT 900 LABELS style PROCESSORS 2 ENVIRONMENT "CXX=${CMAKE_CXX_COMPILER}")
endif()

if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/models/run.sh")
  foreach(checker spin genmc)
    find_program(CARRY_${checker} ${checker})
    if(CARRY_${checker})
      add_test(NAME models.${checker} COMMAND bash "${CMAKE_CURRENT_SOURCE_DIR}/models/run.sh" ${checker})
      set_tests_properties(models.${checker} PROPERTIES TIMEOUT 1200 LABELS model COST 1000 PROCESSORS 2)  # COST: what takes longest begins first
    endif()
  endforeach()
endif()
