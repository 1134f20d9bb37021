#include "admin/master_topology.h"

#include <doctest/doctest.h>

#include "admin/master_trial.h"

// What the master does about a servers.json that changes while the servers run.
namespace shaddock::admin {
namespace {

using cluster::Role;

constexpr const char* kFile = "/games/config/servers.json";
constexpr const char* kMaster =
    R"({"development": {"id": "master-server-1", "host": "127.0.0.1", "port": 3005}})";

std::string entry_text(const std::string& id, int port) {
  return R"({"id": ")" + id + R"(", "host": "127.0.0.1", "port": )" + std::to_string(port) + '}';
}
std::string frontend_text(const std::string& id, int port) {
  return R"({"id": ")" + id + R"(", "host": "127.0.0.1", "clientPort": )" + std::to_string(port) +
         R"(, "frontend": true})";
}
std::string file_with(const std::string& chats) {
  return R"({"development": {"connector": [)" + frontend_text("connector-server-1", 3050) +
         R"(], "gate": [)" + frontend_text("gate-server-1", 3014) + R"(], "chat": [)" + chats +
         "]}}";
}

// A cluster that runs by a file, and a console.
struct Trial : MasterTrial {
  explicit Trial(StopLimits limits = {}) : MasterTrial(net::Duration(20'000), {}, limits) {
    prepare();
    peers = start_completely();
    REQUIRE(console.dial("master-server-1", master->address()));
  }
  // A process of the chat server lives that obeys nobody, and what servers.json says of it is not
  // what it was started by.
  explicit Trial(int stray) : MasterTrial(net::Duration(300)) {
    prepare();
    Record record;
    record.id = "chat-server-1";
    record.type = "chat";
    record.process = {stray, 5000};
    record.incarnation = 70;
    record.fingerprint = 1;
    world.processes.living.insert(stray);
    world.processes.immortal.insert(stray);
    REQUIRE(Records(world.host, "/games/run/development").write(record));
    REQUIRE(master->start([this](int ended) { code = ended; }));
    REQUIRE(until_says("ready: 0 servers"));
  }
  void prepare() {
    world.files.files["/games/config/master.json"] = kMaster;
    world.files.files[kFile] = file_with(entry_text("chat-server-1", 6050));
    change_settings([this](MasterSettings& settings) {
      settings.load = [this](const std::string& text) { return load(text); };
      settings.servers_files = {kFile};
      settings.master_file = "/games/config/master.json";
      auto configuration = load(world.files.files[kFile]).configuration;
      settings.servers = configuration.servers;
      settings.fingerprints = configuration.fingerprints;
      settings.entry = configuration.master;
    });
  }
  LoadedConfiguration load(const std::string& servers) {
    return load_configuration("/games/config",
                              [&](const std::string& path) {
                                return path == kFile ? std::optional(servers)
                                                     : *world.files.read(path);
                              },
                              "development", {});
  }
  std::string last_started() const {
    return world.processes.spawned.back().command.arguments[1].substr(3);
  }
  std::size_t index_of(const std::string& id) const {
    const auto& all = world.processes.spawned;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i].command.arguments[1] == "id=" + id) return i;
    return all.size();
  }
  void come_last() {
    peers.push_back(join(world.processes.spawned.size() - 1));
    CHECK(peers.back()->call("master-server-1", verb::kReady, Nothing{}) == code::kOk);
  }
  bool until_says(std::string_view text) {
    return world.until([&] { return says(text); });
  }
  std::string audit() { return world.files.files["/games/logs/development/audit.log"]; }

  std::vector<std::unique_ptr<Peer>> peers;
  Peer console{world, Role::console, "console-1", 1};
};

TEST_CASE("an entry that an editor adds is started, listed when it is ready, and noted") {
  Trial trial;
  trial.world.files.files[kFile] =
      file_with(entry_text("chat-server-1", 6050) + ", " + entry_text("chat-server-2", 6051));
  REQUIRE(trial.until_says("servers.json: start chat-server-2"));
  REQUIRE(trial.world.until([&] { return trial.world.processes.spawned.size() == 4; }));
  CHECK(trial.last_started() == "chat-server-2");
  trial.come_last();
  REQUIRE(trial.until_says("chat-server-2 is up\n"));
  REQUIRE(trial.world.until([&] {
    return trial.views.back().servers.size() == 4 &&
           trial.views.back().servers[3].state == ServerInfo::State::up;
  }));
  CHECK(trial.audit().find("verb=apply arguments=\"by=file, start chat-server-2\" result=begins") !=
        std::string::npos);
  CHECK(trial.world.files.files["/games/run/development/servers.applied"] ==
        trial.world.files.files[kFile]);
}

TEST_CASE("an edit that comes while a server of the last one starts waits until it is ready") {
  Trial trial;
  const std::string two =
      entry_text("chat-server-1", 6050) + ", " + entry_text("chat-server-2", 6051);
  trial.world.files.files[kFile] = file_with(two);
  REQUIRE(trial.world.until([&] { return trial.world.processes.spawned.size() == 4; }));
  trial.world.files.files[kFile] = file_with(two + ", " + entry_text("chat-server-3", 6052));
  net::Timer later(trial.world.host.loop.timers(), [] {});
  later.start(4 * FileWatch::kPeriod);
  REQUIRE(trial.world.until([&] { return !later.active(); }));
  CHECK(trial.world.processes.spawned.size() == 4);
  CHECK_FALSE(trial.says("servers.json: start chat-server-3"));
  trial.come_last();
  REQUIRE(trial.until_says("servers.json: start chat-server-3"));
  REQUIRE(trial.world.until([&] { return trial.world.processes.spawned.size() == 5; }));
  CHECK(trial.last_started() == "chat-server-3");
}

TEST_CASE("what an editor takes out leaves the lists at once, and the cluster when it has ended") {
  Trial trial;
  trial.world.files.files[kFile] =
      file_with(entry_text("chat-server-1", 6050) + ", " + entry_text("chat-server-2", 6051));
  REQUIRE(trial.world.until([&] { return trial.world.processes.spawned.size() == 4; }));
  trial.come_last();
  REQUIRE(trial.until_says("chat-server-2 is up\n"));
  trial.world.files.files[kFile] = file_with(entry_text("chat-server-1", 6050));
  REQUIRE(trial.until_says("servers.json: stop chat-server-2"));
  REQUIRE(trial.world.until([&] {
    const auto& servers = trial.views.back().servers;
    return servers.size() < 4 || servers[3].state != ServerInfo::State::up;
  }));
  CHECK_FALSE(trial.says("chat-server-2 is gone"));
  trial.end(3, net::Exit{});
  REQUIRE(trial.until_says("chat-server-2 is gone"));
  REQUIRE(trial.world.until([&] { return trial.views.back().servers.size() == 3; }));
  CHECK(trial.world.processes.spawned.size() == 4);
}

TEST_CASE(
    "changed entries: one server after the other, and none after one that does not come back") {
  Trial trial;
  trial.world.files.files[kFile] =
      file_with(entry_text("chat-server-1", 6050) + ", " + entry_text("chat-server-2", 6051));
  REQUIRE(trial.world.until([&] { return trial.world.processes.spawned.size() == 4; }));
  trial.come_last();
  REQUIRE(trial.until_says("chat-server-2 is up\n"));
  trial.world.files.files[kFile] =
      file_with(entry_text("chat-server-1", 6060) + ", " + entry_text("chat-server-2", 6061));
  REQUIRE(trial.until_says("servers.json: restart chat-server-2"));
  trial.end(trial.index_of("chat-server-1"), net::Exit{});
  REQUIRE(trial.world.until([&] { return trial.world.processes.spawned.size() == 5; }));
  CHECK(trial.last_started() == "chat-server-1");
  trial.end(4, net::Exit{1, 0});
  REQUIRE(trial.until_says("not restarted: chat-server-2"));
}

TEST_CASE("who is removed and added again while its process cannot be ended gets no second one") {
  Trial trial(1500);
  const std::string both = trial.world.files.files[kFile];
  const std::size_t spawned = trial.world.processes.spawned.size();
  trial.world.files.files[kFile] = file_with("");
  REQUIRE(trial.until_says("servers.json: stop chat-server-1"));
  REQUIRE(trial.until_says("chat-server-1 still runs, as process 1500"));
  CHECK_FALSE(trial.says("chat-server-1 is gone"));
  trial.world.files.files[kFile] = both;
  REQUIRE(trial.until_says("servers.json: start chat-server-1"));
  REQUIRE(trial.until_says("servers.json: chat-server-1 still runs, as process 1500"));
  CHECK(trial.world.processes.spawned.size() == spawned);
}

TEST_CASE("a removed server may take as long as it has said when it registered") {
  Trial trial(StopLimits{net::Duration(20), net::Duration(40), net::Duration(60)});
  RegisterMessage message;
  message.pid = trial.world.processes.spawned.at(2).id.pid;
  message.stop_limit = 60'000;
  REQUIRE(trial.peers[2]->call("master-server-1", verb::kRegister, message) == code::kOk);
  trial.world.files.files[kFile] = file_with("");
  REQUIRE(trial.until_says("servers.json: stop chat-server-1"));
  net::Timer later(trial.world.host.loop.timers(), [] {});
  later.start(net::Duration(300));
  REQUIRE(trial.world.until([&] { return !later.active(); }));
  CHECK_FALSE(trial.says("chat-server-1 did not stop in time"));
}

TEST_CASE("a file that is wrong is told once, with the place, and changes nothing") {
  Trial trial;
  const std::string before = trial.world.files.files["/games/run/development/servers.applied"];
  trial.world.files.files[kFile] = file_with(entry_text("chat-server-1", 70000));
  REQUIRE(trial.until_says("servers.json was changed, but is wrong"));
  CHECK(trial.says("development.chat[0].port: must be from 1 to 65535, got 70000"));
  CHECK(trial.world.processes.spawned.size() == 3);
  CHECK(trial.world.files.files["/games/run/development/servers.applied"] == before);
}

TEST_CASE("a console's add is judged before it is written") {
  Trial trial;
  const std::string before = trial.world.files.files[kFile];
  CHECK(trial.console.call("master-server-1", verb::kConsoleAdd,
                           EntryMessage{{"id=chat-server-1", "type=chat", "host=127.0.0.1",
                                         "port=6051"}}) == code::kBadMessage);
  CHECK(trial.console.call("master-server-1", verb::kConsoleRemove,
                           ServersMessage{{"chat-server-9"}}) == code::kBadMessage);
  CHECK(trial.world.files.files[kFile] == before);
}

TEST_CASE("whoever may only look may ask for the plan, and change nothing") {
  Trial trial;
  Peer observer(trial.world, Role::observer, "observer-1", 1);
  REQUIRE(observer.dial("master-server-1", trial.master->address()));
  CHECK(observer.call("master-server-1", verb::kConsolePlan, Nothing{}) == code::kOk);
  CHECK(observer.call("master-server-1", verb::kConsoleAdd, EntryMessage{{"id=x"}}) ==
        code::kFailed);
}

}  // namespace
}  // namespace shaddock::admin
