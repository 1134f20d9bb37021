#pragma once

#include <cstdint>

#include "admin/messages.h"
#include "session/frontend_sessions.h"

namespace shaddock::app {

// The users of one frontend for its agent: at most so many, in order of uids, and how many more
// there are. Which ones of many is not said.
admin::UsersMessage users_of(const session::FrontendSessions& sessions, std::uint64_t most);

}  // namespace shaddock::app
