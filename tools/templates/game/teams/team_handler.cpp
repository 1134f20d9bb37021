#include "teams/team_handler.h"

Total TeamHandler::score(shaddock::BackendSession& session, const Score& msg) {
  const std::string& team = session.get("team").as_string();
  const Total total{team, scores_.add(team, msg.points)};
  if (shaddock::Channel* channel = server_.channels().find(team)) channel->push("onScore", total);
  return total;
}
