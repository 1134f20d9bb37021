#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>

#include "app/game.h"

// The commands on a cluster of real processes, behind a master in the foreground or a daemon.
namespace shaddock::app {
namespace {

Json answer_of(const Game::Ended& ended) {
  auto answer = parse_json(ended.output);
  INFO(ended.output);
  REQUIRE(answer);
  return *answer;
}

TEST_CASE("a script reads what runs, and how each command ended") {
  Game game;
  const auto none = game.run({"list", "--json"});
  CHECK(none.code == 1);
  CHECK(answer_of(none).at("exit") == Json(1));
  REQUIRE(game.run({"start", "--daemon"}).code == 0);
  const auto list = answer_of(game.run({"list", "--json"}));
  REQUIRE(list.at("servers").size() == 4);
  for (const Json& server : list.at("servers").as_array()) {
    const auto record = game.record(server.at("id").as_string());
    REQUIRE(record);
    CHECK(server.at("pid") == Json(record->process.pid));
    CHECK(server.at("state") == Json("up"));
    CHECK(server.at("rss").as_integer() > 0);
  }
  CHECK(answer_of(game.run({"list", "-t", "chat", "--json"})).at("servers").size() == 2);
  const auto stopped = game.run({"stop", "-t", "chat", "--json"});
  CHECK(stopped.code == 0);
  CHECK(answer_of(stopped).at("servers").size() == 2);
  const auto unknown = game.run({"start", "chat-server-9", "--json"});
  CHECK(unknown.code == 2);
  CHECK(answer_of(unknown).at("error") == Json("there is no server chat-server-9"));
  CHECK(answer_of(game.run({"start", "-t", "chat", "--json"})).at("servers").size() == 2);
  CHECK(answer_of(game.run({"stop", "--json"})).at("servers").size() == 3);
}

TEST_CASE("a restart ends when the servers are ready again, each as a new process") {
  Game game;
  SUBCASE("behind a daemon") { REQUIRE(game.run({"start", "--daemon"}).code == 0); }
  SUBCASE("behind a master in the foreground") { REQUIRE_FALSE(game.start()->exit); }
  const auto before = game.living();
  REQUIRE(before.size() == 4);
  const auto one = game.run({"restart", "chat-server-1"});
  INFO(one.output);
  CHECK(one.code == 0);
  CHECK(one.says("restarted 1 server"));
  const auto all = game.run({"restart", "--rolling"});
  INFO(all.output);
  CHECK(all.code == 0);
  CHECK(all.output ==
        "chat-server-1 is back\nchat-server-2 is back\nconnector-server-1 is back\n"
        "restarted 3 servers, one after the other\n");
  for (const admin::Record& record : before) {
    if (record.is_master()) continue;
    CHECK_FALSE(game.alive(record));
    CHECK(game.record(record.id)->incarnation > record.incarnation);
  }
  CHECK(answer_of(game.run({"list", "--json"})).dump().find("stopped") == std::string::npos);
  CHECK(game.run({"restart", "chat-server-9"}).code == 2);
  REQUIRE(game.run({"stop"}).code == 0);
  CHECK(game.run({"restart"}).code == 1);
}

TEST_CASE(
    "a rolling restart ends at the server that does not come back, and the rest is untouched") {
  Game game;
  REQUIRE(game.run({"start", "--daemon"}).code == 0);
  const auto connector = game.record("connector-server-1");
  // Its next process ends at once.
  std::string servers = **game.host().files.read(game.config() + "/servers.json");
  const auto place = servers.find("\"chat-server-2\"");
  REQUIRE(place != std::string::npos);
  servers.insert(place + 15, R"(, "behave": "fail")");
  REQUIRE(game.host().files.replace(game.config() + "/servers.json", servers, 0644));
  const auto ended = game.run({"restart", "--rolling"});
  INFO(ended.output);
  CHECK(ended.code == 5);
  CHECK(ended.says("chat-server-2 did not come back: "));
  CHECK(ended.says("restarted: chat-server-1; untouched: connector-server-1"));
  CHECK(game.alive(*connector));
}

TEST_CASE("a server that is killed is started again, by a master only") {
  Game game;
  REQUIRE(game.run({"start", "--daemon"}).code == 0);
  const auto before = game.record("chat-server-1");
  CHECK(game.run({"kill", "chat-server-1"}).says("killed chat-server-1"));
  REQUIRE(game.until([&] {
    const auto now = game.record("chat-server-1");
    return now && now->incarnation > before->incarnation && game.alive(*now);
  }));
  game.signal(game.record("master-server-1")->process, SIGKILL);
  REQUIRE(game.until([&] { return !game.alive(*game.record("master-server-1")); }));
  const auto alone = game.run({"kill", "chat-server-1"});
  CHECK(alone.code == 0);
  CHECK(alone.says("the master is not running: nobody starts them again"));
  CHECK(game.run({"kill", "chat-server-1"}).code == 2);
}

TEST_CASE("who is there is asked of the frontends, and they send a user away") {
  Game game;
  CHECK(game.run({"users"}).code == 1);
  REQUIRE(game.run({"start", "--daemon"}).code == 0);
  CHECK(game.run({"users"}).output ==
        "frontend            connections  uid\nconnector-server-1  2            alice\n");
  CHECK(answer_of(game.run({"users", "--json"})).at("users").size() == 1);
  const auto kicked = game.run({"kick", "alice", "maintenance at noon"});
  CHECK(kicked.code == 0);
  CHECK(kicked.says("kicked 2 sessions"));
  CHECK(game.run({"logs", "connector-server-1"}).says("reason=\"maintenance at noon\""));
  CHECK(answer_of(game.run({"kick", "nobody", "--json"})).at("sessions") == Json(0));
}

TEST_CASE("who has a copy of the observer's file may look and change nothing") {
  Game game;
  REQUIRE(game.run({"start", "--daemon"}).code == 0);
  const std::string run = game.folder() + "/run/development", copy = game.folder() + "/handed-out";
  const auto status = game.host().files.status(run + "/observer");
  REQUIRE(status);
  REQUIRE(*status);
  CHECK((*status)->mode == 0600);
  REQUIRE(game.host().files.replace(copy, **game.host().files.read(run + "/observer"), 0600));
  const auto look = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"--credential", copy});
    return game.run(std::move(words));
  };
  CHECK(look({"list"}).says("chat-server-1"));
  CHECK(look({"users"}).says("alice"));
  for (const char* verb : {"stop", "restart", "kill"}) {
    CAPTURE(verb);
    const auto refused = look({verb, "chat-server-1"});
    CHECK(refused.code == 1);
    CHECK(refused.says("an observer changes nothing"));
  }
  CHECK(look({"stop"}).code == 1);
  CHECK(look({"kick", "alice"}).code == 1);
  CHECK(game.living().size() == 4);
  REQUIRE(game.run({"stop", "chat-server-1"}).code == 0);

  const std::string audit = **game.host().files.read(game.folder() + "/logs/development/audit.log");
  CHECK(audit.find("result=\"not allowed: an observer changes nothing\"") != std::string::npos);
  CHECK(audit.find(" verb=stop arguments=chat-server-1 result=done\n") != std::string::npos);

  REQUIRE(game.host().files.replace(copy, std::string(64, 'a') + "\n", 0600));
  const auto wrong = look({"list"});
  CHECK(wrong.code == 1);
  CHECK(wrong.says("the master does not answer"));
  REQUIRE(game.host().files.replace(copy, "nothing\n", 0600));
  CHECK(look({"list"}).code == 2);
}

TEST_CASE("top prints one table where there is no terminal, and objects for a script") {
  Game game;
  CHECK(game.run({"top"}).code == 1);
  REQUIRE(game.run({"start", "--daemon"}).code == 0);
  const auto once = game.run({"top"});
  INFO(once.output);
  CHECK(once.code == 0);
  CHECK(once.output.starts_with("serverId "));
  CHECK(std::count(once.output.begin(), once.output.end(), '\n') == 5);
  CHECK(once.output.find('\x1b') == std::string::npos);
  const auto object = answer_of(game.run({"top", "--json", "-n", "1"}));
  REQUIRE(object.at("servers").size() == 4);
  CHECK(object.at("servers").as_array()[0].find("cpu") != nullptr);
}

TEST_CASE("logs are shown and followed, with a master and without") {
  Game game;
  CHECK(game.run({"logs", "chat-server-1"}).code == 2);
  REQUIRE(game.run({"start", "--daemon"}).code == 0);
  const std::string log = game.folder() + "/logs/development/chat-server-1.log";
  REQUIRE(game.host().files.append(log, "the last but one\nthe last\n", 0644));
  CHECK(game.run({"logs", "chat-server-1", "-n", "1"}).output == "the last\n");
  CHECK(game.run({"logs", "chat-server-1", "-n", "2"}).says("the last but one\n"));
  CHECK(game.run({"logs", "master-server-1"}).says("ready: 3 servers"));
  CHECK(game.run({"logs", "chat-server-1", "-n", "1", "--json"}).output ==
        "{\"id\":\"chat-server-1\",\"line\":\"the last\"}\n");
  CHECK(game.run({"logs", "chat-server-1", "--output"}).code == 0);
  REQUIRE(game.run({"stop"}).code == 0);

  const auto follower = game.begin({"logs", "chat-server-1", "-f", "-n", "1"});
  REQUIRE(game.until([&] { return !game.output(*follower).empty(); }));
  REQUIRE(game.host().files.append(log, "news\n", 0644));
  REQUIRE(game.until([&] { return game.output(*follower).find("news\n") != std::string::npos; }));
  game.signal(follower->process, SIGINT);
  CHECK(game.end_of(*follower).code == 0);
}

}  // namespace
}  // namespace shaddock::app
