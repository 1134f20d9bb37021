#include "admin/agent.h"

#include <doctest/doctest.h>

#include "admin/peers.h"

namespace shaddock::admin {
namespace {

using cluster::Role;
using Said = std::vector<std::string>;

// A master that notes what it is told, and a server with an agent.
struct Trial final : AgentEvents {
  explicit Trial(const std::function<void(Agent::Settings&)>& change = [](Agent::Settings&) {}) {
    begin_master(0);
    server.on_up = [this](cluster::Link& link) { agent->on_link_up(link); };
    server.on_down = [this](cluster::Link& link) { agent->on_link_down(link); };
    agent.emplace(world.host, Logger(std::make_shared<MemoryLog>(), "agent"), settings_of(change),
                  server.remotes(), *this);
  }

  Agent::Settings settings_of(const std::function<void(Agent::Settings&)>& change) const {
    Agent::Settings settings{"master-server-1", address};
    change(settings);
    return settings;
  }

  void begin_master(int port) {
    master = std::make_unique<Peer>(world, Role::master, "master-server-1", ++incarnation);
    add_verb<RegisterMessage>(master->remotes(), verb::kRegister,
                              [this](RegisterMessage& message, cluster::IncomingCall call) {
                                said.push_back("register " + std::to_string(message.pid));
                                registered = message;
                                if (stops_first) world.processes.raise(SIGTERM);
                                if (refuses) return call.fail(Error(code::kFailed, "another runs"));
                                call.answer();
                              });
    add_verb<Nothing>(master->remotes(), verb::kLeave,
                      [this](Nothing&, cluster::IncomingCall) { said.push_back("leave"); });
    add_verb<Nothing>(master->remotes(), verb::kReady,
                      [this](Nothing&, cluster::IncomingCall) { said.push_back("ready"); });
    add_verb<LogMessage>(master->remotes(), verb::kLog,
                         [this](LogMessage& message, cluster::IncomingCall) {
                           said.push_back("log " + message.line);
                         });
    REQUIRE(master->endpoint().listen({"127.0.0.1", port}));
    address = master->endpoint().address();
  }
  void start() {
    agent->start(server.endpoint(), server.rpc());
    REQUIRE(world.until([&] { return !said.empty(); }));
    CHECK(said.front() == "register 77");
  }
  bool has_said(const Said& expected) {
    const bool done = world.until([&] { return said.size() >= expected.size(); });
    return done && said == expected;
  }
  void send_view(std::uint64_t number) {
    ViewMessage message;
    message.number = number;
    CHECK(master->call("chat-server-1", verb::kView, message) == code::kOk);
  }

  void on_view(const cluster::View& view) override { views.push_back(view.number); }
  void on_stop() override { ++stops; }
  void on_stop_at_once() override { ++stops_at_once; }
  void on_refused(std::string_view why) override { refused = why; }
  AgentStats stats() const override { return {12, 10}; }
  UsersMessage users(std::uint64_t most) const override { return {{{"alice", most}}, 4}; }
  std::size_t kick(std::string_view uid, std::string_view reason) override {
    said.push_back("kick " + std::string(uid) + ", " + std::string(reason));
    return 3;
  }

  MixedHost world;
  std::uint64_t incarnation = 0;
  bool refuses = false, stops_first = false;
  Said said;
  RegisterMessage registered;
  std::vector<std::uint64_t> views;
  int stops = 0, stops_at_once = 0;
  std::string refused;
  net::Address address;
  std::unique_ptr<Peer> master;
  std::optional<Agent> agent;
  Peer server{world, Role::server, "chat-server-1", 5};
};

TEST_CASE("one that was joined by hand says what it is, how long it may take, and that it leaves") {
  Trial trial([](Agent::Settings& settings) {
    settings.joined.emplace().id = "chat-server-1";
    settings.joined->port = 6059;
    settings.stop_limit = net::Duration(20'000);
  });
  trial.start();
  REQUIRE(trial.registered.entry);
  CHECK(trial.registered.entry->port == 6059);
  CHECK(trial.registered.stop_limit == 20'000);
  trial.agent->report_ready();
  CHECK(trial.has_said({"register 77", "ready"}));
  trial.world.processes.raise(SIGHUP);
  CHECK(trial.stops == 1);
  CHECK(trial.has_said({"register 77", "ready", "leave"}));
}

TEST_CASE("others say neither, and a closed terminal is nothing to them") {
  Trial trial;
  trial.start();
  CHECK_FALSE(trial.registered.entry);
  CHECK_FALSE(trial.registered.stop_limit);
  trial.world.processes.raise(SIGHUP);
  CHECK(trial.stops == 0);
  trial.world.processes.raise(SIGTERM);
  trial.agent->report_ready();
  CHECK(trial.has_said({"register 77", "ready"}));
}

TEST_CASE("an agent registers, and then says that its server is ready") {
  Trial trial;
  trial.agent->report_ready();  // long before there is a link
  trial.start();
  CHECK(trial.has_said({"register 77", "ready"}));
}

TEST_CASE("views arrive, an older one never after a newer one") {
  Trial trial;
  trial.start();
  for (const std::uint64_t number : {4, 6, 5, 6, 7}) trial.send_view(number);
  CHECK(trial.views == std::vector<std::uint64_t>{4, 6, 7});
}

TEST_CASE("an agent answers how its server does") {
  Trial trial;
  trial.start();
  REQUIRE(trial.master->call("chat-server-1", verb::kStats, Nothing{}) == code::kOk);
  StatsMessage stats;
  REQUIRE(cluster::decode_msgpack(trial.master->body, type_of<StatsMessage>(), &stats));
  CHECK(stats.pid == 77);
  CHECK(stats.resident_bytes == 5 << 20);
  CHECK(stats.connections == 12);
  CHECK(stats.sessions == 10);
}

TEST_CASE("an agent tells who is there, up to a limit of its own, and kicks") {
  Trial trial;
  trial.start();
  REQUIRE(trial.master->call("chat-server-1", verb::kUsers, UsersRequest{5'000'000}) == code::kOk);
  UsersMessage users;
  REQUIRE(cluster::decode_msgpack(trial.master->body, type_of<UsersMessage>(), &users));
  REQUIRE(users.users.size() == 1);
  CHECK(users.users[0].connections == kMostUsers);
  CHECK(users.more == 4);
  const KickRequest request{"alice", "be gone"};
  REQUIRE(trial.master->call("chat-server-1", verb::kKick, request) == code::kOk);
  KickedMessage kicked;
  REQUIRE(cluster::decode_msgpack(trial.master->body, type_of<KickedMessage>(), &kicked));
  CHECK(kicked.sessions == 3);
  CHECK(trial.said.back() == "kick alice, be gone");
}

TEST_CASE("a server is told to stop by the master, SIGTERM and SIGINT") {
  Trial trial;
  trial.start();
  CHECK(trial.master->call("chat-server-1", verb::kStop, Nothing{}) == code::kOk);
  CHECK(trial.stops == 1);
  trial.world.processes.raise(SIGTERM);
  CHECK(trial.stops == 2);
  CHECK(trial.stops_at_once == 0);
  trial.world.processes.raise(SIGINT);  // the second signal
  CHECK(trial.stops == 2);
  CHECK(trial.stops_at_once == 1);
  trial.agent.reset();
  trial.world.processes.raise(SIGTERM);
  CHECK(trial.stops == 2);
  CHECK(trial.stops_at_once == 1);
}

TEST_CASE("only a master may tell an agent anything") {
  Trial trial;
  trial.start();
  REQUIRE(trial.server.endpoint().listen({"127.0.0.1", 0}));
  const net::Address address = trial.server.endpoint().address();
  Peer other(trial.world, Role::server, "chat-server-2", 6);
  Peer console(trial.world, Role::console, "console-1", 1);
  for (Peer* peer : {&other, &console}) {
    REQUIRE(peer->dial("chat-server-1", address));
    CHECK(peer->call("chat-server-1", verb::kStop, Nothing{}) == code::kFailed);
    CHECK(peer->call("chat-server-1", verb::kStats, Nothing{}) == code::kFailed);
    CHECK(peer->call("chat-server-1", verb::kView, ViewMessage{}) == code::kFailed);
  }
  CHECK(trial.stops == 0);
  CHECK(trial.views.empty());
}

TEST_CASE("the warnings of a server that stops are not held back") {
  Trial trial;
  trial.start();
  const std::size_t many = LogForwarder::kPerSecond + 10;
  for (std::size_t i = 0; i < many; ++i) trial.agent->forward(LogLevel::warn, "line");
  trial.world.processes.raise(SIGTERM);
  trial.agent->forward(LogLevel::warn, "the last");
  trial.agent.reset();  // what it has not written by now is lost
  REQUIRE(trial.world.until([&] { return trial.said.size() >= many + 2; }));
  CHECK(trial.said.back() == "log the last");
}

TEST_CASE("a refused server is told why") {
  Trial trial;
  trial.refuses = true;
  trial.start();
  REQUIRE(trial.world.until([&] { return !trial.refused.empty(); }));
  CHECK(trial.refused.find("another runs") != std::string::npos);
}

TEST_CASE("a server that stops already is not ended by a refusal") {
  Trial trial;
  trial.refuses = trial.stops_first = true;
  trial.start();
  CHECK(trial.stops == 1);
  REQUIRE(trial.master->call("chat-server-1", verb::kStats, Nothing{}) == code::kOk);
  CHECK(trial.refused.empty());
}

TEST_CASE("when the master comes back, the agent registers again and is ready still") {
  Trial trial;
  trial.start();
  trial.agent->report_ready();
  REQUIRE(trial.has_said({"register 77", "ready"}));
  const int port = trial.address.port;
  trial.master.reset();
  REQUIRE(trial.world.until(
      [&] { return trial.server.endpoint().find("master-server-1") == nullptr; }));
  trial.agent->forward(LogLevel::warn, "meanwhile");
  trial.begin_master(port);
  CHECK(trial.has_said({"register 77", "ready", "register 77", "ready", "log meanwhile"}));
  CHECK(trial.stops == 0);
}

TEST_CASE("warnings reach the master after the agent has registered") {
  Trial trial;
  trial.agent->forward(LogLevel::warn, "early");
  trial.agent->forward(LogLevel::info, "not this");
  trial.start();
  CHECK(trial.has_said({"register 77", "log early"}));
}

}  // namespace
}  // namespace shaddock::admin
