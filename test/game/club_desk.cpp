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
  People& people = guests_[guest.club];
  forget_elsewhere(people, guest);
  Sessions& sessions = people[{guest.uid, guest.frontend}];
  if (sessions.frontend < guest.life) sessions = {guest.life, {}};
  sessions.visits.insert(guest.visit);
  channel.add(guest.uid, guest.frontend);
  return {guest.visit, 0};
}

// It has come from another frontend; nobody leaves for it there.
void ClubRemote::forget_elsewhere(People& people, const ClubGuest& guest) {
  for (auto at = people.begin(); at != people.end();) {
    const auto& [uid, frontend] = at->first;
    const bool was_there = frontend != guest.frontend && at->second.visits.erase(guest.visit) != 0;
    if (was_there && at->second.visits.empty()) {
      channel_of(guest.club).leave(uid, frontend);
      at = people.erase(at);
    } else {
      ++at;
    }
  }
}

// Somebody may have come with the same uid before this one is known to be gone.
void ClubRemote::leave(const ClubGuest& guest) {
  People& people = guests_[guest.club];
  const auto at = people.find({guest.uid, guest.frontend});
  if (at == people.end() || at->second.visits.erase(guest.visit) == 0) return;
  if (!at->second.visits.empty()) return;
  people.erase(at);
  channel_of(guest.club).leave(guest.uid, guest.frontend);
}

}  // namespace shaddock::game
