#include "admin/registry.h"

#include <doctest/doctest.h>

namespace shaddock::admin {
namespace {

ServerInfo server(std::string id, std::string type) {
  ServerInfo info;
  info.id = std::move(id);
  info.type = std::move(type);
  return info;
}

std::vector<ServerInfo> two_servers() {
  return {server("connector-server-1", "connector"), server("chat-server-1", "chat")};
}

ServerInfo::State state_of(const Registry& registry, std::string_view id) {
  return registry.find(id)->info.state;
}

TEST_CASE("a server is up when it has joined and ready when it says so") {
  Registry registry(two_servers());
  registry.spawned("chat-server-1", 5, 1000);
  CHECK(state_name(*registry.find("chat-server-1")) == "starting");
  REQUIRE(registry.join("chat-server-1", 5, 1000));
  CHECK(state_of(registry, "chat-server-1") == ServerInfo::State::up);
  CHECK(state_name(*registry.find("chat-server-1")) == "starting");
  CHECK(registry.ready("chat-server-1", 5));
  CHECK(state_name(*registry.find("chat-server-1")) == "up");
  CHECK(registry.missing() == std::vector<std::string>{"connector-server-1"});
  CHECK_FALSE(registry.all_ready());
}

TEST_CASE("all are ready when the last one is") {
  Registry registry(two_servers());
  std::uint64_t incarnation = 1;
  for (const char* id : {"connector-server-1", "chat-server-1"}) {
    CHECK_FALSE(registry.all_ready());
    registry.spawned(id, ++incarnation, 1000);
    REQUIRE(registry.join(id, incarnation, 1000));
    REQUIRE(registry.ready(id, incarnation));
  }
  CHECK(registry.all_ready());
}

TEST_CASE("only the process that was spawned last may join") {
  Registry registry(two_servers());
  CHECK_FALSE(registry.join("chat-server-1", 0, 1000));  // nobody was spawned
  registry.spawned("chat-server-1", 5, 1000);
  CHECK_FALSE(registry.join("chat-server-1", 4, 1000));
  CHECK_FALSE(registry.join("chat-server-1", 6, 1000));
  CHECK_FALSE(registry.join("chat-server-1", 5, 1001));
  CHECK_FALSE(registry.join("chat-server-9", 5, 1000));
  CHECK(registry.join("chat-server-1", 5, 1000));
  CHECK(registry.join("chat-server-1", 5, 1000));  // its link broke and came back
}

TEST_CASE("an older incarnation cannot say it is ready") {
  Registry registry(two_servers());
  registry.spawned("chat-server-1", 5, 1000);
  REQUIRE(registry.join("chat-server-1", 5, 1000));
  registry.ended("chat-server-1", false);
  CHECK_FALSE(registry.ready("chat-server-1", 5));
  registry.spawned("chat-server-1", 6, 1001);
  REQUIRE(registry.join("chat-server-1", 6, 1001));
  CHECK_FALSE(registry.ready("chat-server-1", 5));
  CHECK(registry.ready("chat-server-1", 6));
}

TEST_CASE("a server that died keeps its place in the view until it is given up, and then too") {
  Registry registry(two_servers());
  registry.spawned("connector-server-1", 5, 1000);
  REQUIRE(registry.join("connector-server-1", 5, 1000));
  registry.ended("connector-server-1", false);
  CHECK(state_of(registry, "connector-server-1") == ServerInfo::State::down);
  CHECK(registry.view().servers[0].id == "connector-server-1");
  registry.spawned("connector-server-1", 6, 1001);
  CHECK(state_of(registry, "connector-server-1") == ServerInfo::State::down);
  registry.ended("connector-server-1", true);
  CHECK(state_name(*registry.find("connector-server-1")) == "failed");
  CHECK(registry.view().servers.size() == 2);
}

TEST_CASE("a stopped server is not in the view and not missed") {
  Registry registry(two_servers());
  registry.stopped("chat-server-1");
  CHECK(registry.view().servers.size() == 1);
  CHECK(registry.missing() == std::vector<std::string>{"connector-server-1"});
  CHECK(state_name(*registry.find("chat-server-1")) == "stopped");
  registry.spawned("chat-server-1", 7, 1000);
  CHECK(registry.view().servers.size() == 2);
}

TEST_CASE("the view has a new number exactly when it shows something new") {
  Registry registry(two_servers(), 40);
  CHECK(registry.view().number == 40);
  registry.spawned("chat-server-1", 5, 1000);  // its incarnation is in the view
  CHECK(registry.number() == 41);
  REQUIRE(registry.join("chat-server-1", 5, 1000));
  CHECK(registry.number() == 42);
  REQUIRE(registry.join("chat-server-1", 5, 1000));
  registry.ready("chat-server-1", 5);
  CHECK(registry.number() == 42);
  registry.hangs("chat-server-1");
  CHECK(registry.number() == 43);
  registry.ended("chat-server-1", false);
  CHECK(registry.number() == 43);
  registry.ended("chat-server-1", true);
  CHECK(registry.number() == 44);
  registry.stopped("chat-server-1");
  CHECK(registry.number() == 45);
}

TEST_CASE("an adopted server is up in the view before it has joined, and may join as what it is") {
  Registry registry(two_servers());
  registry.adopted("chat-server-1", 5, 1000);
  CHECK(state_of(registry, "chat-server-1") == ServerInfo::State::up);
  CHECK(registry.find("chat-server-1")->info.incarnation == 5);
  CHECK(state_name(*registry.find("chat-server-1")) == "starting");
  CHECK(registry.missing().size() == 2);
  CHECK_FALSE(registry.join("chat-server-1", 5, 1001));
  CHECK_FALSE(registry.join("chat-server-1", 4, 1000));
  CHECK(registry.join("chat-server-1", 5, 1000));
  CHECK(registry.ready("chat-server-1", 5));
  CHECK(state_name(*registry.find("chat-server-1")) == "up");
}

TEST_CASE("a server that hung may come back as it is, until it was replaced") {
  auto servers = two_servers();
  for (ServerInfo& server : servers) server.frontend = server.type == "connector";
  Registry registry(servers);
  for (const char* id : {"connector-server-1", "chat-server-1"}) {
    registry.spawned(id, 5, 1000);
    REQUIRE(registry.join(id, 5, 1000));
    registry.hangs(id);
    CHECK(state_name(*registry.find(id)) == "hangs");
    CHECK(registry.find(id)->note == "does not answer");
    CHECK_FALSE(registry.ready(id, 5));
  }
  // Nobody should be sent there; but what is told of a frontend that is down is that its clients
  // have gone.
  CHECK(state_of(registry, "chat-server-1") == ServerInfo::State::down);
  CHECK(state_of(registry, "connector-server-1") == ServerInfo::State::up);
  for (const char* id : {"connector-server-1", "chat-server-1"}) {
    REQUIRE(registry.join(id, 5, 1000));
    CHECK(state_of(registry, id) == ServerInfo::State::up);
    registry.hangs(id);
    registry.ended(id, false);
    CHECK(state_of(registry, id) == ServerInfo::State::down);
    registry.hangs(id);  // nobody is there who could
    CHECK(state_name(*registry.find(id)) == "down");
    registry.spawned(id, 6, 1001);
    CHECK_FALSE(registry.join(id, 5, 1000));
    CHECK(registry.join(id, 6, 1001));
  }
}

TEST_CASE("how a process ended is known until the next one is ready") {
  Registry registry(two_servers());
  registry.spawned("chat-server-1", 5, 1000);
  registry.ended("chat-server-1", false, "ended with status 1: no ink");
  registry.spawned("chat-server-1", 6, 1001);
  REQUIRE(registry.join("chat-server-1", 6, 1001));
  CHECK(registry.find("chat-server-1")->note == "ended with status 1: no ink");
  CHECK(registry.ready("chat-server-1", 6));
  CHECK(registry.find("chat-server-1")->note.empty());
}

std::vector<std::string> ids_of(const std::vector<ServerInfo>& servers) {
  std::vector<std::string> ids;
  for (const ServerInfo& info : servers) ids.push_back(info.id);
  return ids;
}

void come(Registry& registry, const char* id, std::uint64_t incarnation) {
  registry.spawned(id, incarnation, 1000);
  REQUIRE(registry.join(id, incarnation, 1000));
  REQUIRE(registry.ready(id, incarnation));
}

using Ids = std::vector<std::string>;

TEST_CASE("a server that was added is in the view with its process, and listed once it is ready") {
  Registry registry(two_servers());
  REQUIRE(registry.add(server("chat-server-2", "chat")));
  CHECK_FALSE(registry.add(server("chat-server-2", "chat")));
  CHECK(registry.number() == 1);
  CHECK(registry.view().servers.size() == 2);
  registry.spawned("chat-server-2", 5, 1000);
  CHECK(registry.number() == 2);
  CHECK(registry.view().servers.size() == 3);
  CHECK_FALSE(registry.find("chat-server-2")->info.listed());
  REQUIRE(registry.join("chat-server-2", 5, 1000));
  CHECK(state_of(registry, "chat-server-2") == ServerInfo::State::joining);
  CHECK(state_name(*registry.find("chat-server-2")) == "starting");
  CHECK(registry.ready("chat-server-2", 5));
  CHECK(state_of(registry, "chat-server-2") == ServerInfo::State::up);
  CHECK(registry.number() == 3);
  registry.ended("chat-server-2", false);
  CHECK(state_of(registry, "chat-server-2") == ServerInfo::State::down);
  CHECK(registry.view().servers.size() == 3);
}

TEST_CASE("a server that was added and never gets ready is seen by operators alone") {
  Registry registry(two_servers());
  REQUIRE(registry.add(server("chat-server-2", "chat")));
  registry.spawned("chat-server-2", 5, 1000);
  registry.ended("chat-server-2", false, "ended with status 3");
  CHECK(registry.view().servers.size() == 2);
  CHECK(registry.number() == 3);
  CHECK(state_name(*registry.find("chat-server-2")) == "down");
  registry.spawned("chat-server-2", 6, 1001);
  REQUIRE(registry.join("chat-server-2", 6, 1001));
  registry.hangs("chat-server-2");
  CHECK(state_of(registry, "chat-server-2") == ServerInfo::State::joining);
  registry.ended("chat-server-2", true, "ended with status 3");
  CHECK(registry.view().servers.size() == 2);
  CHECK(state_name(*registry.find("chat-server-2")) == "failed");
  registry.spawned("chat-server-2", 7, 1002);
  CHECK(state_name(*registry.find("chat-server-2")) == "starting");
  REQUIRE(registry.join("chat-server-2", 7, 1002));
  CHECK(registry.ready("chat-server-2", 7));
  CHECK(state_of(registry, "chat-server-2") == ServerInfo::State::up);
}

TEST_CASE("added servers stand at the end of their type, those by hand behind them, by id") {
  Registry registry({server("chat-1", "chat"), server("gate-1", "gate")});
  REQUIRE(registry.add(server("x-2", "chat"), true));
  REQUIRE(registry.add(server("x-1", "chat"), true));
  REQUIRE(registry.add(server("z-1", "chat")));
  REQUIRE(registry.add(server("gate-2", "gate")));
  REQUIRE(registry.add(server("area-1", "area")));
  Ids ids;
  for (const auto& member : registry.members()) ids.push_back(member.info.id);
  CHECK(ids == Ids{"chat-1", "z-1", "x-1", "x-2", "gate-1", "gate-2", "area-1"});
}

TEST_CASE("a removed server is nowhere, and the view is a new one if it was in it") {
  Registry registry(two_servers());
  registry.remove("connector-server-1");
  CHECK(registry.number() == 2);
  CHECK(registry.find("connector-server-1") == nullptr);
  CHECK(ids_of(registry.view().servers) == Ids{"chat-server-1"});
  REQUIRE(registry.add(server("chat-server-2", "chat")));
  registry.remove("chat-server-2");
  registry.remove("chat-server-2");
  CHECK(registry.number() == 2);
}

TEST_CASE("the order of servers.json is the order of the view, and who leaves keeps its place") {
  Registry registry({server("chat-1", "chat"), server("chat-2", "chat"), server("chat-3", "chat")});
  REQUIRE(registry.add(server("b", "chat"), true));
  come(registry, "b", 5);
  REQUIRE(registry.add(server("chat-4", "chat")));
  come(registry, "chat-4", 6);
  const std::uint64_t before = registry.number();
  registry.arrange({"chat-1", "chat-2", "chat-3", "chat-4"});
  CHECK(registry.number() == before);
  registry.arrange({"chat-4", "chat-3", "chat-1"});  // chat-2 is about to leave
  CHECK(registry.number() == before + 1);
  CHECK(ids_of(registry.view().servers) == Ids{"chat-4", "chat-3", "chat-1", "chat-2", "b"});
}

TEST_CASE("a changed entry is another one in the view, whose process is the same") {
  Registry registry(two_servers());
  come(registry, "chat-server-1", 5);
  const std::uint64_t before = registry.number();
  ServerInfo other = server("chat-server-1", "chat");
  other.port = 6060;
  registry.change(other);
  CHECK(registry.number() == before + 1);
  CHECK(registry.find("chat-server-1")->info.port == 6060);
  CHECK(registry.find("chat-server-1")->info.incarnation == 5);
  CHECK(state_of(registry, "chat-server-1") == ServerInfo::State::up);
  registry.ended("chat-server-1", false);
  registry.change(server("chat-server-1", "area"));
  registry.spawned("chat-server-1", 6, 1001);
  CHECK(state_of(registry, "chat-server-1") == ServerInfo::State::joining);
}

TEST_CASE("what happens to unknown servers changes nothing") {
  Registry registry(two_servers());
  registry.spawned("x", 1, 1000);
  registry.ended("x", true);
  registry.stopped("x");
  registry.change(server("x", "chat"));
  CHECK_FALSE(registry.ready("x", 1));
  CHECK(registry.number() == 1);
  CHECK(registry.view().servers.size() == 2);
}

}  // namespace
}  // namespace shaddock::admin
