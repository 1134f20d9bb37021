#pragma once

#include <shaddock/server.h>

#include "messages.h"

// On connectors: where a connection becomes a player.
class LobbyHandler {
 public:
  explicit LobbyHandler(shaddock::Server& server) : server_(server) {}

  // A coroutine, since it waits for a game server.
  shaddock::Task<Team> join(shaddock::FrontendSession& session, const Join& msg);

 private:
  Player player_of(const shaddock::FrontendSession& session) const;

  shaddock::Server& server_;
};
