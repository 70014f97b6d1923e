# One static library per folder of src/, with its unit tests and fuzz targets beside it.

add_library(berth_options INTERFACE)
target_include_directories(berth_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(berth_options INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Werror)
target_link_libraries(berth_options INTERFACE fmt::fmt Threads::Threads)
# GCC 12 sees writes out of bounds where two strings are joined (its bug 105651). It says nothing as
# long as it knows that the text is of a system header, which a precompiled header makes it forget.
target_compile_options(berth_options INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds -Wno-stringop-overflow>)

# What most files include of the standard library, fmt and Boost, compiled once: a clean build takes
# two thirds of the time. Nothing of ours stands here, so that no change of ours builds it anew. Every
# file still includes what it uses: the fuzz preset builds without, and fails where an include misses.
if(BERTH_PRECOMPILE)
  file(WRITE ${CMAKE_BINARY_DIR}/precompiled.cpp "")
  add_library(berth_precompiled STATIC ${CMAKE_BINARY_DIR}/precompiled.cpp)
  target_link_libraries(berth_precompiled PRIVATE berth_options Boost::json)
  target_precompile_headers(berth_precompiled PRIVATE
    <algorithm> <array> <chrono> <condition_variable> <filesystem> <functional> <map> <memory>
    <optional> <set> <span> <sstream> <string> <string_view> <thread> <unordered_map> <vector>
    <fmt/format.h> <boost/json/object.hpp> <boost/json/value.hpp> <boost/system/result.hpp>)
endif()

function(berth_use_precompiled target)
  if(BERTH_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM berth_precompiled)
  endif()
endfunction()

# doctest's main, compiled once for all test programs.
if(BERTH_TESTS)
  add_library(berth_unit_main OBJECT ${PROJECT_SOURCE_DIR}/tests/unit_main.cpp)
endif()

# berth_folder(NAME SOURCES … [LINK …] [TESTS …] [FUZZ …])
#
# LINK names the folders and third-party targets that NAME may use: a wrong arrow fails to link.
# TESTS become one program, berth_NAME_test, and one CTest named unit.NAME.
# FUZZ lists *_fuzz.cpp files; each becomes a program of that name in the fuzz preset.
function(berth_folder name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;LINK;TESTS;FUZZ")
  add_library(berth_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(berth_${name} PUBLIC berth_options ${ARG_LINK})
  berth_use_precompiled(berth_${name})
  if(BERTH_TESTS AND ARG_TESTS)
    add_executable(berth_${name}_test ${ARG_TESTS})
    target_link_libraries(berth_${name}_test PRIVATE berth_${name} berth_unit_main)
    berth_use_precompiled(berth_${name}_test)
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
