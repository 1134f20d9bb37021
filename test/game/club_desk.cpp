#include "club_desk.h"

namespace shaddock::game {

Channel& ClubRemote::channel_of(const std::string& club) {
  if (Channel* const known = server().channels().find(club)) return *known;
  Channel& channel = server().channels().open(club);
  channel.on_lost([this, club](const Member& member) {
    guests_[club].erase({member.uid, member.frontend});
  });
  return channel;
}

Done ClubRemote::join(const ClubGuest& guest) {
  Channel& channel = channel_of(guest.club);
  guests_[guest.club][{guest.uid, guest.frontend}].insert(guest.visit);
  channel.add(guest.uid, guest.frontend);
  return {guest.visit, 0};
}

// Somebody may have come with the same uid before this one is known to be gone.
void ClubRemote::leave(const ClubGuest& guest) {
  auto& people = guests_[guest.club];
  const auto at = people.find({guest.uid, guest.frontend});
  if (at == people.end() || at->second.erase(guest.visit) == 0 || !at->second.empty()) return;
  people.erase(at);
  channel_of(guest.club).leave(guest.uid, guest.frontend);
}

}  // namespace shaddock::game
