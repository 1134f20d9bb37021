#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fault_plan.h"
#include "sim/world.h"

namespace shaddock::simulator {

// Carries out a plan in a world.
class Strikes {
 public:
  // `calm` is the path that machines have while nothing is wrong.
  Strikes(sim::World& world, sim::Path calm, std::function<void()> start_master);

  // Told of each node that is about to be told to stop.
  void on_stop(std::function<void(const std::string& node)> callback) {
    on_stop_ = std::move(callback);
  }
  // Lets that much time pass, with all that goes wrong in it; the plan's times count from now.
  void run(const Plan& plan, sim::Instant time);
  // All is well again: what is frozen runs, what is cut is mended, what is slow is calm.
  void heal();

 private:
  struct Step {
    sim::Instant at;
    const Fault* fault;
    bool begins;
  };
  static std::vector<Step> steps_of(const Plan& plan, sim::Instant time);
  void run_until(sim::Instant when);
  void begin(const Fault& fault);
  void end(const Fault& fault);

  sim::World& world_;
  sim::Path calm_;
  std::function<void()> start_master_;
  std::function<void(const std::string&)> on_stop_;
  std::map<const Fault*, std::optional<net::ProcessId>> frozen_;
};

// The process of a node, if it lives: the one whose command line has its id.
std::optional<net::ProcessId> process_of(const sim::World& world, const std::string& node);

}  // namespace shaddock::simulator
