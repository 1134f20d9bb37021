#pragma once

#include <shaddock/routing.h>

// A room lives on one chat server: the one its name leads to. The setting is there once somebody
// has entered; for others get() throws, and the client is answered {"code":500}.
inline const shaddock::ServerInfo& by_room(const shaddock::Session& session,
                                           const shaddock::ServerList& chats) {
  return shaddock::dispatch(session.get("rid"), chats);
}
