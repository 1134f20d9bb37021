#pragma once

#include <cstdint>
#include <random>

#include "net/timer_wheel.h"

namespace shaddock::game {

// Numbers that depend on a seed alone.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}

  // Both included.
  std::int64_t from_to(std::int64_t least, std::int64_t most) {
    return least +
           static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(most - least + 1));
  }
  net::Duration time(std::int64_t least, std::int64_t most) {
    return net::Duration(from_to(least, most));
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace shaddock::game
