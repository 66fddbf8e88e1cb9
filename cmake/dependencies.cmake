# What carry::carry needs: threads and spdlog.

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

# spdlog, installed as a package, or (cross build from Linux) as headers that the build stages from the host's packages.
if(CMAKE_CROSSCOMPILING AND EXISTS "${CMAKE_CURRENT_LIST_DIR}/stage_headers.cmake")
  include(cmake/stage_headers.cmake)
endif()
if(NOT TARGET carry_spdlog)
  find_package(spdlog CONFIG REQUIRED)
endif()
