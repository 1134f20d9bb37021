#include "app/moved_keys.h"

#include <doctest/doctest.h>
#include <shaddock/application.h>
#include <shaddock/routing.h>

#include <string>

#include "base/crc32.h"

namespace shaddock::app {
namespace {

ServerInfo chat(int number) {
  ServerInfo info;
  info.id = "chat-server-" + std::to_string(number);
  info.type = "chat";
  info.state = ServerInfo::State::up;
  return info;
}

cluster::View view_of(int servers) {
  cluster::View view;
  for (int i = 1; i <= servers; ++i) view.servers.push_back(chat(i));
  return view;
}

admin::Configuration configuration_of(const cluster::View& view) {
  admin::Configuration configuration;
  configuration.environment = "development";
  configuration.servers = view.servers;
  return configuration;
}

// Of three chat servers that become so many.
std::vector<admin::MovedKeys> moved(const Application& app, int servers = 4) {
  const cluster::View after = view_of(servers);
  return moved_keys_of(app.definition(), configuration_of(after), view_of(3), after);
}

TEST_CASE("by Pomelo's modulo three quarters of the keys move to a fourth server's list") {
  Application app;
  SUBCASE("without a router") {}
  SUBCASE("by key") { app.route("chat", by_key()); }
  SUBCASE("by a setting of the session") {
    app.route("chat", [](const Session& session, const ServerList& servers) -> const ServerInfo& {
      return servers[pomelo_hash(session.get("rid").as_string()) % servers.size()];
    });
  }
  const auto all = moved(app);
  REQUIRE(all.size() == 1);
  CHECK(all[0].type == "chat");
  CHECK(all[0].of == kSampleOfKeys);
  CHECK(all[0].moved == 7504);
  CHECK(all[0].note.empty());
}

TEST_CASE("by rendezvous only the share of the new server, or of the one that goes, moves") {
  Application app;
  app.route("chat", rendezvous());
  const auto more = moved(app, 4), fewer = moved(app, 2);
  REQUIRE(more.size() == 1);
  CHECK(more[0].moved > 2300);
  CHECK(more[0].moved < 2700);
  REQUIRE(fewer.size() == 1);
  CHECK(fewer[0].moved > 3100);
  CHECK(fewer[0].moved < 3600);
}

TEST_CASE("nothing moves in a list that stays") {
  Application app;
  const auto all = moved(app, 3);
  REQUIRE(all.size() == 1);
  CHECK(all[0].moved == 0);
  CHECK(all[0].of == kSampleOfKeys);
}

TEST_CASE("a router that a sample says nothing of is told, without figures") {
  Application app;
  std::string note;
  SUBCASE("it always takes the first") {
    app.route("chat", [](const Call&, const ServerList& servers) -> const ServerInfo& {
      return servers.front();
    });
    note = "its router gave all of a sample to chat-server-1";
  }
  SUBCASE("it refuses") {
    app.route("chat", [](const Call&, const ServerList&) -> const ServerInfo& {
      throw Error(500, "not on Mondays");
    });
    note = "its router cannot be asked for a sample: not on Mondays";
  }
  const auto all = moved(app);
  REQUIRE(all.size() == 1);
  CHECK(all[0].note == note);
  CHECK(all[0].moved == 0);
  CHECK(all[0].of == 0);
}

TEST_CASE("live routers, frontends without one, and types that nobody could ask are left out") {
  Application app;
  cluster::View before = view_of(3), after = view_of(4);
  SUBCASE("live") { app.route("chat", round_robin()); }
  SUBCASE("frontends") {
    for (auto* view : {&before, &after})
      for (ServerInfo& server : view->servers) server.frontend = true;
  }
  SUBCASE("a new type") { before.servers.clear(); }
  SUBCASE("all have failed") {
    for (ServerInfo& server : after.servers) server.state = ServerInfo::State::failed;
  }
  CHECK(moved_keys_of(app.definition(), configuration_of(after), before, after).empty());
}

}  // namespace
}  // namespace shaddock::app
