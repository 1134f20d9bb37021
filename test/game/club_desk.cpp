#include "club_desk.h"

#include <set>

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
  forget_moved(guest.club, people);
  forget_elsewhere(people, guest);
  Sessions& sessions = people[{guest.uid, guest.frontend}];
  if (sessions.frontend < guest.life) sessions = {guest.life, {}};
  sessions.visits[guest.visit] = guest.hops;
  channel.add(guest.uid, guest.frontend);
  return {guest.visit, 0};
}

// Those whose place in the channel is at another frontend by now.
void ClubRemote::forget_moved(const std::string& club, People& people) {
  std::set<Person> here;
  for (const Member& member : channel_of(club).members())
    here.insert({member.uid, member.frontend});
  std::erase_if(people, [&here](const auto& one) { return !here.contains(one.first); });
}

// It has come from another frontend; nobody leaves for it there.
void ClubRemote::forget_elsewhere(People& people, const ClubGuest& guest) {
  for (auto at = people.begin(); at != people.end();) {
    const auto& [uid, frontend] = at->first;
    auto& visits = at->second.visits;
    const auto was_there = visits.find(guest.visit);
    const bool left = was_there != visits.end() && was_there->second < guest.hops;
    if (left) visits.erase(was_there);
    if (left && visits.empty()) {
      channel_of(guest.club).leave(uid, frontend);
      at = people.erase(at);
    } else {
      ++at;
    }
  }
}

// Somebody may have come with the same uid before this one is known to be gone; and it may have
// come to its frontend without having joined by that.
void ClubRemote::leave(const ClubGuest& guest) {
  People& people = guests_[guest.club];
  forget_moved(guest.club, people);
  forget_elsewhere(people, guest);
  const auto at = people.find({guest.uid, guest.frontend});
  if (at != people.end()) {
    at->second.visits.erase(guest.visit);
    if (!at->second.visits.empty()) return;
    people.erase(at);
  }
  channel_of(guest.club).leave(guest.uid, guest.frontend);
}

}  // namespace shaddock::game
