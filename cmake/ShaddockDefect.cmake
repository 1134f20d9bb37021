# SHADDOCK_DEFECT=<name> plants one bug of test/defects/table.txt into the build: the file that it
# stands in is compiled from a changed copy. To see that the simulator notices; see tools/defects.

set(SHADDOCK_DEFECT "" CACHE STRING "A bug of test/defects/table.txt to plant into this build")
set(shaddock_planted "")
if(SHADDOCK_DEFECT)
  set(folder ${PROJECT_BINARY_DIR}/planted)
  file(REMOVE_RECURSE ${folder})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/test/defects/table.txt)
  execute_process(COMMAND ${PROJECT_SOURCE_DIR}/tools/defects --plant ${SHADDOCK_DEFECT} ${folder}
    OUTPUT_VARIABLE shaddock_planted OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "the defect ${SHADDOCK_DEFECT} cannot be planted")
  endif()
  message(WARNING "This build has the defect ${SHADDOCK_DEFECT} in ${shaddock_planted}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/${shaddock_planted})
endif()

# shaddock_plant(<variable>): in that list of files the copy with the defect takes the place of its
# original.
function(shaddock_plant list)
  if(NOT shaddock_planted)
    return()
  endif()
  set(files ${${list}})
  set(copy ${PROJECT_BINARY_DIR}/planted/${shaddock_planted})
  list(TRANSFORM files REPLACE "^${PROJECT_SOURCE_DIR}/${shaddock_planted}$" ${copy})
  # A bug may leave something unused. All other files are compiled as ever, so ccache knows them.
  set_source_files_properties(${copy} PROPERTIES COMPILE_OPTIONS -Wno-error)
  set(${list} ${files} PARENT_SCOPE)
endfunction()
