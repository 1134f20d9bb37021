#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fleet.h"
#include "plan.h"
#include "system/cuts.h"

namespace shaddock::chaos {

// Strikes the processes of a real cluster with the faults of a plan, and heals what was struck.
class Blows {
 public:
  using Say = std::function<void(const std::string& line)>;
  Blows(Fleet& cluster, system_test::Cuts& cuts, Say say);

  // Runs the loop until the time is over.
  void strike(const std::vector<Fault>& plan, net::Duration time);
  // Ends every fault that lasts, and sees that there is a master. False: there is none in time.
  bool heal();

 private:
  struct Relief {
    net::TimePoint at;
    std::function<void()> end;
  };
  void strike(const Fault& fault);
  void strike_process(const Fault& fault);
  void strike_network(const Fault& fault);
  void later(net::Duration after, std::function<void()> end);
  void relieve(net::TimePoint until);
  void start_master();

  Fleet& cluster_;
  system_test::Cuts& cuts_;
  const Say say_;
  std::vector<Relief> reliefs_;
  std::vector<std::shared_ptr<system_test::ChatCluster::Running>> commands_;
};

}  // namespace shaddock::chaos
