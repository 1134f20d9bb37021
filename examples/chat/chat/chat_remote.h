#pragma once

#include <shaddock/server.h>

#include "messages.h"

// What connectors may call on a chat server: people come and go. A room is a channel of its name.
class ChatRemote {
 public:
  explicit ChatRemote(shaddock::Server& server) : server_(server) {}

  // By the guest's own will. Returns everyone in the room, with the guest.
  Users add(const Guest& guest);
  void kick(const Guest& guest);
  // With the room, which is on another chat server now, or on one that has started again: the
  // others need not hear of it.
  void come_along(const Guest& guest);
  void move_out(const Guest& guest);

 private:
  shaddock::Channel& room_for(const Guest& guest);
  void announce_leave(const std::string& rid, const std::string& uid);

  shaddock::Server& server_;
};
