include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(carry_cmake_dir "${CMAKE_INSTALL_LIBDIR}/cmake/carry")

install(TARGETS carry EXPORT carryTargets FILE_SET HEADERS)
install(EXPORT carryTargets NAMESPACE carry:: DESTINATION "${carry_cmake_dir}")

configure_package_config_file(
  "${CMAKE_CURRENT_LIST_DIR}/carryConfig.cmake.in" "${PROJECT_BINARY_DIR}/carryConfig.cmake"
  INSTALL_DESTINATION "${carry_cmake_dir}"
  NO_SET_AND_CHECK_MACRO
)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/carryConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/tools/gdb/" DESTINATION "${CMAKE_INSTALL_DATADIR}/carry/gdb" FILES_MATCHING PATTERN *.py)
install(
  FILES "${PROJECT_BINARY_DIR}/carryConfig.cmake" "${PROJECT_BINARY_DIR}/carryConfigVersion.cmake"
  DESTINATION "${carry_cmake_dir}"
)
