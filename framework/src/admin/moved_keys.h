#pragma once

#include <cstddef>
#include <string>

namespace shaddock::admin {

// Of a type whose router is stable: how many keys of a sample belong to another server after a
// change of the lists.
struct MovedKeys {
  std::string type;
  std::size_t moved = 0, of = 0;
  std::string note;  // why the figures say nothing; then both are 0
};

}  // namespace shaddock::admin
