# shaddock_add_floor(<floor> [USES <lower floor>...] [PRIVATE <third-party target>...])
#
# One static library shaddock_<floor> of everything in src/<floor>. A floor without sources is an
# interface library, so the floors above it link the same way.
function(shaddock_add_floor floor)
  cmake_parse_arguments(arg "" "" "USES;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/src/${floor}/*.cpp)
  shaddock_plant(sources)
  list(TRANSFORM arg_USES PREPEND shaddock_)
  if(NOT sources)
    add_library(shaddock_${floor} INTERFACE)
    target_include_directories(shaddock_${floor} INTERFACE ${CMAKE_CURRENT_SOURCE_DIR}/include)
    target_compile_features(shaddock_${floor} INTERFACE cxx_std_20)
    target_link_libraries(shaddock_${floor} INTERFACE ${arg_USES})
    return()
  endif()

  add_library(shaddock_${floor} STATIC ${sources})
  shaddock_use_flags(shaddock_${floor})
  target_compile_features(shaddock_${floor} PUBLIC cxx_std_20)
  target_compile_definitions(shaddock_${floor} PRIVATE SHADDOCK_VERSION="${shaddock_VERSION}")
  target_include_directories(shaddock_${floor}
    PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/include
    PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_link_libraries(shaddock_${floor} PUBLIC ${arg_USES} PRIVATE ${arg_PRIVATE})
endfunction()
