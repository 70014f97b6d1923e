# One static library per folder of src/, with its unit tests and fuzz targets beside it.

add_library(berth_options INTERFACE)
target_include_directories(berth_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(berth_options INTERFACE
  -Wall -Wextra -Wconversion -Wno-sign-conversion -Werror)
target_link_libraries(berth_options INTERFACE fmt::fmt Threads::Threads)
# A folder's files are compiled some at a time: reading the headers is most of a file's cost, and a
# clean build takes half the time. So the names that a file keeps to itself must differ within a
# folder. What GCC can say of one file alone it says in the fuzz preset only: whether a local name
# hides one of the file's own, and whether a type shows what should be the file's.
if(BERTH_UNITY)
  target_compile_options(berth_options INTERFACE -Wshadow=local -Wno-subobject-linkage)
else()
  target_compile_options(berth_options INTERFACE -Wshadow)
endif()

function(berth_compile_together target)
  set_target_properties(${target} PROPERTIES
    UNITY_BUILD ${BERTH_UNITY} UNITY_BUILD_MODE BATCH UNITY_BUILD_BATCH_SIZE 6)
endfunction()

# GCC 12 sees writes out of bounds where two strings are joined (its bug 105651). It says nothing as
# long as it knows that the text is of a system header, which a precompiled header makes it forget.
target_compile_options(berth_options INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds -Wno-stringop-overflow>)

# GCC looks for garbage every 128 MiB, most of which are the precompiled header's, and finds little.
# Beyond this limit, in KiB, few files ever come. It saves a tenth of the time.
target_compile_options(berth_options INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:SHELL:--param ggc-min-heapsize=1048576>)

# What tests are compiled with besides. BERTH_TEST_FLAGS comes from the preset. A check that throws
# ends its test case, which fails: a try block around each check would take a tenth of the time.
add_library(berth_test_options INTERFACE)
target_compile_options(berth_test_options INTERFACE ${BERTH_TEST_FLAGS})
target_compile_definitions(berth_test_options INTERFACE DOCTEST_CONFIG_NO_TRY_CATCH_IN_ASSERTS)
target_link_libraries(berth_test_options INTERFACE berth_options)

# berth_precompile(NAME OPTIONS [HEADER…])
#
# What most files include of the standard library, fmt and Boost, compiled once: a clean build takes
# two thirds of the time. Nothing of ours stands here, so that no change of ours builds it anew. Every
# file still includes what it uses: the fuzz preset builds without, and fails where an include misses.
function(berth_precompile name options)
  if(NOT BERTH_PRECOMPILE)
    return()
  endif()
  file(WRITE ${CMAKE_BINARY_DIR}/${name}.cpp "")
  add_library(${name} STATIC ${CMAKE_BINARY_DIR}/${name}.cpp)
  target_link_libraries(${name} PRIVATE ${options} Boost::json)
  target_precompile_headers(${name} PRIVATE
    <algorithm> <array> <chrono> <condition_variable> <filesystem> <functional> <map> <memory>
    <optional> <set> <span> <sstream> <string> <string_view> <thread> <unordered_map> <vector>
    <fmt/format.h> <boost/json/object.hpp> <boost/json/value.hpp> <boost/system/result.hpp> ${ARGN})
endfunction()

function(berth_use_precompiled target name)
  if(BERTH_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM ${name})
  endif()
endfunction()

berth_precompile(berth_precompiled berth_options)
if(BERTH_TESTS)
  berth_precompile(berth_test_precompiled berth_test_options <doctest/doctest.h>)
  # doctest's main, compiled once for all test programs.
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
  berth_use_precompiled(berth_${name} berth_precompiled)
  berth_compile_together(berth_${name})
  if(BERTH_TESTS AND ARG_TESTS)
    add_executable(berth_${name}_test ${ARG_TESTS})
    target_link_libraries(berth_${name}_test PRIVATE
      berth_${name} berth_unit_main berth_test_options)
    berth_use_precompiled(berth_${name}_test berth_test_precompiled)
    berth_compile_together(berth_${name}_test)
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
