#include "chat/chat_handler.h"

#include <shaddock/error.h>

void ChatHandler::send(shaddock::BackendSession& session, const Say& msg) {
  const std::string& rid = session.get("rid").as_string();
  shaddock::Channel* room = server_.channels().find(rid);
  const shaddock::Member* sender = room != nullptr ? room->find(session.uid()) : nullptr;
  if (sender == nullptr || sender->frontend != session.frontend())
    throw shaddock::Error(500, "enter the room first");

  const Words words{msg.content, name_of(session.uid()), msg.target};
  if (msg.target == "*") {
    room->push("onChat", words);
    return;
  }
  const shaddock::Member* target = room->find(uid_of(msg.target, rid));
  if (target == nullptr) throw shaddock::Error(500, "the target is not in the room");
  server_.channels().push("onChat", words, {target, 1});
}
