// The whole game, with the servers of config/, in this process and in virtual time.
#include <doctest/doctest.h>
#include <shaddock/testing.h>

#include "application.h"

using shaddock::Json;
using shaddock::testing::Client;
using shaddock::testing::Cluster;

namespace {

struct Described : shaddock::Application {
  Described() { describe(*this); }
};

struct Game {
  Client& player(const std::string& name) {
    Client& client = cluster.connect("connector-server-1", name);
    client.request("connector.lobbyHandler.join", {{"name", name}, {"team", "red"}});
    return client;
  }
  static Json score(Client& who, int points) {
    return who.request("game.teamHandler.score", {{"points", points}});
  }

  Described app;
  Cluster cluster{app, CONFIGURATION};
};

TEST_CASE("a team scores together, and all of it are told") {
  Game game;
  Client& amy = game.player("amy");
  Client& bob = game.player("bob");
  const Json total{{"team", "red"}, {"points", 5}};
  CHECK(Game::score(bob, 5) == total);
  CHECK(amy.expect("onScore") == total);
  CHECK(bob.expect("onScore") == total);
  CHECK(Game::score(amy, 100) == Json{{"code", 400}});
}

TEST_CASE("a name is free again when its player has gone") {
  Game game;
  game.player("amy").drop();
  Client& amy = game.player("amy");
  CHECK(Game::score(amy, 3).at("points") == 3);
  CHECK(amy.expect("onScore").at("points") == 3);
}

TEST_CASE("a game server that dies is there again, and has forgotten the points") {
  Game game;
  Client& amy = game.player("amy");
  CHECK(Game::score(amy, 5).at("points") == 5);
  game.cluster.kill("game-server-1");
  game.cluster.expect_ready("game-server-1");
  CHECK(Game::score(amy, 3).at("points") == 3);
}

}  // namespace
