#pragma once

#include <shaddock/server_info.h>

#include <cstdint>
#include <string>
#include <vector>

#include "admin/survivors.h"
#include "cluster/view.h"

namespace shaddock::admin {

// A server of the cluster that runs, as far as a plan asks.
struct PresentServer {
  std::string id, type;
  std::uint32_t fingerprint = 0;  // of the entry that its process was started by; 0: no matter
};

// What makes of a cluster that runs the one of servers.json. Ids in the order of the file, or of
// the cluster.
struct TopologyPlan {
  std::vector<std::string> started, stopped, restarted;
  std::vector<std::string> reordered;  // types, whose servers change places

  bool empty() const {
    return started.empty() && stopped.empty() && restarted.empty() && reordered.empty();
  }
};

TopologyPlan plan_topology(const std::vector<PresentServer>& present,
                           const std::vector<ServerInfo>& wanted, const Fingerprints& fingerprints);

// A line for each step: "start chat-server-4", "chat: another order".
std::vector<std::string> lines_of(const TopologyPlan& plan);

// The lists as they will be: what is wanted, in its order, each as it is now if it is there, else
// up; `others`, who are in no servers.json, behind those of their type.
cluster::View view_after(const cluster::View& now, const std::vector<ServerInfo>& wanted,
                         const std::vector<std::string>& others);

}  // namespace shaddock::admin
