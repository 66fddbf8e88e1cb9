# Programs in the spelling of the founding API, built in the build tree and again against the installed package.
#
# carry_add_founding_programs(FOLDER): every .cpp in FOLDER is a program founding_<file>; every folder in it is one program
# founding_<folder> made of all .cpp inside.
function(carry_add_founding_programs folder)
  file(GLOB entries CONFIGURE_DEPENDS "${folder}/*")
  foreach(entry IN LISTS entries)
    cmake_path(GET entry STEM name)
    if(IS_DIRECTORY "${entry}")
      file(GLOB sources CONFIGURE_DEPENDS "${entry}/*.cpp")
    elseif(entry MATCHES "\\.cpp$")
      set(sources "${entry}")
    else()
      set(sources "")
    endif()
    if(sources)
      add_executable(founding_${name} ${sources})
      target_link_libraries(founding_${name} PRIVATE carry::carry)
      set_target_properties(founding_${name} PROPERTIES CXX_EXTENSIONS OFF)
    endif()
  endforeach()
endfunction()
