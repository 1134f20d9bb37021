#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "fault_plan.h"
#include "findings.h"

namespace shaddock::simulator {

// One run: the cluster starts, plays while the plan's faults strike, is healed, rests, and empties.
struct RunSettings {
  std::uint64_t seed = 1;
  sim::Instant time{20'000'000};  // of faults
  Plan plan;
  // Told all that happens, for a reader. It changes nothing of the run.
  std::function<void(sim::Instant when, std::string_view who, std::string_view what)> story;
};

struct Outcome {
  std::vector<Violation> violations;
  std::uint64_t trace_hash = 0;
  std::uint64_t events = 0;   // of the world
  std::uint64_t checked = 0;  // told to the checker
  sim::Instant time{0};       // simulated
};

Outcome run(const RunSettings& settings);

}  // namespace shaddock::simulator
