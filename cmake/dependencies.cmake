# What carry::carry needs: threads and spdlog.

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

# spdlog is an installed package, or (cross build from Linux) headers that the build stages from the host's packages.
if(CMAKE_CROSSCOMPILING AND EXISTS "${CMAKE_CURRENT_LIST_DIR}/stage_headers.cmake")
  include(cmake/stage_headers.cmake)
  set(carry_installed_spdlog spdlog::spdlog_header_only)
else()
  find_package(spdlog CONFIG REQUIRED)
  set(carry_installed_spdlog spdlog::spdlog)
endif()
