#include "gate/gate_handler.h"

#include <shaddock/error.h>
#include <shaddock/routing.h>

Entry GateHandler::query_entry(shaddock::FrontendSession&, const QueryEntry& msg) {
  if (!msg.uid || msg.uid->empty()) throw shaddock::Error(500, "no uid");
  const shaddock::ServerList& connectors = server_.servers_by_type("connector");
  if (connectors.empty()) throw shaddock::Error(500, "no connector");

  const shaddock::ServerInfo& usual = shaddock::dispatch(*msg.uid, connectors);
  if (usual.up()) return {200, usual.host_for_clients(), usual.client_port};

  // While one is restarted its guests go to the others.
  shaddock::ServerList up;
  for (const shaddock::ServerInfo& connector : connectors)
    if (connector.up()) up.push_back(connector);
  const shaddock::ServerInfo& other = up.empty() ? usual : shaddock::dispatch(*msg.uid, up);
  return {200, other.host_for_clients(), other.client_port};
}
