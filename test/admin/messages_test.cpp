#include "admin/messages.h"

#include <doctest/doctest.h>

namespace shaddock::admin {
namespace {

ServerInfo gate() {
  ServerInfo info;
  info.id = "gate-server-1";
  info.type = "gate";
  info.host = "10.0.0.1";
  info.port = 3001;
  info.client_host = "games.example";
  info.client_port = 3014;
  info.frontend = true;
  info.extras = {{"region", "eu"}, {"weight", "3"}};
  info.state = ServerInfo::State::up;
  info.incarnation = 12;
  return info;
}

TEST_CASE("a view arrives as it left") {
  cluster::View view;
  view.number = 7;
  view.servers = {gate(), ServerInfo{}};
  const cluster::View arrived = to_view(to_message(view));
  CHECK(arrived.number == 7);
  REQUIRE(arrived.servers.size() == 2);
  const ServerInfo& info = arrived.servers[0];
  CHECK(info.id == "gate-server-1");
  CHECK(info.type == "gate");
  CHECK(info.host == "10.0.0.1");
  CHECK(info.port == 3001);
  CHECK(info.client_host == "games.example");
  CHECK(info.client_port == 3014);
  CHECK(info.frontend);
  CHECK(info.extras == gate().extras);
  CHECK(info.state == ServerInfo::State::up);
  CHECK(info.incarnation == 12);
}

TEST_CASE("a state that this version does not know reads as down") {
  for (const int state : {-1, 5, 1000}) {
    ViewMessage message = to_message(cluster::View{1, {gate()}});
    message.servers[0].state = static_cast<ServerInfo::State>(state);
    CHECK(to_view(message).servers[0].state == ServerInfo::State::down);
  }
}

TEST_CASE("a key without a value is no extra") {
  ViewMessage message = to_message(cluster::View{1, {gate()}});
  message.servers[0].extras.push_back("lonely");
  CHECK(to_view(message).servers[0].extras == gate().extras);
}

}  // namespace
}  // namespace shaddock::admin
