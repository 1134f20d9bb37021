#include "admin/master.h"

#include <doctest/doctest.h>

#include "admin/master_trial.h"

namespace shaddock::admin {
namespace {

using cluster::Role;

using Trial = MasterTrial;

TEST_CASE("the cluster is ready when every server has said so") {
  Trial trial;
  trial.start();
  std::vector<std::unique_ptr<Peer>> peers;
  for (std::size_t i = 0; i < 3; ++i) {
    peers.push_back(trial.join(i));
    CHECK_FALSE(trial.says("ready:"));
    CHECK(peers.back()->call("master-server-1", verb::kReady, Nothing{}) == code::kOk);
  }
  CHECK(trial.says("ready: 3 servers in "));
  CHECK(trial.says(" ms, http://127.0.0.1:3014/\n"));  // the gate's, though it is not the first
  const auto record = Records(trial.world.host, "/games/run/development").find("master-server-1");
  REQUIRE(record);
  CHECK(record->note.starts_with("ready: 3 servers"));
}

TEST_CASE("each change of the cluster reaches those that have joined, as a newer view") {
  Trial trial;
  trial.start();
  const auto first = trial.join(0);
  REQUIRE(trial.world.until([&] { return !trial.views.empty(); }));
  CHECK(trial.views.back().servers.size() == 3);
  CHECK(trial.views.back().servers[0].state == ServerInfo::State::up);
  CHECK(trial.views.back().servers[2].state == ServerInfo::State::starting);
  const std::uint64_t number = trial.views.back().number;
  const auto third = trial.join(2);
  REQUIRE(trial.world.until([&] { return trial.views.back().number > number; }));
  CHECK(trial.views.back().servers[2].state == ServerInfo::State::up);
}

TEST_CASE("who is not ready in time is named, and the rest is stopped") {
  Trial trial(net::Duration(50));
  trial.start();
  REQUIRE(trial.world.until([&] { return trial.says("not ready in time"); }));
  CHECK(trial.says("not ready in time: connector-server-1, gate-server-1, chat-server-1"));
  trial.end_all();
  REQUIRE(trial.world.until([&] { return trial.code.has_value(); }));
  CHECK(*trial.code == exit_code::kNotReady);
  CHECK(trial.world.files.locks.empty());
}

TEST_CASE("the exit code of a server at the first start is the master's where it tells something") {
  const std::pair<net::Exit, int> rows[] = {{{2, 0}, 2}, {{3, 0}, 3}, {{4, 0}, 4}, {{5, 0}, 5},
                                            {{7, 0}, 1}, {{0, 0}, 1}, {{0, 11}, 1}};
  for (const auto& [exit, code] : rows) {
    Trial trial;
    trial.start();
    trial.world.files.files["/games/logs/development/gate-server-1.out"] = "my last words\n";
    std::exchange(trial.world.processes.spawned[1].on_exit, nullptr)(net::Exit(exit));
    CHECK(trial.says("  my last words\n"));
    trial.end_all();
    REQUIRE(trial.world.until([&] { return trial.code.has_value(); }));
    CHECK(*trial.code == code);
  }
}

TEST_CASE("frontends are stopped before backends") {
  Trial trial;
  trial.start();
  trial.master->stop();
  using Signals = std::vector<std::pair<int, int>>;
  CHECK(trial.world.processes.signals == Signals{{1000, SIGTERM}, {1001, SIGTERM}});
  std::exchange(trial.world.processes.spawned[0].on_exit, nullptr)(net::Exit{});
  CHECK(trial.world.processes.signals.size() == 2);
  std::exchange(trial.world.processes.spawned[1].on_exit, nullptr)(net::Exit{});
  CHECK(trial.world.processes.signals.back() == std::pair{1002, SIGTERM});
  trial.end_all();
  CHECK(trial.world.until([&] { return trial.code.has_value(); }));
}

TEST_CASE("who is told to stop by a signal, for it cannot be asked, gets no second one for it") {
  const StopLimits limits{net::Duration(20), net::Duration(40)};
  Trial trial(net::Duration(20000), {}, limits);
  trial.world.processes.deaf = {1000, 1001};
  trial.start();
  auto connector = trial.join(0);  // does not know how to stop
  trial.master->stop();
  bool later = false;
  net::Timer wait(trial.world.host.loop.timers(), [&] { later = true; });
  wait.start(net::Duration(200));
  REQUIRE(trial.world.until([&] { return later; }));
  using Signals = std::vector<std::pair<int, int>>;
  CHECK(trial.world.processes.signals == Signals{{1001, SIGTERM}, {1000, SIGTERM}});
  trial.end_all();
  CHECK(trial.world.until([&] { return trial.code.has_value(); }));
}

TEST_CASE("the record of a server goes with the life it tells of, and with no other") {
  Trial trial;
  const auto peers = trial.start_completely();
  Records records(trial.world.host, "/games/run/development");
  Record record;
  record.id = "chat-server-1";
  record.type = "chat";
  record.process = {1002, 5000};
  record.incarnation = 4;
  REQUIRE(records.write(record));
  record.id = "gate-server-1";
  record.incarnation = 99;
  REQUIRE(records.write(record));
  trial.end(1, {1, 0});
  trial.end(2, {1, 0});
  CHECK_FALSE(records.find("chat-server-1"));
  CHECK(records.find("gate-server-1"));
}

TEST_CASE("only the process that was spawned may be that server") {
  Trial trial;
  trial.start();
  Peer stranger(trial.world, Role::server, "chat-server-1", 99);
  REQUIRE(stranger.dial("master-server-1", trial.master->address()));
  RegisterMessage message;
  message.pid = 4242;
  CHECK(stranger.call("master-server-1", verb::kRegister, message) == code::kFailed);
  CHECK(trial.log->count("refused") == 1);
}

TEST_CASE("a server whose output was truncated is shown and started again all the same") {
  Trial trial;
  std::string& output = trial.world.files.files["/games/logs/development/chat-server-1.out"];
  output = std::string(50'000, 'x') + "\n";
  trial.start();
  std::vector<std::unique_ptr<Peer>> peers;
  for (std::size_t i = 0; i < 3; ++i) {
    peers.push_back(trial.join(i));
    REQUIRE(peers.back()->call("master-server-1", verb::kReady, Nothing{}) == code::kOk);
  }
  output = "after the cut\n";
  std::exchange(trial.world.processes.spawned[2].on_exit, nullptr)(net::Exit{0, SIGSEGV});
  CHECK(trial.says("chat-server-1 was ended by signal 11, started again in "));
  CHECK(trial.says("  after the cut\n"));
  CHECK_FALSE(trial.says("xxx"));
}

TEST_CASE("what a server wrote before its process began is not shown, nor read as a whole") {
  for (const bool writes : {true, false}) {
    Trial trial;
    auto& files = trial.world.files.files;
    const std::string log = "/games/logs/development/chat-server-1.log";
    const std::string out = "/games/logs/development/chat-server-1.out";
    files[log] = std::string(3 << 20, '-') + "\nthe log's end\n";
    files[out] = std::string(3 << 20, '-') + "\nof an earlier life\n";
    trial.start();
    if (writes) files[out] += "terminate called\n";
    std::exchange(trial.world.processes.spawned[2].on_exit, nullptr)(net::Exit{0, SIGABRT});
    CHECK_FALSE(trial.says("of an earlier life"));
    CHECK(trial.says("  terminate called\n") == writes);
    CHECK(trial.says("  the log's end\n") == !writes);
    CHECK_FALSE(trial.world.files.read_whole.contains(log));
    CHECK_FALSE(trial.world.files.read_whole.contains(out));
  }
}

TEST_CASE("over a link every role reaches its own verbs and no other") {
  Trial trial;
  trial.start();
  const auto server = trial.join(2);
  Peer console(trial.world, Role::console, "console-1", 1);
  Peer other_master(trial.world, Role::master, "master-server-2", 1);
  REQUIRE(console.dial("master-server-1", trial.master->address()));
  REQUIRE(other_master.dial("master-server-1", trial.master->address()));
  StopMessage stop;
  stop.ids = {"nobody"};
  for (Peer* peer : {&console, &other_master}) {
    CHECK(peer->call("master-server-1", verb::kRegister, RegisterMessage{}) == code::kFailed);
    CHECK(peer->call("master-server-1", verb::kReady, Nothing{}) == code::kFailed);
    CHECK(peer->call("master-server-1", verb::kLog, LogMessage{}) == code::kFailed);
  }
  for (Peer* peer : {server.get(), &other_master}) {
    CHECK(peer->call("master-server-1", verb::kConsoleList, ListRequest{true}) == code::kFailed);
    CHECK(peer->call("master-server-1", verb::kConsoleStop, StopMessage{}) == code::kFailed);
    CHECK(peer->call("master-server-1", verb::kConsoleStart, StartMessage{}) == code::kFailed);
  }
  CHECK(trial.world.processes.signals.empty());
  CHECK(trial.log->count("not allowed") == 12);
  CHECK(trial.log->count("verb=sys.console.stop peer=chat-server-1") == 1);
  CHECK(server->call("master-server-1", verb::kLog, LogMessage{}) == code::kOk);
  CHECK(console.call("master-server-1", verb::kConsoleList, ListRequest{true}) == code::kOk);
  CHECK(console.call("master-server-1", verb::kConsoleStop, stop) == code::kFailed);
  CHECK(console.body.find("there is no server nobody") != std::string::npos);
}

TEST_CASE("forwarded lines cannot write to the terminal what a line must not hold") {
  Trial trial;
  trial.start();
  const auto server = trial.join(2);
  LogMessage message;
  message.line = "WARN chat \x1b[2J gone";
  message.lost = 4;
  CHECK(server->call("master-server-1", verb::kLog, message) == code::kOk);
  CHECK(trial.says("WARN chat  [2J gone\n"));
  CHECK(trial.says("chat-server-1: 4 lines are only in its log"));
}

TEST_CASE("a secret of the operator that others can read is a wrong configuration") {
  Trial trial(net::Duration(20000), "/etc/game.secret");
  trial.world.files.files["/etc/game.secret"] = kSecret;
  trial.world.files.modes["/etc/game.secret"] = 0644;
  const auto started = trial.master->start([](int) {});
  CHECK(started.error().code == exit_code::kConfiguration);
  CHECK(started.error().text.find("/etc/game.secret is open to others") != std::string::npos);
  CHECK(trial.world.processes.spawned.empty());
}

TEST_CASE("a cluster whose master runs is not started twice") {
  Trial trial;
  trial.world.files.locks.insert("/games/run/development/lock");
  const auto started = trial.master->start([](int) {});
  CHECK(started.error().code == exit_code::kRunsAlready);
  CHECK(started.error().text.find("already running: master-server-1") != std::string::npos);
  CHECK(trial.world.processes.spawned.empty());
}

}  // namespace
}  // namespace shaddock::admin
