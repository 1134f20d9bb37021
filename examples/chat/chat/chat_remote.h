#pragma once

#include <shaddock/server.h>

#include "messages.h"

// What connectors may call on a chat server: people come and go. A room is a channel of its name.
class ChatRemote {
 public:
  explicit ChatRemote(shaddock::Server& server) : server_(server) {}

  // Returns everyone in the room, with the guest.
  Users add(const Guest& guest);
  void kick(const Guest& guest);

 private:
  void announce_leave(const std::string& rid, const std::string& uid);

  shaddock::Server& server_;
};
