# shaddock_add_test(NAME <name> SOURCES <file>... [LINK <target>...] [LABELS <label>...]
#                   [TIMEOUT <seconds>])
#
# A doctest program with the common main, which sees the private headers ("net/loop.h") and the
# helpers of test/ ("net/loopback.h" in test/net), registered as one ctest. What has the label unit
# also runs under the sanitizers, and is built by the target unit_tests.
function(shaddock_add_test)
  cmake_parse_arguments(arg "" "NAME;TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${arg_NAME} ${arg_SOURCES} $<TARGET_OBJECTS:shaddock_test_main>)
  shaddock_use_flags(${arg_NAME})
  # Tests are compiled more often than run; what is tested is optimised in the libraries. With -O1
  # g++ 12 warns of variants that are not there.
  target_compile_options(${arg_NAME} PRIVATE $<$<CONFIG:Release>:-O1;-Wno-maybe-uninitialized>)
  target_include_directories(${arg_NAME} PRIVATE
    ${shaddock_SOURCE_DIR}/framework/src ${shaddock_SOURCE_DIR}/test)
  target_compile_definitions(${arg_NAME} PRIVATE
    SHADDOCK_SOURCE_DIR="${shaddock_SOURCE_DIR}" SHADDOCK_VERSION="${shaddock_VERSION}")
  target_link_libraries(${arg_NAME} PRIVATE ${arg_LINK} doctest::doctest)
  add_test(NAME ${arg_NAME} COMMAND ${arg_NAME})
  set_tests_properties(${arg_NAME} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
  if("unit" IN_LIST arg_LABELS)
    add_dependencies(unit_tests ${arg_NAME})
  endif()
endfunction()
