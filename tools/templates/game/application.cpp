#include "application.h"

#include <shaddock/shaddock.h>

#include <chrono>

#include "lobby/lobby_handler.h"
#include "route.h"
#include "teams/team_handler.h"
#include "teams/team_remote.h"

void describe(shaddock::Application& app) {
  using namespace std::chrono_literals;

  app.configure("all", "connector", [](shaddock::Settings& s) { s.connector.heartbeat = 10s; });
  app.route("game", by_team);

  app.server("connector").handler<LobbyHandler>("lobbyHandler").on<&LobbyHandler::join>("join");
  app.server("game").handler<TeamHandler>("teamHandler").on<&TeamHandler::score>("score");
  app.server("game")
      .remote<TeamRemote>("teamRemote")
      .on<&TeamRemote::join>("join")
      .on<&TeamRemote::leave>("leave");
}
