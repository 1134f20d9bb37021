// How calls find a server while servers hang, die and come back: as a game of two servers sees it.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "testing/tiny_cluster.h"

using namespace std::chrono_literals;

namespace shaddock::testing {
namespace {

Options two_games() {
  Options options = tiny_options();
  options.patience = 15s;
  options.files["servers.json"] = R"({"development": {
      "connector": [{"id": "front", "host": "127.0.0.1", "port": 4050, "clientPort": 3050,
                     "frontend": true}],
      "game": [{"id": "back", "host": "127.0.0.1", "port": 6050, "weight": 2},
               {"id": "other", "host": "127.0.0.1", "port": 6051}]}})";
  return options;
}

constexpr const char* kWhere = "game.game.where";

std::string place_of(const Json& answer) {
  if (const Json* text = answer.find("text")) return text->as_string();
  return std::to_string(answer.at("code").as_integer());
}

struct Games : TinyGame {
  explicit Games(Router router) { app.route("game", std::move(router)); }
};

}  // namespace

TEST_CASE("the routers, as an application names them") {
  TinyGame game, arena;
  game.app.route("game", rendezvous());
  arena.app.route("game", sticky(weighted()));
  for (TinyGame* one : {&game, &arena}) {
    Cluster cluster(one->app, "nowhere", two_games());
    Client& ann = cluster.connect("front");
    const std::string home = place_of(ann.request(kWhere));
    CHECK(home.size() > 3);
    for (int i = 0; i < 3; ++i) CHECK(place_of(ann.request(kWhere)) == home);
  }
}

TEST_CASE("weights of servers.json count") {
  Games game(weighted());
  Cluster cluster(game.app, "nowhere", two_games());
  Client& ann = cluster.connect("front");
  std::string places;
  for (int i = 0; i < 6; ++i) places += place_of(ann.request(kWhere))[0];
  CHECK(places == "bobbob");
}

TEST_CASE("no client waits longer than three and a half seconds for a server that hangs") {
  Games game(round_robin());
  Cluster cluster(game.app, "nowhere", two_games());
  Client& ann = cluster.connect("front");
  const auto now = [&] { return cluster.server("front")->now(); };
  cluster.freeze("back");
  const auto frozen = now();
  int lost = 0;
  while (now() - frozen < 10s) {
    const auto asked = now();
    const std::string place = place_of(ann.request(kWhere));
    CHECK(now() - asked <= 3500ms);
    // Asked once, before anybody could know; from then on it is the other's turn.
    if (place == "522") ++lost;
    if (now() - frozen > 3500ms) CHECK(now() - asked < 10ms);
    cluster.run_for(100ms);
  }
  CHECK(lost <= 1);
}

TEST_CASE("a server that blocks its loop for two and a half seconds is not given up") {
  for (const int ms : {0, 90, 180, 270, 360, 450}) {
    CAPTURE(ms);
    Games game(by_key());
    Cluster cluster(game.app, "nowhere", two_games());
    Client& ann = cluster.connect("front");
    const std::string home = place_of(ann.request(kWhere));
    cluster.run_for(std::chrono::milliseconds(ms));
    cluster.freeze(home);
    cluster.run_for(2s);
    const auto asked = cluster.server("front")->now();
    CHECK(place_of(ann.request(kWhere)) == "521");
    CHECK(cluster.server("front")->now() - asked < 10ms);
    cluster.run_for(500ms);
    cluster.thaw(home);
    cluster.run_for(300ms);
    CHECK(place_of(ann.request(kWhere)) == home);
    CHECK(std::none_of(cluster.trace().begin(), cluster.trace().end(),
                       [](const auto& line) { return has(line, "the peer is silent"); }));
  }
}

TEST_CASE("who sticks to a server that dies gets another, and stays there") {
  Games game(sticky(round_robin()));
  Cluster cluster(game.app, "nowhere", two_games());
  Client& ann = cluster.connect("front");
  const std::string home = place_of(ann.request(kWhere));
  CHECK(place_of(ann.request(kWhere)) == home);
  cluster.kill(home);
  cluster.run_for(1ms);
  const std::string next = place_of(ann.request(kWhere));
  CHECK(next != home);
  CHECK(next.size() > 3);
  cluster.expect_ready(home);
  CHECK(place_of(ann.request(kWhere)) == next);
}

}  // namespace shaddock::testing
