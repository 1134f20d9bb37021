#include <shaddock/shaddock.h>

#include <chrono>
#include <cstdlib>
#include <string_view>

#include "application.h"

// The chat of the example with the settings that INTEROP_VARIANT names. The first three are also
// those of the Pomelo application in pomelo/app.js, to which they are compared.
//
//   full    as the example has them
//   rich    the same with the files of pomelo/variants/rich: more schemas, more codes
//   plain   no dictionary and no protobuf, a heartbeat each second, a check of clients and a
//           handshake of the application's own
//   quick   as full, with a heartbeat each second
//   pitaya  as quick, with plain's handshake, and compressing from 100 bytes

namespace {

using namespace std::chrono_literals;
using shaddock::Json;
using Connector = shaddock::Settings::Connector;

Json greet(shaddock::FrontendSession&, const Json& hello) {
  const Json* user = hello.find("user");
  if (user == nullptr) return {};
  if (user->find("refuse") != nullptr) throw shaddock::Error(500, "as it asked");
  const Json* name = user->find("greet");
  return name == nullptr ? Json() : Json({{"hello", *name}});
}

void set_up(Connector& connector, std::string_view variant) {
  const bool plain = variant == "plain";
  connector.heartbeat = variant == "full" || variant == "rich" ? 3s : 1s;
  connector.use_dict = connector.use_protobuf = !plain;
  if (plain || variant == "pitaya") {
    connector.handshake([](shaddock::FrontendSession& session, const Json& hello) {
      return greet(session, hello);
    });
  }
  if (plain) {
    connector.check_client = [](std::string_view type, std::string_view) {
      return type != "unwelcome";
    };
  }
  if (variant == "pitaya") connector.compress_from = 100;
}

}  // namespace

int main(int argc, char** argv) {
  const char* name = std::getenv("INTEROP_VARIANT");
  const std::string_view variant = name == nullptr ? "full" : name;
  shaddock::Application app;

  describe_chat(app);
  app.configure("all", "connector",
                [variant](shaddock::Settings& s) { set_up(s.connector, variant); });
  return app.run(argc, argv);
}
