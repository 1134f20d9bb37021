# How our own targets are compiled: language level, warnings, hardening, sanitizers.
# Everything hangs on the interface target shaddock_flags, so nothing leaks into a program
# that adds Shaddock as a subdirectory.

if(PROJECT_IS_TOP_LEVEL)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Release or Debug" FORCE)
  endif()
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  find_program(SHADDOCK_CCACHE ccache)
  mark_as_advanced(SHADDOCK_CCACHE)
  foreach(language IN ITEMS C CXX)
    if(SHADDOCK_CCACHE AND NOT DEFINED CMAKE_${language}_COMPILER_LAUNCHER)
      set(CMAKE_${language}_COMPILER_LAUNCHER ${SHADDOCK_CCACHE})
    endif()
  endforeach()
endif()

add_library(shaddock_flags INTERFACE)
target_compile_features(shaddock_flags INTERFACE cxx_std_20)
target_compile_options(shaddock_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wnon-virtual-dtor -Woverloaded-virtual>
  # g++ 12 sees overlaps that are not there in "text" + std::string, once it has inlined enough.
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-restrict>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${SHADDOCK_WARNINGS_AS_ERRORS}>>:-Werror>
  -fPIE -fstack-protector-strong)   # not -fPIC: that would forbid inlining across functions
target_compile_definitions(shaddock_flags INTERFACE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
target_link_options(shaddock_flags INTERFACE -pie -Wl,-z,relro -Wl,-z,now)

if(SHADDOCK_SANITIZE)
  target_compile_options(shaddock_flags INTERFACE
    -fsanitize=${SHADDOCK_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(shaddock_flags INTERFACE -fsanitize=${SHADDOCK_SANITIZE})
else()
  # Fortified functions need the optimiser, and would hide calls from the sanitizers.
  target_compile_options(shaddock_flags INTERFACE
    $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2>)
endif()

# Applies the flags to one of our targets; what links to it inherits none of them.
function(shaddock_use_flags target)
  target_link_libraries(${target} PRIVATE shaddock_flags)
  set_target_properties(${target} PROPERTIES
    CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF)
endfunction()
