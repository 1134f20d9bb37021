#include "gate/gate_handler.h"

#include <shaddock/error.h>
#include <shaddock/routing.h>

Entry GateHandler::query_entry(shaddock::FrontendSession&, const QueryEntry& msg) {
  if (!msg.uid || msg.uid->empty()) throw shaddock::Error(500, "no uid");
  const shaddock::ServerList& connectors = server_.servers_by_type("connector");
  if (connectors.empty()) throw shaddock::Error(500, "no connector");

  const shaddock::ServerInfo& connector = shaddock::dispatch(*msg.uid, connectors);
  return {200, connector.host_for_clients(), connector.client_port};
}
