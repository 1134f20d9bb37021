#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "chronicle.h"

namespace shaddock::chaos {

struct Settings {
  std::uint64_t seed = 1;
  net::Duration time{50000};  // of faults
  int players = 200;
  std::string program;    // the game
  std::string nft;        // empty: no link is cut
  std::string keep;       // a folder that what happened is copied to
  bool sabotage = false;  // the game breaks a promise
  std::function<void(const std::string& line)> say;
};

struct Outcome {
  std::vector<game::Violation> violations;
  game::Chronicle::Counts counts;
  std::size_t faults = 0;
  std::uint64_t events = 0;
};

// A cluster starts, plays while faults strike it, is healed, rests and empties: then what all its
// processes and players wrote down is held against what is promised.
Outcome tell(const Settings& settings);

}  // namespace shaddock::chaos
