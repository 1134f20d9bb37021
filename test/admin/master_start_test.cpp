#include <doctest/doctest.h>

#include "admin/master_trial.h"

// How the master starts single servers again, for the console.
namespace shaddock::admin {
namespace {

using cluster::Role;
using Trial = MasterTrial;

// Somebody who asks the master to stop the chat server, and then to start it.
struct Operator {
  explicit Operator(Trial& trial, std::string id = "console-1")
      : trial(trial), console(trial.world, Role::console, std::move(id), 1) {
    REQUIRE(console.dial("master-server-1", trial.master->address()));
  }
  void stop_chat() {
    StopMessage stop;
    stop.ids = {"chat-server-1"};
    console.rpc().call(console.endpoint().find("master-server-1"), verb::kConsoleStop,
                       type_of<StopMessage>(), &stop, {}, [](Result<std::string_view>) {});
    REQUIRE(trial.world.until([&] { return !trial.world.processes.signals.empty(); }));
  }
  void start(std::vector<std::string> ids) {
    StartMessage message;
    message.ids = std::move(ids);
    ask(verb::kConsoleStart, message);
  }
  void restart(std::vector<std::string> ids) {
    ServersMessage message;
    message.ids = std::move(ids);
    ask(verb::kConsoleRestart, message);
  }
  template <class Message>
  void ask(std::string_view verb, const Message& message) {
    said.reset();
    console.rpc().call(console.endpoint().find("master-server-1"), verb, type_of<Message>(),
                       &message, {},
                       [this](Result<std::string_view> a) { said = a ? "done" : a.error().text; });
  }
  bool hears(std::string_view what) {
    trial.world.until([&] { return said.has_value(); });
    return said && said->find(what) != std::string::npos;
  }
  // Of the process of a server that is started again.
  bool spawns() {
    return trial.world.until([&] { return trial.world.processes.spawned.size() == 4; });
  }

  Trial& trial;
  Peer console;
  std::optional<std::string> said;
};

TEST_CASE("a stopped server is started when the console asks, which hears when it is ready") {
  Trial trial;
  auto peers = trial.start_completely();
  Operator console(trial);
  console.stop_chat();
  console.start({"chat-server-1"});
  CHECK(console.hears("chat-server-1 is being stopped"));
  peers.pop_back();
  trial.end(2, {});
  console.start({"chat-server-1"});
  REQUIRE(console.spawns());
  const auto again = trial.join(3);
  CHECK_FALSE(console.said);
  CHECK(again->call("master-server-1", verb::kReady, Nothing{}) == code::kOk);
  CHECK(console.hears("done"));
  REQUIRE(trial.world.until([&] { return trial.views.back().servers.size() == 3; }));
}

TEST_CASE("who asks for a start that cannot be hears why, and nothing is started") {
  Trial trial;
  const auto peers = trial.start_completely();
  Operator console(trial);
  console.start({"chat-server-1"});
  CHECK(console.hears("chat-server-1 runs already"));
  console.start({"master-server-1"});
  CHECK(console.hears("master-server-1 runs already"));
  console.start({"chat-server-9", "chat-server-1"});
  CHECK(console.hears("there is no server chat-server-9"));
  CHECK(trial.world.processes.spawned.size() == 3);
}

TEST_CASE("a server that ends instead of being ready says its last words to who asked for it") {
  Trial trial;
  const auto peers = trial.start_completely();
  Operator console(trial);
  console.stop_chat();
  trial.end(2, {});
  console.start({"chat-server-1"});
  REQUIRE(console.spawns());
  trial.world.files.files["/games/logs/development/chat-server-1.out"] = "no luck today\n";
  trial.end(3, {3, 0});
  CHECK(console.hears("chat-server-1 ended with status 3: no luck today"));
}

// Two servers that are restarted and have ended, the second one last.
struct Restart {
  explicit Restart(std::string other) {
    peers = trial.start_completely();
    console.emplace(trial);
    console->restart({std::move(other), "chat-server-1"});
    REQUIRE(trial.world.until([&] { return !trial.world.processes.signals.empty(); }));
    peers.clear();
  }
  std::vector<std::string> spawned() const {
    std::vector<std::string> ids;
    for (const auto& process : trial.world.processes.spawned)
      ids.push_back(process.command.arguments[1].substr(3));
    ids.erase(ids.begin(), ids.begin() + 3);
    return ids;
  }

  Trial trial;
  std::vector<std::unique_ptr<Peer>> peers;
  std::optional<Operator> console;
};

TEST_CASE("a restart starts all it has ended, also when another command was faster with one") {
  Restart restart("gate-server-1");
  Trial& trial = restart.trial;
  trial.end(1, {});
  Operator other(trial, "console-2");
  other.start({"gate-server-1"});
  REQUIRE(other.spawns());
  trial.end(2, {});
  REQUIRE(trial.world.until([&] { return restart.spawned().size() == 2; }));
  CHECK(restart.spawned() == std::vector<std::string>{"gate-server-1", "chat-server-1"});
  std::vector<std::unique_ptr<Peer>> again;
  for (const std::size_t index : {3, 4}) {
    CHECK_FALSE(restart.console->said);
    again.push_back(trial.join(index));
    CHECK(again.back()->call("master-server-1", verb::kReady, Nothing{}) == code::kOk);
  }
  CHECK(restart.console->hears("done"));
}

TEST_CASE("a restart starts all it has ended, also when one cannot be, which is tried again") {
  Restart restart("gate-server-1");
  Trial& trial = restart.trial;
  trial.world.processes.refused = "id=gate-server-1";
  trial.end(1, {});
  trial.end(2, {});
  CHECK(restart.console->hears("gate-server-1: no more processes"));
  CHECK(restart.spawned().front() == "chat-server-1");
  trial.world.processes.refused.clear();
  REQUIRE(trial.world.until([&] { return restart.spawned().size() == 2; }));
  CHECK(restart.spawned().back() == "gate-server-1");
}

TEST_CASE("a server that is not ready in time is named to who asked for it") {
  Trial trial(net::Duration(500));
  const auto peers = trial.start_completely();
  Operator console(trial);
  console.stop_chat();
  trial.end(2, {});
  console.start({"chat-server-1"});
  CHECK(console.hears("not ready in time: chat-server-1"));
  CHECK_FALSE(trial.code);
}

}  // namespace
}  // namespace shaddock::admin
