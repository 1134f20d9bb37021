#pragma once

#include <cstddef>

namespace shaddock {

// How much of a peer's value is read, in whatever encoding: objects and arrays inside each other
// (at most 32), and values and names in all, skipped ones too.
struct ValueLimits {
  std::size_t depth = 32;
  std::size_t values = 10'000;
};

}  // namespace shaddock
