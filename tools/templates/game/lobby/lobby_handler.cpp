#include "lobby/lobby_handler.h"

#include <shaddock/error.h>

#include "teams/team_remote.h"

shaddock::Task<Team> LobbyHandler::join(shaddock::FrontendSession& session, const Join& msg) {
  if (msg.name.empty() || msg.team.empty()) throw shaddock::Error(400, "no name or no team");
  if (server_.sessions().contains(msg.name)) throw shaddock::Error(409, "the name is taken");

  auto bound = session.bind(msg.name);
  co_await bound;
  session.set("team", msg.team);
  session.on_close([this](shaddock::FrontendSession& closed) {
    server_.rpc<&TeamRemote::leave>(closed, player_of(closed));
  });

  auto team = server_.rpc<&TeamRemote::join>(session, player_of(session));
  co_return co_await team;
}

Player LobbyHandler::player_of(const shaddock::FrontendSession& session) const {
  return {session.uid(), server_.id(), session.get("team").as_string()};
}
