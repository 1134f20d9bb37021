#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/schedule.h"

namespace shaddock::simulator {

// The command line of the simulator.
struct Options {
  std::uint64_t from = 1;             // --seed and --from
  std::uint64_t seeds = 0;            // --seed: 1; --seeds; 0: until the seconds are over
  double seconds = 60;                // --seconds, of real time
  sim::Instant sim_time{20'000'000};  // --sim-seconds: how long faults strike
  std::vector<std::size_t> faults;    // --faults: of the plan only these, from 0
  bool only_faults = false;
  bool trace = false, shrink = false, twice = false, hash = false, help = false;
};

// Nothing when the command line is wrong.
std::optional<Options> parse_options(const std::vector<std::string>& words);
extern const char* const kUsage;

}  // namespace shaddock::simulator
