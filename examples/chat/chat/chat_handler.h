#pragma once

#include <shaddock/server.h>

#include "messages.h"

// What people in a room may say.
class ChatHandler {
 public:
  explicit ChatHandler(shaddock::Server& server) : server_(server) {}

  // To everyone in the sender's room, the sender too, or to one of them.
  void send(shaddock::BackendSession& session, const Say& msg);

 private:
  shaddock::Server& server_;
};
