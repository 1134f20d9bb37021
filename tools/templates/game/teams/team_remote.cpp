#include "teams/team_remote.h"

Team TeamRemote::join(const Player& player) {
  shaddock::Channel& channel = server_.channels().open(player.team);
  channel.add(player.name, player.connector);

  Team team;
  for (const shaddock::Member& member : channel.members()) team.players.push_back(member.uid);
  return team;
}

void TeamRemote::leave(const Player& player) {
  shaddock::Channel* channel = server_.channels().find(player.team);
  if (channel == nullptr) return;
  channel->leave(player.name, player.connector);
  if (channel->size() == 0) server_.channels().destroy(player.team);
}
