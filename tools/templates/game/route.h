#pragma once

#include <shaddock/routing.h>

// A team lives on one game server, however many there are. Who has not joined has no team: get()
// throws, and the client is answered {"code":500}.
inline const shaddock::ServerInfo& by_team(const shaddock::Session& session,
                                           const shaddock::ServerList& games) {
  return shaddock::dispatch(session.get("team"), games);
}
