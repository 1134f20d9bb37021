#include "admin/topology_plan.h"

#include <algorithm>
#include <map>

namespace shaddock::admin {
namespace {

template <class Servers>
auto find(Servers& servers, const std::string& id) {
  return std::find_if(servers.begin(), servers.end(),
                      [&](const auto& server) { return server.id == id; });
}

using Order = std::map<std::string, std::vector<std::string>>;  // ids, by type

template <class Servers>
Order order_of(const Servers& servers, const auto& counts) {
  Order order;
  for (const auto& server : servers)
    if (counts(server.id)) order[server.type].push_back(server.id);
  return order;
}

}  // namespace

TopologyPlan plan_topology(const std::vector<PresentServer>& present,
                           const std::vector<ServerInfo>& wanted,
                           const Fingerprints& fingerprints) {
  TopologyPlan plan;
  for (const ServerInfo& server : wanted) {
    const auto there = find(present, server.id);
    const auto known = fingerprints.find(server.id);
    const auto number = known == fingerprints.end() ? fingerprint(server) : known->second;
    if (there == present.end())
      plan.started.push_back(server.id);
    else if (there->fingerprint != 0 && there->fingerprint != number)
      plan.restarted.push_back(server.id);
  }
  for (const PresentServer& server : present)
    if (find(wanted, server.id) == wanted.end()) plan.stopped.push_back(server.id);

  const auto stays = [&](const std::string& id) {
    return find(present, id) != present.end() && find(wanted, id) != wanted.end();
  };
  const Order before = order_of(present, stays), after = order_of(wanted, stays);
  for (const auto& [type, ids] : after) {
    const auto same = before.find(type);
    if (same == before.end() || same->second == ids) continue;
    if (std::is_permutation(ids.begin(), ids.end(), same->second.begin(), same->second.end()))
      plan.reordered.push_back(type);
  }
  return plan;
}

std::vector<std::string> lines_of(const TopologyPlan& plan) {
  std::vector<std::string> lines;
  for (const std::string& id : plan.started) lines.push_back("start " + id);
  for (const std::string& id : plan.stopped) lines.push_back("stop " + id);
  for (const std::string& id : plan.restarted)
    lines.push_back("restart " + id + ": its entry is another one");
  for (const std::string& type : plan.reordered) lines.push_back(type + ": another order");
  return lines;
}

cluster::View view_after(const cluster::View& now, const std::vector<ServerInfo>& wanted,
                         const std::vector<std::string>& others) {
  cluster::View after;
  for (ServerInfo server : wanted) {
    const auto there = find(now.servers, server.id);
    const bool runs = there != now.servers.end() && there->state != ServerInfo::State::joining;
    server.state = runs ? there->state : ServerInfo::State::up;
    after.servers.push_back(std::move(server));
  }
  for (const ServerInfo& server : now.servers)
    if (std::find(others.begin(), others.end(), server.id) != others.end())
      after.servers.push_back(server);
  return after;
}

}  // namespace shaddock::admin
