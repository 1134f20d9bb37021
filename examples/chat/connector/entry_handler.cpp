#include "connector/entry_handler.h"

#include <shaddock/error.h>

#include "chat/chat_remote.h"

using namespace std::chrono_literals;

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
  // Before the call below, which takes a while: who is gone by its end must not stay in the room.
  // The two calls reach the chat server in the order they are made.
  session.on_close([this](shaddock::FrontendSession& closed) { leave(closed, guest_of(closed)); });

  auto joined = server_.rpc<&ChatRemote::add>(session, guest_of(session));
  try {
    co_return co_await joined;
  } catch (const shaddock::Error&) {
    leave(session, guest_of(session));  // it may have come through though the answer did not
    session.unbind(uid);
    throw;
  }
}

// The chat server may be away for a moment; until it has heard of it, the name is taken there.
void EntryHandler::leave(const shaddock::FrontendSession& session, const Guest& guest, int tries) {
  if (guest.uid.empty()) return;
  auto told = server_.rpc<&ChatRemote::kick>(session, guest);
  told.then([this, session, guest, tries](shaddock::Result<void> result) {
    if (result.ok() || tries == 1) return;
    server_.sleep(1s).then([this, session, guest, tries](shaddock::Result<void> slept) {
      if (slept.ok() && !server_.sessions().contains(guest.uid)) leave(session, guest, tries - 1);
    });
  });
}

Guest EntryHandler::guest_of(const shaddock::FrontendSession& session) const {
  return {session.uid(), server_.id(), session.get("rid").as_string()};
}
