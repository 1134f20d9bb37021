# Finds every library Shaddock is built on. All that is missing is told at once, by the names of
# the Debian packages. docs/dependencies.md says what each is for.

set(missing_packages "")
# A program that adds Shaddock as a subdirectory links these targets from its own folder.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)

find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(libuv QUIET IMPORTED_TARGET GLOBAL libuv)
else()
  list(APPEND missing_packages pkg-config)
endif()
if(NOT TARGET PkgConfig::libuv)
  list(APPEND missing_packages libuv1-dev)
endif()

find_path(RAPIDJSON_INCLUDE rapidjson/rapidjson.h)
find_path(MSGPACK_INCLUDE msgpack.hpp)
find_path(LLHTTP_INCLUDE llhttp/llhttp.h PATHS /usr/share/include)
find_path(LLHTTP_SOURCES llhttp.c PATHS /usr/share/llhttp NO_DEFAULT_PATH)
mark_as_advanced(RAPIDJSON_INCLUDE MSGPACK_INCLUDE LLHTTP_INCLUDE LLHTTP_SOURCES)
if(NOT RAPIDJSON_INCLUDE)
  list(APPEND missing_packages rapidjson-dev)
endif()
if(NOT MSGPACK_INCLUDE)
  list(APPEND missing_packages libmsgpack-cxx-dev)
endif()
if(NOT LLHTTP_INCLUDE OR NOT LLHTTP_SOURCES)
  list(APPEND missing_packages node-llhttp)
endif()

# find_package for a library with a CMake configuration, noting its Debian package when absent.
macro(shaddock_find name package)
  find_package(${name} QUIET ${ARGN})
  if(NOT ${name}_FOUND)
    list(APPEND missing_packages ${package})
  endif()
endmacro()

shaddock_find(ZLIB zlib1g-dev)
shaddock_find(OpenSSL libssl-dev)
shaddock_find(CLI11 libcli11-dev)
find_package(Threads REQUIRED)

set(SHADDOCK_TESTS ${SHADDOCK_BUILD_TESTS})
if(SHADDOCK_BUILD_TESTS STREQUAL "AUTO")
  find_package(doctest QUIET)
  set(SHADDOCK_TESTS ${doctest_FOUND})
  if(NOT doctest_FOUND)
    message(STATUS "The tests are left out: package doctest-dev is not installed")
  endif()
elseif(SHADDOCK_BUILD_TESTS)
  shaddock_find(doctest doctest-dev)
endif()

if(missing_packages)
  list(JOIN missing_packages " " missing_packages)
  message(FATAL_ERROR "Missing Debian packages: ${missing_packages}\n"
    "tools/setup installs them, or: apt-get install --no-install-recommends ${missing_packages}")
endif()

# llhttp comes as C sources. They are compiled into the net floor.
add_library(shaddock_llhttp OBJECT EXCLUDE_FROM_ALL
  ${LLHTTP_SOURCES}/llhttp.c ${LLHTTP_SOURCES}/api.c ${LLHTTP_SOURCES}/http.c)
target_include_directories(shaddock_llhttp SYSTEM PRIVATE ${LLHTTP_INCLUDE}/llhttp)
target_compile_options(shaddock_llhttp PRIVATE -w -fPIE)
