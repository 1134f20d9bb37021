# Lets another project link to this build folder instead of building Shaddock again:
#
#   find_package(shaddock CONFIG PATHS <build folder> NO_DEFAULT_PATH)
#
# gives it the target `shaddock`, shaddock_testing if that was built, and the functions of
# ShaddockApplication.cmake. tools/new uses it.

# Our targets that this one links to, and it itself.
function(shaddock_collect_targets target into)
  set(found ${${into}} ${target})
  get_target_property(type ${target} TYPE)
  set(links "")
  foreach(property IN ITEMS LINK_LIBRARIES INTERFACE_LINK_LIBRARIES)
    if(NOT (type STREQUAL "INTERFACE_LIBRARY" AND property STREQUAL "LINK_LIBRARIES"))
      get_target_property(some ${target} ${property})
      list(APPEND links ${some})
    endif()
  endforeach()
  foreach(link IN LISTS links)
    if(link MATCHES "^shaddock_[a-z_]+$" AND NOT link IN_LIST found)
      shaddock_collect_targets(${link} found)
    endif()
  endforeach()
  set(${into} ${found} PARENT_SCOPE)
endfunction()

set(exported "")
shaddock_collect_targets(shaddock exported)
shaddock_collect_targets(shaddock_testing exported)
export(TARGETS ${exported} NAMESPACE shaddock:: FILE ${PROJECT_BINARY_DIR}/shaddock-targets.cmake)

set(kit_file ${CMAKE_CURRENT_BINARY_DIR}/${CMAKE_STATIC_LIBRARY_PREFIX}shaddock_testing)
string(APPEND kit_file ${CMAKE_STATIC_LIBRARY_SUFFIX})
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/shaddock-config.cmake @ONLY CONTENT [[
list(APPEND CMAKE_MODULE_PATH "@PROJECT_SOURCE_DIR@/cmake")
include(ShaddockToolchain)
include(ShaddockDependencies)
include("@PROJECT_BINARY_DIR@/shaddock-targets.cmake")
if(NOT TARGET shaddock)
  add_library(shaddock ALIAS shaddock::shaddock)
endif()
if(NOT TARGET shaddock_testing AND EXISTS "@kit_file@")
  add_library(shaddock_testing ALIAS shaddock::shaddock_testing)
endif()
include(ShaddockApplication)
]])
