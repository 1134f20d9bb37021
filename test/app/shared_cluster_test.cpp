#include "app/shared_cluster.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>

#include "app/game.h"

// The master and all servers in one real process: whatever processes_test.cpp tells of processes
// holds for its servers, too, but for what is told here.
namespace shaddock::app {
namespace {

using Words = std::vector<std::string>;
constexpr const char* kShared[] = {"thread", "none"};

bool says(Game& game, const Game::Running& running, std::string_view text) {
  return game.output(running).find(text) != std::string::npos;
}

// The one process that all records name.
net::ProcessId only_process(Game& game) {
  const auto records = game.living();
  REQUIRE(records.size() == 4);
  for (const admin::Record& record : records) CHECK(record.process == records.front().process);
  return records.front().process;
}

TEST_CASE("one process is all servers; list says so, and its memory once") {
  for (const std::string isolation : kShared) {
    CAPTURE(isolation);
    Game game;
    const auto master = game.start({"start", "--isolation", isolation});
    INFO(game.output(*master));
    REQUIRE_FALSE(master->exit);
    CHECK(says(game, *master, "ready: 3 servers in "));
    CHECK(only_process(game) == master->process);
    const std::string list = game.run({"list"}).output;
    CAPTURE(list);
    const std::string pid = ' ' + std::to_string(master->process.pid) + ' ';
    std::size_t rows = 0;
    for (std::size_t at = list.find(pid); at != std::string::npos; at = list.find(pid, at + 1))
      ++rows;
    CHECK(rows == 4);
    CHECK(std::count(list.begin(), list.end(), '.') == 1);
    CHECK(game.run({"stop"}).says("stopped 3 servers"));
    CHECK(game.end_of(*master).code == 0);
    CHECK(game.living().empty());
    for (const char* id : {"connector-server-1", "chat-server-1", "chat-server-2"})
      CHECK(game.host()
                .files.status(game.folder() + "/logs/development/" + id + ".log")
                ->has_value());
  }
}

TEST_CASE("what the command line says wins over master.json, also for a daemon") {
  Game game;
  const std::string file = game.config() + "/master.json";
  std::string text = **game.host().files.read(file);
  for (std::size_t at = text.find("{\"id\""); at != std::string::npos;
       at = text.find("{\"id\"", at + 9))
    text.insert(at + 1, R"("isolation": "none", )");
  REQUIRE(game.host().files.replace(file, text, 0644));
  CHECK(game.run({"check"}).says("isolation none"));
  REQUIRE(game.run({"start", "--daemon"}).code == 0);
  only_process(game);
  CHECK(game.run({"stop"}).code == 0);
  REQUIRE(game.run({"start", "--daemon", "--isolation", "process"}).code == 0);
  CHECK(game.record("chat-server-1")->process != game.record("chat-server-2")->process);
  CHECK(game.run({"stop"}).code == 0);
  CHECK(game.living().empty());
}

TEST_CASE("a daemon is one process, and stop ends it") {
  for (const std::string isolation : kShared) {
    Game game;
    REQUIRE(game.run({"start", "--daemon", "--isolation", isolation}).code == 0);
    const auto process = only_process(game);
    CHECK(game.run({"start"}).says("already running: master-server-1"));
    CHECK(game.run({"stop"}).code == 0);
    CHECK_FALSE(game.host().processes.alive(process));
  }
}

TEST_CASE("a server in a shared process is stopped and started by itself") {
  for (const std::string isolation : kShared) {
    CAPTURE(isolation);
    Game game;
    const auto master = game.start({"start", "--isolation", isolation});
    const auto before = game.record("chat-server-1");
    CHECK(game.run({"stop", "chat-server-1"}).says("stopped 1 server"));
    CHECK(game.living().size() == 3);
    CHECK(game.run({"list"}).says("stopped"));
    CHECK_FALSE(master->exit);
    CHECK(game.run({"start", "chat-server-1"}).says("started 1 server"));
    CHECK(only_process(game) == master->process);
    CHECK(game.record("chat-server-1")->incarnation > before->incarnation);
    CHECK(game.run({"start", "chat-server-1"}).says("chat-server-1 runs already"));
  }
}

TEST_CASE("a server of a shared process that ends by itself is started again") {
  for (const std::string isolation : kShared) {
    CAPTURE(isolation);
    Game game(R"(, "behave": "quit")");
    const auto master = game.start({"start", "--isolation", isolation});
    const auto before = game.record("chat-server-2");
    REQUIRE(game.run({"stop", "chat-server-1"}).code == 0);
    CHECK(game.until([&] { return says(game, *master, "chat-server-2 is up again"); }));
    CHECK(says(game, *master, "chat-server-2 ended with status 6, started again"));
    CHECK(game.record("chat-server-2")->incarnation > before->incarnation);
  }
}

TEST_CASE("each signal stops a shared process") {
  for (const std::string isolation : kShared)
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
      CAPTURE(number);
      Game game;
      const auto master = game.start({"start", "--isolation", isolation});
      game.signal(master->process, number);
      game.signal(master->process, SIGINT);
      CHECK(game.end_of(*master).code == 0);
      CHECK(says(game, *master, "stopping 3 servers"));
      CHECK(game.living().empty());
    }
}

TEST_CASE("a signal during the start of a shared process ends it") {
  for (const std::string isolation : kShared) {
    Game game(R"(, "behave": "silent")");
    const auto master = game.begin({"start", "--isolation", isolation});
    REQUIRE(game.until([&] { return game.living().size() == 4; }));
    game.signal(master->process, SIGINT);
    CHECK(game.end_of(*master).code == 1);
    CHECK(game.living().empty());
  }
}

TEST_CASE("a server of a shared process that cannot begin ends the start with its reason") {
  for (const std::string isolation : kShared) {
    CAPTURE(isolation);
    Game game(R"(, "behave": "fail")");
    for (const Words& words : {Words{"start"}, Words{"start", "--daemon"}}) {
      Words all = words;
      all.insert(all.end(), {"--isolation", isolation});
      const auto ended = game.run(all);
      INFO(ended.output);
      CHECK(ended.code == 1);
      CHECK(ended.says(
          "chat-server-2 ended with status 7, saying at last:\n  this server never works"));
      CHECK(game.living().empty());
    }
  }
}

TEST_CASE("what a server throws as it begins is told alike in every isolation") {
  for (const std::string isolation : {"process", "thread", "none"}) {
    CAPTURE(isolation);
    Game game(R"(, "behave": "throw")");
    const auto ended = game.run({"start", "--isolation", isolation});
    INFO(ended.output);
    CHECK(ended.code == 1);
    CHECK(ended.says("chat-server-2 ended with status 1, saying at last:\n  no database"));
    CHECK(game.living().empty());
  }
}

TEST_CASE("a port that is taken ends the start of a shared process with 3") {
  for (const std::string isolation : kShared) {
    Game game;
    auto holder = game.host().network.listen({"127.0.0.1", game.client_port()},
                                             [](std::unique_ptr<net::Stream>) {});
    REQUIRE(holder);
    const auto ended = game.run({"start", "--isolation", isolation});
    CHECK(ended.code == 3);
    CHECK(ended.says("connector-server-1"));
    CHECK(ended.says(std::to_string(game.client_port())));
  }
}

TEST_CASE("a shared process that was killed leaves nothing that a new start would mind") {
  for (const std::string isolation : kShared) {
    Game game;
    const auto master = game.start({"start", "--isolation", isolation});
    game.signal(master->process, SIGKILL);
    game.end_of(*master);
    CHECK(game.run({"list"}).says("nothing is running"));
    const auto again = game.start({"start", "--isolation", isolation});
    CHECK_FALSE(again->exit);
    CHECK(game.run({"stop"}).code == 0);
  }
}

TEST_CASE("warnings of servers in a shared process are shown in the terminal") {
  for (const std::string isolation : kShared) {
    Game game(R"(, "behave": "warn")");
    const auto master = game.start({"start", "--isolation", isolation});
    CHECK(game.until(
        [&] { return says(game, *master, "WARN chat-server-2 tiny something is odd"); }));
  }
}

TEST_CASE("a thread that hangs is given up, the others go on, and the process does end") {
  Game game(R"(, "behave": "hang")");
  const auto master = game.start({"start", "--isolation", "thread"});
  CHECK(game.run({"stop", "chat-server-2"}).says("stopped 1 server"));
  CHECK(says(game, *master, "chat-server-2 did not stop in time and was given up"));
  CHECK(game.living().size() == 3);
  CHECK(game.run({"list"}).says("stopped"));
  CHECK_FALSE(master->exit);
  game.signal(master->process, SIGTERM);
  CHECK(game.end_of(*master).code == 0);
  CHECK(says(game, *master, "a server that hangs ends with the process"));
  CHECK_FALSE(game.host().processes.alive(master->process));
}

}  // namespace
}  // namespace shaddock::app
