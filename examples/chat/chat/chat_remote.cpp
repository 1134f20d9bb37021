#include "chat/chat_remote.h"

#include <shaddock/error.h>

Users ChatRemote::add(const Guest& guest) {
  shaddock::Channel& room = room_for(guest);
  if (room.find(guest.uid) == nullptr) room.push("onAdd", Presence{"onAdd", name_of(guest.uid)});
  room.add(guest.uid, guest.sid);

  Users all;
  for (const shaddock::Member& member : room.members()) all.users.push_back(name_of(member.uid));
  return all;
}

// Also of one who left while this server was not there, and is no member.
void ChatRemote::kick(const Guest& guest) {
  shaddock::Channel* room = server_.channels().find(guest.rid);
  if (room == nullptr) return;
  room->leave(guest.uid, guest.sid);
  if (room->find(guest.uid) == nullptr) announce_leave(guest.rid, guest.uid);
}

void ChatRemote::come_along(const Guest& guest) { room_for(guest).add(guest.uid, guest.sid); }

void ChatRemote::move_out(const Guest& guest) {
  shaddock::Channel* room = server_.channels().find(guest.rid);
  if (room == nullptr || !room->leave(guest.uid, guest.sid)) return;
  if (room->size() == 0) server_.channels().destroy(guest.rid);
}

// The connector knows its own people only; somebody of that name may have come by another. One who
// came by the same is gone, and this server has missed it.
shaddock::Channel& ChatRemote::room_for(const Guest& guest) {
  shaddock::Channel& room = server_.channels().open(guest.rid);
  const shaddock::Member* known = room.find(guest.uid);
  if (known != nullptr && known->frontend != guest.sid)
    throw shaddock::Error(500, "already in the room", {{"error", true}});

  if (room.size() == 0) {  // a connector that dies cannot tell who was on it
    room.on_lost(
        [this, rid = guest.rid](const shaddock::Member& who) { announce_leave(rid, who.uid); });
  }
  return room;
}

void ChatRemote::announce_leave(const std::string& rid, const std::string& uid) {
  shaddock::Channel* room = server_.channels().find(rid);
  if (room == nullptr) return;
  room->push("onLeave", Presence{"onLeave", name_of(uid)});
  if (room->size() == 0) server_.channels().destroy(rid);
}
