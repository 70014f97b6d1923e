# One static library per folder of src/, with its unit tests and fuzz targets beside it.

add_library(berth_options INTERFACE)
target_include_directories(berth_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(berth_options INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Werror)
target_link_libraries(berth_options INTERFACE fmt::fmt Threads::Threads)

# berth_folder(NAME SOURCES … [LINK …] [TESTS …] [FUZZ …])
#
# LINK names the folders and third-party targets that NAME may use: a wrong arrow fails to link.
# TESTS become one program, berth_NAME_test, and one CTest named unit.NAME.
# FUZZ lists *_fuzz.cpp files; each becomes a program of that name in the fuzz preset.
function(berth_folder name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;LINK;TESTS;FUZZ")
  add_library(berth_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(berth_${name} PUBLIC berth_options ${ARG_LINK})
  if(BERTH_TESTS AND ARG_TESTS)
    add_executable(berth_${name}_test ${PROJECT_SOURCE_DIR}/tests/unit_main.cpp ${ARG_TESTS})
    target_link_libraries(berth_${name}_test PRIVATE berth_${name})
    target_compile_definitions(berth_${name}_test PRIVATE
      BERTH_TESTDATA="${CMAKE_CURRENT_SOURCE_DIR}/testdata")
    add_test(NAME unit.${name} COMMAND berth_${name}_test)
    set_tests_properties(unit.${name} PROPERTIES LABELS unit TIMEOUT 300)
  endif()
  if(BERTH_FUZZ)
    foreach(file IN LISTS ARG_FUZZ)
      cmake_path(GET file STEM target)
      add_executable(${target} ${file})
      target_link_libraries(${target} PRIVATE berth_${name})
      target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    endforeach()
  endif()
endfunction()
