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
