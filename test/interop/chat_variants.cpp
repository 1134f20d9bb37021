#include <shaddock/shaddock.h>

#include <chrono>
#include <cstdlib>
#include <string_view>

#include "chat/chat_handler.h"
#include "chat/chat_remote.h"
#include "connector/entry_handler.h"
#include "gate/gate_handler.h"
#include "route.h"

// The chat of the example with the settings that INTEROP_VARIANT names, to be compared with the
// Pomelo application in pomelo/app.js, which knows the same names: "full" as the example has them,
// "plain" without dictionary and protobuf, with one second between heartbeats, a check of clients
// and a handshake of the application's own.

namespace {

using namespace std::chrono_literals;
using shaddock::Json;
using Connector = shaddock::Settings::Connector;

void full(Connector& connector) {
  connector.heartbeat = 3s;
  connector.use_dict = true;
  connector.use_protobuf = true;
}

void plain(Connector& connector) {
  connector.heartbeat = 1s;
  connector.check_client = [](std::string_view type, std::string_view) {
    return type != "unwelcome";
  };
  connector.handshake([](shaddock::FrontendSession&, const Json& hello) {
    const Json* user = hello.find("user");
    if (user == nullptr) return Json();
    if (user->find("refuse") != nullptr) throw shaddock::Error(500, "as it asked");
    const Json* greet = user->find("greet");
    return greet == nullptr ? Json() : Json({{"hello", *greet}});
  });
}

}  // namespace

int main(int argc, char** argv) {
  const char* name = std::getenv("INTEROP_VARIANT");
  const bool is_plain = name != nullptr && std::string_view(name) == "plain";
  shaddock::Application app;

  app.configure("all", "gate", [](shaddock::Settings& s) { s.connector.use_protobuf = true; });
  app.configure("all", "connector", [is_plain](shaddock::Settings& s) {
    is_plain ? plain(s.connector) : full(s.connector);
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
