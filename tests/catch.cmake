# Catch2, as a package (2 or 3), or as a header that the cross build stages.
if(NOT CMAKE_CROSSCOMPILING)
  find_package(Catch2 REQUIRED)
endif()

if(Catch2_VERSION VERSION_GREATER_EQUAL 3)
  set(carry_catch_fail_on_nothing "")
  set(carry_catch_allow_nothing --allow-running-no-tests)
else()
  set(carry_catch_fail_on_nothing --warn NoTests)
  set(carry_catch_allow_nothing "")
endif()

# What all test programs share, compiled once: the main function with Catch2's implementation, support/, and the headers of all of them.
carry_glob(support_sources support/*.cpp)
add_library(carry_test_support OBJECT main/main.cpp ${support_sources})
target_link_libraries(carry_test_support PUBLIC carry::carry Catch2::Catch2)
target_include_directories(carry_test_support PUBLIC ${CMAKE_CURRENT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/src)
carry_compile_test(carry_test_support)
carry_cache_precompiled_headers(carry_test_support)
target_precompile_headers(carry_test_support PRIVATE
  support/catch.h <algorithm> <array> <atomic> <chrono> <filesystem> <functional> <map> <memory> <mutex> <optional> <span> <string> <thread> <vector>
  <spdlog/spdlog.h> <carry/carry.h> <carry/container/string.h> <carry/container/vector.h> <carry/publish_subscribe/publisher.h>
  <carry/publish_subscribe/subscriber.h>
)
set_source_files_properties(main/main.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)  # It makes Catch2's implementation of its headers.
if(NOT MSVC)
  # The slowest file to compile, with nothing to measure or to find in it.
  # Not -O0 on Windows: it makes 24,000 sections instead of 2500, and ld 2.40 takes 20 s for them in each program.
  set_source_files_properties(main/main.cpp PROPERTIES COMPILE_OPTIONS "$<IF:$<BOOL:${WIN32}>,-O1,-O0>;-g0;-fno-sanitize=all")
endif()

# carry_add_catch_program(NAME SOURCE... [PRECOMPILED HEADER...]): those headers in place of the ones of all programs.
function(carry_add_catch_program name)
  cmake_parse_arguments(PARSE_ARGV 1 own "" "" PRECOMPILED)
  add_executable(${name} ${own_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE carry_test_support)
  carry_compile_test(${name})
  add_dependencies(carry_all_tests ${name})
  carry_cache_precompiled_headers(${name})
  if(own_PRECOMPILED)
    target_precompile_headers(${name} PRIVATE ${own_PRECOMPILED})
  else()
    target_precompile_headers(${name} REUSE_FROM carry_test_support)
  endif()
endfunction()
