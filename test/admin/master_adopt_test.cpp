#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>

#include "admin/master_trial.h"
#include "admin/survivors.h"

namespace shaddock::admin {
namespace {

using cluster::Role;
using Signals = std::vector<std::pair<int, int>>;

// A master that was killed has left some servers.
struct Heritage : MasterTrial {
  using MasterTrial::MasterTrial;

  void leave(const std::string& id, int pid, std::uint64_t incarnation,
             std::uint64_t start_time = 5000) {
    Record record;
    record.id = id;
    record.type = "chat";
    record.process = {pid, start_time};
    record.incarnation = incarnation;
    world.processes.living.insert(pid);
    REQUIRE(Records(world.host, "/games/run/development").write(record));
  }
  // What servers.json says of it is not what it was started by.
  void change_entry(const std::string& id, const std::string& type) {
    Records records(world.host, "/games/run/development");
    Record changed = *records.find(id);
    changed.fingerprint = fingerprint(server_entry(id, type)) + 1;
    REQUIRE(records.write(changed));
  }
  void begin() {
    REQUIRE(master->start([this](int ended) { code = ended; }));
  }
  std::unique_ptr<Peer> come(const std::string& id, int pid, std::uint64_t incarnation,
                             int expected = code::kOk) {
    auto peer = std::make_unique<Peer>(world, Role::server, id, incarnation);
    add_verb<ViewMessage>(
        peer->remotes(), verb::kView,
        [this](ViewMessage& message, cluster::IncomingCall) { views.push_back(message); });
    REQUIRE(peer->dial("master-server-1", master->address()));
    RegisterMessage message;
    message.pid = pid;
    CHECK(peer->call("master-server-1", verb::kRegister, message) == expected);
    if (expected == code::kOk)
      CHECK(peer->call("master-server-1", verb::kReady, Nothing{}) == code::kOk);
    return peer;
  }
  std::uint64_t incarnation_of(std::size_t spawned) const {
    return std::stoull(world.processes.spawned.at(spawned).command.arguments[2].substr(12));
  }
  std::vector<std::string> started() const {
    std::vector<std::string> ids;
    for (const auto& process : world.processes.spawned)
      ids.push_back(process.command.arguments[1].substr(3));
    return ids;
  }
  bool until_started(std::size_t count) {
    return world.until([&] { return world.processes.spawned.size() >= count; });
  }
};

using Ids = std::vector<std::string>;

TEST_CASE("a new master takes over what lives, starts only what is missing, and signals nobody") {
  Heritage trial;
  trial.leave("chat-server-1", 1500, 70);
  trial.leave("gate-server-1", 1501, 71, 4000);  // its pid is another process by now
  trial.begin();
  CHECK(trial.started() == Ids{"connector-server-1", "gate-server-1"});
  CHECK(trial.says("starting 2 servers of development, taking over 1, "));
  CHECK(trial.incarnation_of(0) > 71);

  const auto chat = trial.come("chat-server-1", 1500, 70);
  REQUIRE(trial.world.until([&] { return !trial.views.empty(); }));
  CHECK(trial.views.back().servers[2].state == ServerInfo::State::up);
  CHECK(trial.views.back().servers[2].incarnation == 70);
  std::vector<std::unique_ptr<Peer>> others;
  for (std::size_t i = 0; i < 2; ++i)
    others.push_back(trial.come(trial.started()[i], trial.world.processes.spawned[i].id.pid,
                                trial.incarnation_of(i)));
  CHECK(trial.says("ready: 3 servers in "));
  CHECK(trial.says(" ms, 1 of them ran already, "));
  CHECK(trial.world.processes.signals.empty());
}

TEST_CASE("those who join first see everybody up who runs, though not all have joined yet") {
  Heritage trial;
  trial.leave("chat-server-1", 1500, 70);
  trial.leave("connector-server-1", 1501, 71);
  trial.begin();
  const auto chat = trial.come("chat-server-1", 1500, 70);
  REQUIRE(trial.world.until([&] { return !trial.views.empty(); }));
  CHECK(trial.views.back().servers[0].state == ServerInfo::State::up);
  CHECK(trial.views.back().servers[0].incarnation == 71);
}

TEST_CASE("another process that says it is a server that was taken over is refused") {
  Heritage trial;
  trial.leave("chat-server-1", 1500, 70);
  trial.begin();
  trial.come("chat-server-1", 1600, 70, code::kFailed);
}

TEST_CASE("a server that was taken over and ends is started again, as a greater incarnation") {
  Heritage trial;
  trial.leave("chat-server-1", 1500, 70);
  trial.begin();
  REQUIRE(trial.started().size() == 2);
  trial.world.processes.end_watched(1500);
  REQUIRE(trial.until_started(3));
  CHECK(trial.started().back() == "chat-server-1");
  CHECK(trial.incarnation_of(2) > 70);
  CHECK(trial.says("chat-server-1 has ended, started again in 0 ms"));
}

TEST_CASE("what is not configured any more is stopped, with a line, before others are started") {
  Heritage trial;
  trial.leave("chat-server-1", 1500, 70);
  trial.leave("chat-server-9", 1501, 71);
  trial.world.processes.deaf.insert(1501);
  trial.begin();
  CHECK(trial.says("chat-server-9 (pid 1501) is not in servers.json any more: it is stopped\n"));
  REQUIRE(trial.world.until([&] { return !trial.world.processes.signals.empty(); }));
  CHECK(trial.world.processes.signals == Signals{{1501, SIGTERM}});
  CHECK(trial.started().empty());
  trial.world.processes.living.erase(1501);
  REQUIRE(trial.until_started(2));
  CHECK(trial.started() == Ids{"connector-server-1", "gate-server-1"});
  CHECK_FALSE(trial.world.files.files.contains("/games/run/development/chat-server-9.json"));
}

TEST_CASE("a server that is stopped, for it must not run on, is not refused while it finishes") {
  Heritage trial;
  trial.leave("chat-server-9", 1501, 71);
  trial.world.processes.deaf.insert(1501);
  trial.begin();
  trial.come("chat-server-9", 1501, 71, code::kDraining);
  trial.come("chat-server-9", 1600, 72, code::kFailed);  // somebody else
  trial.world.processes.living.erase(1501);
  REQUIRE(trial.until_started(3));
}

TEST_CASE("a server that is stopped to be started anew is not started while it lives") {
  Heritage trial;
  trial.leave("chat-server-1", 1500, 70);
  trial.change_entry("chat-server-1", "chat");
  trial.world.processes.deaf.insert(1500);
  trial.begin();
  Peer console(trial.world, Role::console, "console-1", 1);
  REQUIRE(console.dial("master-server-1", trial.master->address()));
  CHECK(console.call("master-server-1", verb::kConsoleStart, StartMessage{{"chat-server-1"}}) ==
        code::kFailed);
  CHECK(console.body.find("chat-server-1 still runs, as process 1500") != std::string::npos);
  CHECK(trial.started().empty());
}

TEST_CASE("what cannot be stopped keeps its record, and nothing is started in its place") {
  Heritage trial;
  trial.leave("chat-server-1", 1500, 70);
  trial.change_entry("chat-server-1", "chat");
  trial.world.processes.immortal.insert(1500);
  trial.begin();
  REQUIRE(trial.until_started(2));
  CHECK(trial.started() == Ids{"connector-server-1", "gate-server-1"});
  CHECK(trial.says("could not be stopped: chat-server-1"));
  CHECK(Records(trial.world.host, "/games/run/development").find("chat-server-1"));
  Peer console(trial.world, Role::console, "console-1", 1);
  REQUIRE(console.dial("master-server-1", trial.master->address()));
  REQUIRE(console.call("master-server-1", verb::kConsoleList, ListRequest{}) == code::kOk);
  CHECK(console.body.find("process 1500 could not be stopped") != std::string::npos);
  CHECK(console.call("master-server-1", verb::kConsoleStart, StartMessage{{"chat-server-1"}}) ==
        code::kFailed);
  CHECK(console.call("master-server-1", verb::kConsoleRestart, ServersMessage{{"chat-server-1"}}) ==
        code::kFailed);
  CHECK(console.body.find("chat-server-1 still runs, as process 1500") != std::string::npos);
  CHECK(trial.started().size() == 2);
  CHECK_FALSE(trial.code);

  trial.world.processes.end_watched(1500);
  REQUIRE(trial.until_started(3));
  CHECK(trial.started().back() == "chat-server-1");
  CHECK_FALSE(Records(trial.world.host, "/games/run/development").find("chat-server-1"));
}

TEST_CASE("a server whose entry has changed is stopped and started anew") {
  Heritage trial;
  trial.leave("chat-server-1", 1500, 70);
  trial.change_entry("chat-server-1", "chat");
  trial.begin();
  REQUIRE(trial.until_started(3));
  CHECK(trial.world.processes.signals == Signals{{1500, SIGTERM}});
  CHECK(trial.started().back() == "chat-server-1");
}

TEST_CASE("a server that was taken over but is never heard of is killed and started again") {
  Heritage trial(net::Duration(500));
  trial.leave("chat-server-1", 1500, 70);
  trial.begin();
  std::vector<std::unique_ptr<Peer>> others;
  for (std::size_t i = 0; i < 2; ++i)
    others.push_back(trial.come(trial.started()[i], trial.world.processes.spawned[i].id.pid,
                                trial.incarnation_of(i)));
  REQUIRE(trial.world.until([&] { return !trial.world.processes.signals.empty(); }));
  CHECK(trial.world.processes.signals == Signals{{1500, SIGKILL}});
  CHECK(trial.says("chat-server-1 was not heard of for too long and is killed"));
  trial.world.processes.end_watched(1500);
  REQUIRE(trial.until_started(3));
  CHECK_FALSE(trial.code.has_value());
}

TEST_CASE("where servers ran already, one that cannot start does not stop them") {
  Heritage trial(net::Duration(500));
  trial.leave("chat-server-1", 1500, 70);
  trial.begin();
  const auto chat = trial.come("chat-server-1", 1500, 70);
  trial.world.files.files["/games/logs/development/gate-server-1.out"] = "no ink\n";
  trial.end(1, {3, 0});
  CHECK(trial.says("gate-server-1 ended with status 3, started again in 0 ms"));
  REQUIRE(trial.world.until([&] { return trial.says("ready: 1 servers in "); }));
  CHECK(trial.says(", not ready: connector-server-1, gate-server-1"));
  CHECK_FALSE(trial.code.has_value());
  CHECK_FALSE(trial.says("stopping"));
  Peer console(trial.world, Role::console, "console-1", 1);
  REQUIRE(console.dial("master-server-1", trial.master->address()));
  REQUIRE(console.call("master-server-1", verb::kConsoleList, ListRequest{}) == code::kOk);
  CHECK(console.body.find("ended with status 3: no ink") != std::string::npos);
}

TEST_CASE("where servers ran already, one whose process cannot be made is tried again") {
  Heritage trial;
  trial.leave("chat-server-1", 1500, 70);
  trial.world.processes.refused = "id=connector-server-1";
  trial.begin();
  CHECK(trial.started() == Ids{"gate-server-1"});
  CHECK(trial.says("connector-server-1 no more processes, started again in 0 ms"));
  trial.world.processes.refused.clear();
  REQUIRE(trial.until_started(2));
  CHECK(trial.started().back() == "connector-server-1");
}

TEST_CASE("a stop ends those that were taken over like all others") {
  Heritage trial;
  trial.leave("chat-server-1", 1500, 70);
  trial.begin();
  trial.master->stop();
  trial.end(0, {});
  trial.end(1, {});
  CHECK(trial.world.processes.signals.back() == std::pair{1500, SIGTERM});
  trial.world.processes.end_watched(1500);
  REQUIRE(trial.world.until([&] { return trial.code.has_value(); }));
  CHECK(trial.world.files.locks.empty());
}

TEST_CASE("what a killed master held by a lifeline is waited for, not taken over") {
  Heritage trial;
  Record before;
  before.id = "master-server-1";
  before.type = "master";
  before.process = {1400, 5000};
  before.incarnation = 60;
  before.lifeline = true;
  REQUIRE(Records(trial.world.host, "/games/run/development").write(before));
  trial.leave("chat-server-1", 1500, 70);
  trial.world.processes.deaf.insert(1500);
  trial.begin();
  CHECK(trial.says("chat-server-1 (pid 1500) ends with the master that has started it"));
  CHECK(trial.started().empty());
  trial.world.processes.living.erase(1500);
  REQUIRE(trial.until_started(3));
  CHECK_FALSE(trial.says("started again"));
}

}  // namespace
}  // namespace shaddock::admin
