# For programs built on Shaddock.

# shaddock_add_application(NAME <name> SOURCES <file>...)
#
# A server program: an executable that sees the public headers and links the whole framework.
function(shaddock_add_application)
  cmake_parse_arguments(arg "" "NAME" "SOURCES" ${ARGN})
  if(NOT arg_NAME OR NOT arg_SOURCES)
    message(FATAL_ERROR "shaddock_add_application needs NAME and SOURCES")
  endif()
  add_executable(${arg_NAME} ${arg_SOURCES})
  shaddock_use_flags(${arg_NAME})
  target_include_directories(${arg_NAME} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${arg_NAME} PRIVATE shaddock)
endfunction()

# shaddock_embed_files(<target> NAME <name> FILES <file>...)
#
# Compiles files into the target, for Settings::Connector::files. #include "<name>.h" declares
# std::vector<shaddock::StaticFile> <name>(): each file under "/" and its own name, index.html also
# under "/" alone. The folders that files stand in do not count.
function(shaddock_embed_files target)
  cmake_parse_arguments(arg "" "NAME" "FILES" ${ARGN})
  if(NOT arg_NAME OR NOT arg_FILES)
    message(FATAL_ERROR "shaddock_embed_files needs NAME and FILES")
  endif()
  set(paths "")
  foreach(file IN LISTS arg_FILES)
    get_filename_component(file ${file} ABSOLUTE)
    list(APPEND paths ${file})
  endforeach()
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target}_${arg_NAME})
  file(CONFIGURE OUTPUT ${folder}/${arg_NAME}.h @ONLY CONTENT [[
#pragma once

#include <shaddock/settings.h>

#include <vector>

std::vector<shaddock::StaticFile> @arg_NAME@();
]])
  set(script ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/embed_files.cmake)
  string(JOIN "|" files ${paths})  # a list would not survive the command line
  add_custom_command(OUTPUT ${folder}/${arg_NAME}.cpp
    COMMAND ${CMAKE_COMMAND} -DNAME=${arg_NAME} -DFILES=${files}
      -DOUTPUT=${folder}/${arg_NAME}.cpp -P ${script}
    DEPENDS ${paths} ${script}
    COMMENT "Embedding ${arg_NAME}" VERBATIM)
  target_sources(${target} PRIVATE ${folder}/${arg_NAME}.cpp)
  target_include_directories(${target} PRIVATE ${folder})
endfunction()
