#include <doctest/doctest.h>

#include "admin/master_trial.h"

// Servers that nobody configured, and the master that lets them in.
namespace shaddock::admin {
namespace {

using cluster::Role;

ServerInfo newcomer(std::string id = "chat-server-9", int port = 6059) {
  ServerInfo server = server_entry(std::move(id), "chat");
  server.port = port;
  return server;
}

struct Trial : MasterTrial {
  Trial() : peers(start_completely()), console(world, Role::console, "console-1", 1) {
    REQUIRE(console.dial("master-server-1", master->address()));
  }
  // 0 when it is refused.
  std::uint64_t ask(const ServerInfo& server, int pid = 500) {
    JoinMessage message;
    message.server = to_message(server);
    message.pid = pid;
    code = console.call("master-server-1", verb::kConsoleJoin, message);
    AdmittedMessage admitted;
    if (code == code::kOk)
      REQUIRE(cluster::decode_msgpack(console.body, type_of<AdmittedMessage>(), &admitted));
    return admitted.incarnation;
  }
  std::unique_ptr<Peer> come(ServerInfo server, std::uint64_t incarnation, int pid = 500) {
    auto peer = std::make_unique<Peer>(world, Role::server, server.id, incarnation);
    add_verb<Nothing>(peer->remotes(), verb::kStop, [this](Nothing&, cluster::IncomingCall call) {
      call.answer();
      ++told_to_stop;
    });
    REQUIRE(peer->dial("master-server-1", master->address()));
    RegisterMessage message;
    message.pid = pid;
    message.entry = to_message(server);
    registered = peer->call("master-server-1", verb::kRegister, message);
    if (registered == code::kOk) peer->call("master-server-1", verb::kReady, Nothing{});
    return peer;
  }
  std::unique_ptr<Peer> let_in(const ServerInfo& server) { return come(server, ask(server)); }
  // As the others see it; empty: not at all.
  std::string seen(const std::string& id) {
    if (views.empty()) return "";
    for (const ServerMessage& server : views.back().servers)
      if (server.id == id)
        return server.state == ServerInfo::State::up     ? "up"
               : server.state == ServerInfo::State::down ? "down"
                                                         : "other";
    return "";
  }
  bool comes_to(const std::string& id, const std::string& state) {
    return world.until([&] { return seen(id) == state; });
  }

  std::vector<std::unique_ptr<Peer>> peers;
  Peer console;
  int code = 0, registered = 0, told_to_stop = 0;
};

TEST_CASE("a server that no file names gets an incarnation, and its place behind the others") {
  Trial trial;
  const std::uint64_t incarnation = trial.ask(newcomer());
  CHECK(incarnation > 4);  // the master's and its three servers'
  CHECK(trial.seen("chat-server-9") != "up");
  const auto peer = trial.come(newcomer(), incarnation);
  CHECK(trial.registered == code::kOk);
  REQUIRE(trial.comes_to("chat-server-9", "up"));
  const auto other = trial.let_in(newcomer("chat-server-8", 6058));
  REQUIRE(trial.comes_to("chat-server-8", "up"));
  std::vector<std::string> ids;
  for (const ServerMessage& server : trial.views.back().servers)
    if (server.type == "chat") ids.push_back(server.id);
  CHECK(ids == std::vector<std::string>{"chat-server-1", "chat-server-8", "chat-server-9"});
  CHECK(trial.says("chat-server-9 has joined"));

  REQUIRE(trial.console.call("master-server-1", verb::kConsoleList, ListRequest{}) == code::kOk);
  ListMessage list;
  REQUIRE(cluster::decode_msgpack(trial.console.body, type_of<ListMessage>(), &list));
  for (const RowMessage& row : list.rows)
    CHECK(row.by_hand.has_value() == (row.id == "chat-server-8" || row.id == "chat-server-9"));
  const std::string& audit = trial.world.files.files["/games/logs/development/audit.log"];
  CHECK(audit.find("verb=join arguments=\"chat-server-9 chat 127.0.0.1:6059\" result=done") !=
        std::string::npos);
}

TEST_CASE("an id that lives is refused, and its owner serves on") {
  Trial trial;
  CHECK(trial.ask(newcomer("chat-server-1")) == 0);
  CHECK(trial.code == kIdTaken);
  CHECK(trial.ask(newcomer("master-server-1")) == 0);
  CHECK(trial.code == kIdTaken);
  const auto first = trial.let_in(newcomer());
  REQUIRE(trial.comes_to("chat-server-9", "up"));
  CHECK(trial.ask(newcomer(), 501) == 0);
  CHECK(trial.code == kIdTaken);
  CHECK(trial.console.body.find("chat-server-9 runs already") != std::string::npos);
  CHECK(trial.seen("chat-server-9") == "up");
  CHECK(first->call("master-server-1", verb::kReady, Nothing{}) == code::kOk);
}

TEST_CASE("what servers.json would not allow is refused") {
  Trial trial;
  ServerInfo elsewhere = newcomer();
  elsewhere.host = "10.1.2.3";
  for (const ServerInfo& server :
       {newcomer("a b"), newcomer("chat-server-9", 0), newcomer("chat-server-9", 3050),
        newcomer("chat-server-9", trial.master->address().port), elsewhere}) {
    CHECK(trial.ask(server) == 0);
    CHECK(trial.code == code::kFailed);
  }
  // One of servers.json that does not run is for `start`.
  trial.end(2, {1, 0});
  CHECK(trial.ask(newcomer("chat-server-1")) == 0);
  CHECK(trial.console.body.find("`start chat-server-1`") != std::string::npos);
}

TEST_CASE("one that says that it leaves is gone with its link, and may be joined again") {
  Trial trial;
  auto peer = trial.let_in(newcomer());
  REQUIRE(trial.comes_to("chat-server-9", "up"));
  REQUIRE(peer->call("master-server-1", verb::kLeave, Nothing{}) == code::kOk);
  REQUIRE(trial.comes_to("chat-server-9", ""));
  CHECK_FALSE(trial.says("has left"));
  peer.reset();
  REQUIRE(trial.world.until([&] { return trial.says("chat-server-9 has left"); }));
  CHECK_FALSE(trial.world.files.files.contains("/games/run/development/joined"));
  const auto again = trial.let_in(newcomer());
  CHECK(trial.comes_to("chat-server-9", "up"));
}

TEST_CASE("one whose link is lost is down, may come back, and is gone when it stays away") {
  Trial trial;
  const std::uint64_t incarnation = trial.ask(newcomer());
  auto peer = trial.come(newcomer(), incarnation);
  REQUIRE(trial.comes_to("chat-server-9", "up"));
  peer.reset();
  REQUIRE(trial.comes_to("chat-server-9", "down"));
  peer = trial.come(newcomer(), incarnation);
  CHECK(trial.registered == code::kOk);
  REQUIRE(trial.comes_to("chat-server-9", "up"));
  peer.reset();
  REQUIRE(trial.comes_to("chat-server-9", "down"));
  REQUIRE(trial.comes_to("chat-server-9", ""));
  CHECK(trial.says("chat-server-9 was away for too long"));
  // And later still: it is let in by its own words.
  peer = trial.come(newcomer(), incarnation);
  CHECK(trial.registered == code::kOk);
  CHECK(trial.comes_to("chat-server-9", "up"));
  CHECK(trial.world.processes.spawned.size() == 3);
}

TEST_CASE("while it is away another process may take the id, and the first is refused then") {
  Trial trial;
  const std::uint64_t incarnation = trial.ask(newcomer());
  trial.come(newcomer(), incarnation).reset();
  REQUIRE(trial.comes_to("chat-server-9", "down"));
  const std::uint64_t newer = trial.ask(newcomer(), 501);
  CHECK(newer > incarnation);
  const auto peer = trial.come(newcomer(), newer, 501);
  CHECK(trial.registered == code::kOk);
  Peer late(trial.world, Role::server, "chat-server-9", incarnation);
  late.endpoint().dial("master-server-1", trial.master->address());
  CHECK(trial.comes_to("chat-server-9", "up"));
  CHECK(late.endpoint().find("master-server-1") == nullptr);
}

TEST_CASE("one that is let in and never comes is forgotten") {
  Trial trial;
  CHECK(trial.ask(newcomer()) != 0);
  CHECK(trial.world.files.files.contains("/games/run/development/joined"));
  REQUIRE(trial.world.until([&] { return trial.says("chat-server-9 was away for too long"); }));
  CHECK_FALSE(trial.world.files.files.contains("/games/run/development/joined"));
}

TEST_CASE("an operator stops it; nobody else can start it") {
  Trial trial;
  auto peer = trial.let_in(newcomer());
  REQUIRE(trial.comes_to("chat-server-9", "up"));
  CHECK(trial.console.call("master-server-1", verb::kConsoleStart,
                           StartMessage{{"chat-server-9"}}) == code::kFailed);
  CHECK(trial.console.call("master-server-1", verb::kConsoleRestart,
                           ServersMessage{{"chat-server-9"}}) == code::kFailed);
  CHECK(trial.console.call("master-server-1", verb::kConsoleKill,
                           ServersMessage{{"chat-server-9"}}) == code::kFailed);
  std::optional<int> status;
  const StopMessage stop{{"chat-server-9"}};
  trial.console.rpc().call(trial.console.endpoint().find("master-server-1"), verb::kConsoleStop,
                           type_of<StopMessage>(), &stop, {}, [&](Result<std::string_view> answer) {
                             status = answer ? code::kOk : answer.error().code;
                           });
  REQUIRE(trial.world.until([&] { return trial.told_to_stop == 1; }));
  CHECK_FALSE(status);
  peer.reset();
  REQUIRE(trial.world.until([&] { return status.has_value(); }));
  CHECK(*status == code::kOk);
  CHECK(trial.seen("chat-server-9").empty());
}

TEST_CASE("a stop of everything waits for those that were joined by hand, too") {
  Trial trial;
  auto peer = trial.let_in(newcomer());
  trial.master->stop();
  trial.end_all();
  REQUIRE(trial.world.until([&] { return trial.told_to_stop == 1; }));
  CHECK_FALSE(trial.says("\nstopped\n"));
  peer.reset();
  CHECK(trial.world.until([&] { return trial.says("\nstopped\n"); }));
}

TEST_CASE("a later master shows it from its first view on, and takes it back") {
  MasterTrial trial;
  JoinedServers before(trial.world.files, "/games/run/development/joined");
  ServerInfo server = newcomer();
  server.incarnation = 3;
  REQUIRE(before.put(server, 500));
  trial.world.files.files["/games/run/development/incarnation"] = "3\n";
  ServerInfo configured = newcomer("chat-server-1");
  REQUIRE(before.put(configured, 501));
  REQUIRE(trial.master->start([](int) {}));
  Peer first(trial.world, Role::server, "chat-server-9", 3);
  REQUIRE(first.dial("master-server-1", trial.master->address()));
  RegisterMessage message;
  message.pid = 500;
  message.entry = to_message(server);
  std::vector<ServerMessage> servers;
  CHECK(first.call("master-server-1", verb::kRegister, message) == code::kOk);
  CHECK(trial.world.files.files["/games/run/development/joined"].find("chat-server-1") ==
        std::string::npos);
  Peer console(trial.world, Role::console, "console-1", 1);
  REQUIRE(console.dial("master-server-1", trial.master->address()));
  REQUIRE(console.call("master-server-1", verb::kConsoleList, ListRequest{}) == code::kOk);
  CHECK(console.body.find("chat-server-9") != std::string::npos);
}

}  // namespace
}  // namespace shaddock::admin
