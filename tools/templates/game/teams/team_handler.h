#pragma once

#include <shaddock/server.h>

#include "messages.h"
#include "teams/scores.h"

// On game servers: what players may do.
class TeamHandler {
 public:
  explicit TeamHandler(shaddock::Server& server) : server_(server) {}

  // A plain function, since it answers at once.
  Total score(shaddock::BackendSession& session, const Score& msg);

 private:
  shaddock::Server& server_;
  Scores scores_;
};
