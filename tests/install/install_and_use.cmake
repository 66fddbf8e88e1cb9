# Installs the build tree `build` into `scratch`/prefix; configures, builds and tests the consumer against that.

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE "${scratch}")
run("${CMAKE_COMMAND}" --install "${build}" --prefix "${scratch}/prefix")
foreach(file carry_printers.py carry_memory.py)
  file(GLOB_RECURSE found "${scratch}/prefix/*/carry/gdb/${file}")
  if(NOT found)
    message(FATAL_ERROR "${file} was not installed")
  endif()
endforeach()
run("${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}" -B "${scratch}/build" -G "${generator}"
  -D "CMAKE_CXX_COMPILER=${compiler}" -D "CMAKE_PREFIX_PATH=${scratch}/prefix" -D "CMAKE_BUILD_TYPE=${configuration}"
)
run("${CMAKE_COMMAND}" --build "${scratch}/build" --config "${configuration}")
run("${CMAKE_CTEST_COMMAND}" --test-dir "${scratch}/build" -C "${configuration}" --output-on-failure --no-tests=error)
