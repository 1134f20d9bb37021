#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>

#include "app/game.h"

// start, list and stop on real processes: a master, a connector and two chat servers.
namespace shaddock::app {
namespace {

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST_CASE("start says one line when all are ready, list shows them, stop leaves nothing") {
  Game game;
  const auto master = game.start();
  INFO(game.output(*master));
  REQUIRE_FALSE(master->exit);
  CHECK(game.output(*master).find("ready: 3 servers in ") != std::string::npos);
  CHECK(game.output(*master).find("http://127.0.0.1:" + std::to_string(game.client_port()) + "/") !=
        std::string::npos);
  const auto records = game.living();
  CHECK(records.size() == 4);

  const auto list = game.run({"list"});
  INFO(list.output);
  CHECK(list.code == 0);
  CHECK(lines_of(list.output) == 5);
  CHECK(list.output.starts_with("serverId "));
  for (const admin::Record& record : records) {
    CHECK(list.says(record.id));
    CHECK(list.says(' ' + std::to_string(record.process.pid) + ' '));
  }

  const auto stop = game.run({"stop"});
  CHECK(stop.code == 0);
  CHECK(stop.says("stopped 3 servers"));
  CHECK(game.end_of(*master).code == 0);
  CHECK(game.all_gone(records));
  CHECK(game.living().empty());
}

TEST_CASE("every process of a cluster may hold as many descriptors as the system lets it") {
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit few{256, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
  Game game;
  const auto master = game.start();
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  const auto records = game.living();
  CHECK(records.size() == 4);
  for (const admin::Record& record : records) {
    CAPTURE(record.id);
    rlimit limit{};
    REQUIRE(::prlimit(static_cast<pid_t>(record.process.pid), RLIMIT_NOFILE, nullptr, &limit) == 0);
    CHECK(limit.rlim_cur == before.rlim_max);
  }
}

TEST_CASE("where nothing runs, list and stop say so") {
  Game game;
  const auto list = game.run({"list"});
  CHECK(list.code == 1);
  CHECK(list.says("nothing is running in environment development"));
  const auto stop = game.run({"stop", "env=production"});
  CHECK(stop.code == 0);
  CHECK(stop.says("nothing is running in environment production"));
}

TEST_CASE("a second start says who runs and disturbs nobody") {
  Game game;
  const auto master = game.start();
  REQUIRE_FALSE(master->exit);
  const auto records = game.living();
  const auto second = game.run({"start"});
  CHECK(second.code == 4);
  CHECK(second.says("already running: master-server-1, pid " + std::to_string(master->process.pid) +
                    ", since 20"));
  for (const admin::Record& record : records) CHECK(game.alive(record));
}

TEST_CASE("in the foreground of development nothing outlives a killed master") {
  Game game;
  const auto master = game.start();
  const auto records = game.living();
  REQUIRE(records.size() == 4);
  game.signal(master->process, SIGKILL);
  CHECK(game.all_gone(records));
  CHECK(game.run({"stop"}).code == 0);
  const auto again = game.start();
  CHECK_FALSE(again->exit);
}

TEST_CASE("a daemon's servers outlive it; stop ends them and the next start is clean") {
  Game game;
  const auto started = game.run({"start", "--daemon"});
  INFO(started.output);
  REQUIRE(started.code == 0);
  CHECK(started.says("ready: 3 servers in "));
  const auto records = game.living();
  REQUIRE(records.size() == 4);

  game.signal(game.record("master-server-1")->process, SIGKILL);
  REQUIRE(game.until([&] { return game.living().size() == 3; }));
  const auto list = game.run({"list"});
  CHECK(list.code == 0);
  CHECK(list.says("the master is not running"));
  CHECK(list.says("chat-server-2"));
  const auto stop = game.run({"stop"});
  CHECK(stop.code == 0);
  CHECK(stop.says("stopped 3 servers"));
  CHECK(game.all_gone(records));
  CHECK(game.run({"start", "--daemon"}).code == 0);
  CHECK(game.run({"stop"}).code == 0);
  CHECK(game.living().empty());
}

TEST_CASE("a start after the master was killed takes over its servers, and stop ends them all") {
  Game game;
  REQUIRE(game.run({"start", "--daemon"}).code == 0);
  const auto before = game.living();
  const auto master = game.record("master-server-1");
  game.signal(master->process, SIGKILL);
  REQUIRE(game.until([&] { return game.living().size() == 3; }));
  const auto second = game.run({"start", "--daemon"});
  INFO(second.output);
  CHECK(second.code == 0);
  CHECK(second.says(", 3 of them ran already"));
  for (const admin::Record& record : before)
    CHECK(game.alive(record) == (record.id != "master-server-1"));
  CHECK(game.run({"list"}).code == 0);
  CHECK(game.run({"stop"}).code == 0);
  CHECK(game.all_gone(before));
  CHECK(game.living().empty());
}

TEST_CASE("outside development servers outlive a killed master without being asked to") {
  Game game;
  const auto master = game.start({"start", "env=production"});
  const auto records = game.living("production");
  REQUIRE(records.size() == 4);
  game.signal(master->process, SIGKILL);
  game.end_of(*master);
  CHECK(game.run({"list", "--env", "production"}).says("the master is not running"));
  CHECK(game.living("production").size() == 3);
  CHECK(game.run({"stop", "--env", "production"}).code == 0);
  CHECK(game.all_gone(records));
}

TEST_CASE("a server that is killed comes back as another process") {
  Game game;
  const auto master = game.start();
  const auto before = game.record("chat-server-1");
  REQUIRE(before);
  game.signal(before->process, SIGKILL);
  REQUIRE(game.until(
      [&] { return game.output(*master).find("chat-server-1 is up again") != std::string::npos; }));
  const auto after = game.record("chat-server-1");
  REQUIRE(after);
  CHECK(after->process != before->process);
  CHECK(after->incarnation > before->incarnation);
  CHECK(game.output(*master).find("chat-server-1 was ended by signal 9") != std::string::npos);
}

TEST_CASE("a port that is taken ends the start with 3, its id and port, and no process") {
  Game game;
  auto holder = game.host().network.listen({"127.0.0.1", game.client_port()},
                                           [](std::unique_ptr<net::Stream>) {});
  REQUIRE(holder);
  for (const char* how : {"start", "--daemon"}) {
    CAPTURE(how);
    const auto ended = game.run({how});
    CHECK(ended.code == 3);
    CHECK(ended.says("connector-server-1"));
    CHECK(ended.says(std::to_string(game.client_port())));
    CHECK(game.living().empty());
  }
}

TEST_CASE("the master's own port that is taken is told like any other") {
  Game game;
  auto holder = game.host().network.listen({"127.0.0.1", game.master_port()},
                                           [](std::unique_ptr<net::Stream>) {});
  REQUIRE(holder);
  const auto ended = game.run({"start"});
  CHECK(ended.code == 3);
  CHECK(ended.says("master-server-1"));
  CHECK(ended.says(std::to_string(game.master_port())));
  CHECK(game.living().empty());
}

TEST_CASE("a server that ends at the first start stops the rest, and its last words are shown") {
  Game game(R"(, "behave": "fail")");
  const auto ended = game.run({"start"});
  CHECK(ended.code == 1);
  CHECK(ended.says("chat-server-2 ended with status 7"));
  CHECK(ended.says("this server never works"));
  CHECK(game.living().empty());
}

TEST_CASE("each signal stops all, also when several come") {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    CAPTURE(number);
    Game game;
    const auto master = game.start();
    const auto records = game.living();
    REQUIRE(records.size() == 4);
    game.signal(master->process, number);
    game.signal(master->process, SIGINT);
    game.signal(master->process, SIGHUP);
    CHECK(game.end_of(*master).code == 0);
    CHECK(game.all_gone(records));
    CHECK(game.living().empty());
  }
}

TEST_CASE("a signal during the start stops what was started") {
  Game game(R"(, "behave": "silent")");
  const auto master = game.begin({"start"});
  REQUIRE(game.until([&] { return game.living().size() == 4; }));
  const auto records = game.living();
  game.signal(master->process, SIGINT);
  CHECK(game.end_of(*master).code == 1);
  CHECK(game.all_gone(records));
}

TEST_CASE("one server can be stopped; it is not started again and the others stay") {
  Game game;
  const auto master = game.start();
  const auto stopped = game.record("chat-server-1");
  REQUIRE(stopped);
  const auto stop = game.run({"stop", "chat-server-1"});
  CHECK(stop.code == 0);
  CHECK(stop.says("stopped 1 server"));
  CHECK_FALSE(game.alive(*stopped));
  CHECK(game.living().size() == 3);
  CHECK(game.run({"list"}).says("stopped"));
  const auto unknown = game.run({"stop", "chat-server-9"});
  CHECK(unknown.code == 2);
  CHECK(unknown.says("there is no server chat-server-9"));
  CHECK_FALSE(master->exit);
}

TEST_CASE("a stopped server is started again by its id, and only then") {
  Game game;
  CHECK(game.run({"start", "chat-server-1"}).says("nothing is running"));
  const auto master = game.start();
  const auto before = game.record("chat-server-1");
  const auto runs = game.run({"start", "chat-server-1"});
  CHECK(runs.code == 4);
  CHECK(runs.says("chat-server-1 runs already"));
  REQUIRE(game.run({"stop", "chat-server-1", "chat-server-2"}).code == 0);
  const auto one = game.run({"start", "chat-server-1"});
  CHECK(one.code == 0);
  CHECK(one.says("started 1 server"));
  CHECK(game.run({"start", "id=chat-server-2"}).code == 0);  // Pomelo's way
  CHECK(game.living().size() == 4);
  CHECK(game.record("chat-server-1")->process != before->process);
  CHECK_FALSE(game.run({"list"}).says("stopped"));
  const auto unknown = game.run({"start", "chat-server-9"});
  CHECK(unknown.code == 2);
  CHECK(unknown.says("there is no server chat-server-9"));
  CHECK(
      game.run({"start", "chat-server-1", "--daemon"}).says("--daemon and --isolation belong to"));
  CHECK_FALSE(master->exit);
}

TEST_CASE("without a master no server can be started") {
  Game game;
  REQUIRE(game.run({"start", "--daemon"}).code == 0);
  REQUIRE(game.run({"stop", "chat-server-1"}).code == 0);
  game.signal(game.record("master-server-1")->process, SIGKILL);
  REQUIRE(game.until([&] { return game.living().size() == 2; }));
  const auto started = game.run({"start", "chat-server-1"});
  CHECK(started.code == 1);
  CHECK(started.says("the master is not running"));
}

TEST_CASE("warnings of servers are shown in the terminal of development") {
  Game game(R"(, "behave": "warn")");
  const auto master = game.start();
  CHECK(game.until([&] {
    return game.output(*master).find("WARN chat-server-2 tiny something is odd route=a.b.c") !=
           std::string::npos;
  }));
  CHECK(game.output(*master).find(game.folder() + "/logs/development") != std::string::npos);
}

TEST_CASE("wrong configuration exits with 2 and starts nothing") {
  Game game;
  CHECK(game.run({"check"}).says("configuration is fine: 3 servers, isolation process"));
  REQUIRE(game.host().files.replace(game.config() + "/servers.json",
                                    "{\"development\": {\"chat\": [{\"id\": 1}]}}", 0644));
  for (const char* verb : {"check", "start", "--daemon"}) {
    CAPTURE(verb);
    const auto ended = game.run({verb});
    CHECK(ended.code == 2);
    CHECK(ended.says("servers.json:1:"));
    CHECK(ended.says("development.chat[0].id"));
  }
  CHECK(game.living().empty());
  CHECK(game.host().files.list(game.folder() + "/run").empty());
}

TEST_CASE("an unknown environment exits with 2") {
  Game game;
  CHECK(game.run({"start", "env=nowhere"}).code == 2);
}

TEST_CASE("garbage on the master's port disturbs nothing") {
  Game game;
  const auto master = game.start();
  struct Sink final : net::StreamEvents {
    void on_bytes(std::span<char>) override {}
    void on_end() override { ended = true; }
    bool ended = false;
  } sink;
  std::unique_ptr<net::Stream> stream;
  const auto connecting =
      game.host().network.connect({"127.0.0.1", game.master_port()}, net::Duration(5000),
                                  [&](Result<std::unique_ptr<net::Stream>> connected) {
                                    if (!connected) return;
                                    stream = std::move(*connected);
                                    stream->set_events(sink);
                                    stream->write(std::string(5000, '\x7f'));
                                  });
  CHECK(game.until([&] { return sink.ended; }));
  const auto list = game.run({"list"});
  CHECK(list.code == 0);
  CHECK(lines_of(list.output) == 5);
}

}  // namespace
}  // namespace shaddock::app
