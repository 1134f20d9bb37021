#include "application.h"

#include <shaddock/shaddock.h>

#include <chrono>

#include "chat/chat_handler.h"
#include "chat/chat_remote.h"
#include "connector/entry_handler.h"
#include "gate/gate_handler.h"
#include "route.h"
#include "web_files.h"

void describe_chat(shaddock::Application& app) {
  using namespace std::chrono_literals;

  app.configure("all", "gate", [](shaddock::Settings& s) {
    s.connector.use_protobuf = true;
    s.connector.files = web_files();
  });
  app.configure("all", "connector", [](shaddock::Settings& s) {
    s.connector.heartbeat = 3s;
    s.connector.resume.keep = 10s;
    s.connector.on_resumed = [](shaddock::Server& server, shaddock::FrontendSession& session) {
      EntryHandler(server).come_back(session);
    };
    s.connector.use_dict = true;
    s.connector.use_protobuf = true;
  });
  app.filter(shaddock::filters::timeout(3s));
  app.route("chat", by_room);

  app.server("gate")
      .handler<GateHandler>("gateHandler")
      .on<&GateHandler::query_entry>("queryEntry");
  app.server("connector").handler<EntryHandler>("entryHandler").on<&EntryHandler::enter>("enter");
  app.server("chat").handler<ChatHandler>("chatHandler").on<&ChatHandler::send>("send");
  app.server("chat")
      .remote<ChatRemote>("chatRemote")
      .on<&ChatRemote::add>("add")
      .on<&ChatRemote::kick>("kick")
      .on<&ChatRemote::come_along>("comeAlong")
      .on<&ChatRemote::move_out>("moveOut");
}
