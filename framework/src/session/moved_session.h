#pragma once

#include <shaddock/fields.h>
#include <shaddock/function.h>
#include <shaddock/session.h>

#include <string>
#include <string_view>

#include "cluster/remotes.h"
#include "session/channels.h"

// What every server is told when a session goes on at another frontend, because its client came
// back there (server/handovers.h).
namespace shaddock::session {

// From the frontend that had it. The answer says that the sender hears nothing more for `from`: it
// stands on the same ordered link behind all that was sent for it.
inline constexpr std::string_view kMovedRoute = "sys.session.moved";
struct MovedSession {
  SessionId from = 0, to = 0;
  std::string uid;
  std::string old_frontend, frontend;
  bool last = true;  // no other session of that uid is left at the old frontend
  static void fields(auto& m, auto&& f) {
    f("from", m.from);
    f("to", m.to);
    f("uid", m.uid);
    f("oldFrontend", m.old_frontend);
    f("frontend", m.frontend);
    f("last", m.last);
  }
};

// To the frontend that has it now: what comes behind this for all of its clients is for that
// session, too; what came before has reached it at its old frontend.
inline constexpr std::string_view kHereRoute = "sys.session.here";
struct HereSession {
  SessionId session = 0;
  static void fields(auto& m, auto&& f) { f("session", m.session); }
};

// Registers kMovedRoute: channels first, then `told`, then the answer.
void add_moved_remote(cluster::Remotes& remotes, Channels& channels,
                      Function<void(const MovedSession&)> told);

}  // namespace shaddock::session
