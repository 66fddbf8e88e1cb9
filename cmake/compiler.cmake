# How carry's own targets are compiled. Nothing here reaches the users of carry::carry.

if(PROJECT_IS_TOP_LEVEL AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(CARRY_CCACHE ccache)
  if(CARRY_CCACHE)
    # The sloppiness that precompiled headers need; nothing in carry uses __DATE__ or __TIME__.
    set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CARRY_CCACHE}
    )
  endif()
endif()

function(carry_compile target)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  if(WIN32)
    # As in mingw-toolchain.cmake; a project around carry may have a toolchain of its own.
    target_compile_definitions(${target} PRIVATE _WIN32_WINNT=0x0A00 WINVER=0x0A00 NOMINMAX WIN32_LEAN_AND_MEAN)
  endif()
  if(MSVC)
    target_compile_options(${target} PRIVATE /utf-8 /permissive- /Zc:__cplusplus /Zc:preprocessor /EHsc /bigobj)
  endif()
  if(NOT CARRY_WARNINGS)
    return()
  endif()
  if(MSVC)
    target_compile_options(${target} PRIVATE /W4)
  else()
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # libstdc++ 12's std::stable_sort and std::inplace_merge call what it has deprecated itself.
    target_compile_options(${target} PRIVATE -Wno-deprecated-declarations)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # False positive of g++ 12 on "literal" + std::string.
    target_compile_options(${target} PRIVATE -Wno-restrict)
  endif()
endfunction()

# Precompiled headers, which ccache is to keep.
function(carry_cache_precompiled_headers target)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -fpch-preprocess)
  elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  endif()
endfunction()

# Half of the time that a file of carry takes goes into the standard library's headers. Projects around carry may have a compiler cache that does not
# take this well; and without it each file shows that it includes what it needs.
function(carry_precompile_standard_headers target)
  if(CARRY_PRECOMPILED_HEADERS)
    carry_cache_precompiled_headers(${target})
    target_precompile_headers(${target} PRIVATE <algorithm> <atomic> <chrono> <functional> <memory> <mutex> <optional> <span> <string> <vector>)
  endif()
endfunction()

# Test programs are compiled with the flags of CARRY_TEST_FLAGS behind the others: carry itself as users build it, its tests so that it takes less time.
set(CARRY_TEST_FLAGS "" CACHE STRING "Options for the compiler, for test programs only")
separate_arguments(carry_test_flags NATIVE_COMMAND "${CARRY_TEST_FLAGS}")
function(carry_compile_test target)
  carry_compile(${target})
  target_compile_options(${target} PRIVATE ${carry_test_flags})
  set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)  # Their anonymous namespaces have names in common.
endfunction()
