#include "cluster/mesh.h"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cluster/memory_network.h"
#include "cluster/party.h"

using namespace shaddock;
using namespace shaddock::cluster;
using namespace std::chrono_literals;

namespace {

ServerInfo entry(std::string id, int port, std::uint64_t incarnation = 1) {
  ServerInfo info;
  info.id = std::move(id);
  info.type = "t";
  info.host = "127.0.0.1";
  info.port = port;
  info.state = ServerInfo::State::up;
  info.incarnation = incarnation;
  return info;
}

struct Node {
  Node(MemoryHost& world, const ServerInfo& self)
      : party(world.host(), self.id, self.incarnation), mesh(*party.endpoint, self) {
    if (self.port != 0) REQUIRE(party.endpoint->listen({self.host, self.port}).ok());
  }
  Party party;
  Mesh mesh;
};

struct World {
  Node& start(const ServerInfo& self) {
    return *(nodes[self.id] = std::make_unique<Node>(memory, self));
  }
  void apply(const View& view) {
    for (auto& [id, node] : nodes) node->mesh.apply(view);
  }
  MemoryHost memory;
  std::map<std::string, std::unique_ptr<Node>> nodes;
};

}  // namespace

TEST_CASE("three servers have exactly one link per pair, whoever starts first") {
  std::vector<std::string> order{"a", "b", "c"};
  const std::map<std::string, int> ports{{"a", 101}, {"b", 102}, {"c", 103}};
  do {
    World world;
    View view{1, {}};
    for (const auto& [id, port] : ports) view.servers.push_back(entry(id, port));
    for (const std::string& id : order) {
      world.start(entry(id, ports.at(id))).mesh.apply(view);
      world.memory.loop().pass(30ms);
    }
    world.memory.loop().pass(2s);
    CHECK(world.memory.network().cables().size() == 3);
    for (const auto& [id, node] : world.nodes) {
      CHECK(node->mesh.linked());
      CHECK(node->party.events.size() == 2);
    }
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("a server without a port dials everybody, and two of them have no link") {
  World world;
  const View view{
      1, {entry("backend", 101), entry("gate-1", 0), entry("gate-2", 0), entry("zone", 102)}};
  for (const ServerInfo& server : view.servers) world.start(server);
  world.apply(view);
  world.memory.loop().settle();
  CHECK(world.memory.network().cables().size() == 5);
  CHECK(world.nodes["gate-1"]->party.linked("backend"));
  CHECK(world.nodes["gate-1"]->party.linked("zone"));
  CHECK(!world.nodes["gate-1"]->party.linked("gate-2"));
  CHECK(world.nodes["gate-1"]->mesh.linked());
}

TEST_CASE("who failed or leaves the view is no longer dialled, nor linked when it had its time") {
  World world;
  View view{1, {entry("a", 101), entry("b", 102), entry("c", 103)}};
  for (const ServerInfo& server : view.servers) world.start(server);
  world.apply(view);
  world.memory.loop().settle();
  view.number = 2;
  view.servers[1].state = ServerInfo::State::failed;
  view.servers.pop_back();
  Node& a = *world.nodes["a"];
  a.mesh.apply(view);
  world.memory.loop().pass(3s);
  CHECK(!a.party.linked("b"));
  CHECK(a.party.linked("c"));  // it may have something for us yet
  CHECK(a.mesh.linked());
  world.memory.loop().pass(30s);
  CHECK(!a.party.linked("c"));
}

TEST_CASE("an older view is ignored") {
  World world;
  Node& a = world.start(entry("a", 101));
  Node& b = world.start(entry("b", 102));
  a.mesh.apply({2, {entry("a", 101), entry("b", 102)}});
  world.memory.loop().settle();
  a.mesh.apply({1, {entry("a", 101)}});
  world.memory.loop().pass(1s);
  CHECK(a.mesh.link(entry("b", 102)) != nullptr);
  CHECK(b.party.linked("a"));
  CHECK(a.mesh.directory().view().number == 2);
}

TEST_CASE("not linked is who is up and has no link yet") {
  World world;
  Node& a = world.start(entry("a", 101));
  View view{1, {entry("a", 101), entry("b", 102)}};
  a.mesh.apply(view);
  world.memory.loop().settle();
  CHECK(!a.mesh.linked());
  view.number = 2;
  view.servers[1].state = ServerInfo::State::down;
  a.mesh.apply(view);
  CHECK(a.mesh.linked());
  CHECK(a.mesh.link(view.servers[1]) == nullptr);
}

TEST_CASE("a server that the view replaced is fenced off and its successor linked") {
  World world;
  const View before{1, {entry("a", 101), entry("b", 102)}};
  Node& a = world.start(before.servers[0]);
  world.start(before.servers[1]);
  world.apply(before);
  world.memory.loop().settle();
  REQUIRE(a.mesh.linked());
  const View after{2, {entry("a", 101), entry("b", 103, 2)}};
  a.mesh.apply(after);
  CHECK(!a.mesh.linked());
  auto old = std::move(world.nodes["b"]);
  Node& b = world.start(after.servers[1]);
  b.mesh.apply(after);
  world.memory.loop().pass(2s);
  CHECK(a.mesh.linked());
  CHECK(a.party.endpoint->find("b")->peer().incarnation == 2);
  CHECK(!old->party.linked("a"));
}

TEST_CASE("who is up again is dialled at once, however long it was away") {
  World world;
  View view{1, {entry("a", 101), entry("b", 102)}};
  Node& a = world.start(view.servers[0]);
  a.mesh.apply(view);
  world.memory.loop().pass(10s);  // by now it waits for up to a second
  world.start(entry("b", 102, 2));
  bool restarted = false;
  SUBCASE("as a newer process") { view.servers[1].incarnation = 2; }
  SUBCASE("after it was down") {
    view.servers[1].state = ServerInfo::State::down;
    ++view.number;
    a.mesh.apply(view);
    view.servers[1].state = ServerInfo::State::up;
  }
  SUBCASE("but not for a view that says nothing new") { restarted = true; }
  ++view.number;
  a.mesh.apply(view);
  world.memory.loop().settle();
  CHECK(a.mesh.linked() == !restarted);
}
