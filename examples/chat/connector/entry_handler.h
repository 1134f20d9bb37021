#pragma once

#include <shaddock/server.h>

#include "messages.h"

// Where a connection becomes a person in a room.
class EntryHandler {
 public:
  explicit EntryHandler(shaddock::Server& server) : server_(server) {}

  shaddock::Task<Users> enter(shaddock::FrontendSession& session, const Enter& msg);
  // The session has come from another connector, with its client.
  void come_back(const shaddock::FrontendSession& session);

 private:
  shaddock::Pending<Users> stay_in_room(const shaddock::FrontendSession& session);
  Guest guest_of(const shaddock::FrontendSession& session) const;

  shaddock::Server& server_;
};
