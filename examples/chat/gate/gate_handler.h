#pragma once

#include <shaddock/server.h>

#include "messages.h"

// The first server a client talks to: it says which connector to use.
class GateHandler {
 public:
  explicit GateHandler(shaddock::Server& server) : server_(server) {}

  Entry query_entry(shaddock::FrontendSession& session, const QueryEntry& msg);

 private:
  shaddock::Server& server_;
};
