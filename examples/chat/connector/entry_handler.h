#pragma once

#include <shaddock/server.h>

#include "messages.h"

// Where a connection becomes a person in a room.
class EntryHandler {
 public:
  explicit EntryHandler(shaddock::Server& server) : server_(server) {}

  shaddock::Task<Users> enter(shaddock::FrontendSession& session, const Enter& msg);

 private:
  Guest guest_of(const shaddock::FrontendSession& session) const;

  shaddock::Server& server_;
};
