# Configures, builds, tests and installs the parent project in `scratch`; without a build type, because that compiles fastest.

# carry is compiled in both ways: as fast as can be, and so that each file shows that it includes what it needs.
set(fast OFF)
if(spdlog STREQUAL "own")
  set(fast ON)
endif()

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE "${scratch}")
run("${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}" -B "${scratch}/build" -G "${generator}" -D "spdlog=${spdlog}" -D "carry=${carry}"
  -D "CMAKE_CXX_COMPILER=${compiler}" -D CARRY_PRECOMPILED_HEADERS=${fast} -D CMAKE_UNITY_BUILD=${fast} -D "CMAKE_TOOLCHAIN_FILE=${toolchain}"
  -D "CMAKE_CXX_COMPILER_LAUNCHER=${launcher}" -D "CARRY_HOST_INCLUDE_DIR=${host_headers}"
)
run("${CMAKE_COMMAND}" --build "${scratch}/build" --config "${configuration}")
run("${CMAKE_CTEST_COMMAND}" --test-dir "${scratch}/build" -C "${configuration}" --output-on-failure --no-tests=error)

# carry's files are installed with the parent only if it asks for that: CARRY_INSTALL.
run("${CMAKE_COMMAND}" --install "${scratch}/build" --config "${configuration}" --prefix "${scratch}/prefix")
file(GLOB_RECURSE installed RELATIVE "${scratch}/prefix" "${scratch}/prefix/*")
if(NOT installed MATCHES "^bin/use(\\.exe)?$")
  message(FATAL_ERROR "installed with the parent: ${installed}")
endif()
