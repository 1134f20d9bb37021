#include "chat/chat_remote.h"

#include <shaddock/error.h>

Users ChatRemote::add(const Guest& guest) {
  shaddock::Channel& room = server_.channels().open(guest.rid);
  // The connector knows its own people only; somebody of that name may have come by another. One
  // who came by the same is gone, and this server has missed it.
  const shaddock::Member* known = room.find(guest.uid);
  if (known != nullptr && known->frontend != guest.sid)
    throw shaddock::Error(500, "already in the room", {{"error", true}});

  if (room.size() == 0) {  // a connector that dies cannot tell who was on it
    room.on_lost(
        [this, rid = guest.rid](const shaddock::Member& who) { announce_leave(rid, who.uid); });
  }
  if (known == nullptr) room.push("onAdd", Presence{"onAdd", name_of(guest.uid)});
  room.add(guest.uid, guest.sid);

  Users all;
  for (const shaddock::Member& member : room.members()) all.users.push_back(name_of(member.uid));
  return all;
}

void ChatRemote::kick(const Guest& guest) {
  shaddock::Channel* room = server_.channels().find(guest.rid);
  if (room != nullptr && room->leave(guest.uid, guest.sid)) announce_leave(guest.rid, guest.uid);
}

void ChatRemote::announce_leave(const std::string& rid, const std::string& uid) {
  shaddock::Channel* room = server_.channels().find(rid);
  if (room == nullptr) return;
  room->push("onLeave", Presence{"onLeave", name_of(uid)});
  if (room->size() == 0) server_.channels().destroy(rid);
}
