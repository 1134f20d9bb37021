#include "connector/entry_handler.h"

#include <shaddock/error.h>

#include "chat/chat_remote.h"

namespace {

constexpr std::size_t kLongest = 60;  // bytes; both together make a uid, which holds 128

// Pomelo takes any name. A star would make two names of one, and long ones would not fit.
void check(const Enter& msg) {
  if (msg.username.empty() || msg.username.size() > kLongest ||
      msg.username.find('*') != std::string::npos)
    throw shaddock::Error(500, "not a name");
  if (msg.rid.empty() || msg.rid.size() > kLongest) throw shaddock::Error(500, "not a room");
}

}  // namespace

shaddock::Task<Users> EntryHandler::enter(shaddock::FrontendSession& session, const Enter& msg) {
  check(msg);
  const std::string uid = uid_of(msg.username, msg.rid);
  if (server_.sessions().contains(uid))
    throw shaddock::Error(500, "already logged in", {{"error", true}});

  auto bound = session.bind(uid);  // fails when this connection is in another room already
  co_await bound;
  session.set("rid", msg.rid);

  auto joined = stay_in_room(session);
  try {
    co_return co_await joined;
  } catch (const shaddock::Error&) {
    session.unbind(uid);
    throw;
  }
}

// The room has moved the guest from the other connector to this one, so nobody there hears of it.
void EntryHandler::come_back(const shaddock::FrontendSession& session) {
  if (session.find("rid") != nullptr) stay_in_room(session);
}

// From here on the guest stays in the room, whichever chat server that is on and however often it
// restarts, until the session ends.
shaddock::Pending<Users> EntryHandler::stay_in_room(const shaddock::FrontendSession& session) {
  return server_.stay_joined<&ChatRemote::add, &ChatRemote::kick, &ChatRemote::come_along,
                             &ChatRemote::move_out>(
      session, guest_of(session), [](shaddock::FrontendSession& guest, const shaddock::Error&) {
        guest.kick("somebody else has the name");
      });
}

Guest EntryHandler::guest_of(const shaddock::FrontendSession& session) const {
  return {session.uid(), server_.id(), session.get("rid").as_string()};
}
