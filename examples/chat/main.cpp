#include <shaddock/shaddock.h>

#include <chrono>

#include "chat/chat_handler.h"
#include "chat/chat_remote.h"
#include "connector/entry_handler.h"
#include "gate/gate_handler.h"
#include "route.h"
#include "web_files.h"

// The chat: a client asks the gate for a connector, enters a room there, and talks through the chat
// server that holds the room. config/servers.json says how many of each run.
int main(int argc, char** argv) {
  using namespace std::chrono_literals;
  shaddock::Application app;

  app.configure("all", "gate", [](shaddock::Settings& s) {
    s.connector.use_protobuf = true;
    s.connector.files = web_files();
  });
  app.configure("all", "connector", [](shaddock::Settings& s) {
    s.connector.heartbeat = 3s;
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
      .on<&ChatRemote::kick>("kick");
  return app.run(argc, argv);
}
