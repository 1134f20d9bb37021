#pragma once

#include <shaddock/server.h>

#include "messages.h"

// On game servers: what connectors may call. The players of a team are the members of a channel.
class TeamRemote {
 public:
  explicit TeamRemote(shaddock::Server& server) : server_(server) {}

  Team join(const Player& player);
  void leave(const Player& player);

 private:
  shaddock::Server& server_;
};
