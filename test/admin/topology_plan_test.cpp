#include "admin/topology_plan.h"

#include <doctest/doctest.h>

namespace shaddock::admin {
namespace {

using Ids = std::vector<std::string>;

ServerInfo entry(std::string id, int port = 6050, std::string type = "chat") {
  ServerInfo info;
  info.id = std::move(id);
  info.type = std::move(type);
  info.port = port;
  return info;
}

PresentServer present(const ServerInfo& started_by) {
  return {started_by.id, started_by.type, fingerprint(started_by)};
}

TEST_CASE("who is new starts, who is not there any more stops, who is another one restarts") {
  const auto plan = plan_topology({present(entry("a")), present(entry("b")), present(entry("c"))},
                                  {entry("a"), entry("c", 6051), entry("d")}, {});
  CHECK(plan.started == Ids{"d"});
  CHECK(plan.stopped == Ids{"b"});
  CHECK(plan.restarted == Ids{"c"});
  CHECK(plan.reordered.empty());
  CHECK(lines_of(plan) == Ids{"start d", "stop b", "restart c: its entry is another one"});
}

TEST_CASE("nothing changes when nothing has") {
  CHECK(plan_topology({present(entry("a"))}, {entry("a")}, {}).empty());
  CHECK(plan_topology({}, {}, {}).empty());
}

TEST_CASE("what is not in the info counts by its number, and one that is not known does not") {
  const ServerInfo a = entry("a");
  CHECK(plan_topology({present(a)}, {a}, {{"a", fingerprint(a, "other ports")}}).restarted ==
        Ids{"a"});
  CHECK(plan_topology({{"a", "chat", 0}}, {entry("a", 7000)}, {}).empty());
}

TEST_CASE("an order is another one when those who stay change places, whoever comes or goes") {
  const auto a = entry("a"), b = entry("b"), c = entry("c"), d = entry("d");
  CHECK(plan_topology({present(a), present(b)}, {b, a}, {}).reordered == Ids{"chat"});
  CHECK(plan_topology({present(a), present(b), present(c)}, {d, a, c}, {}).reordered.empty());
  CHECK(lines_of(plan_topology({present(a), present(b)}, {b, a}, {})) ==
        Ids{"chat: another order"});
}

TEST_CASE("the lists after a change are those of the file, each server as it is, others behind") {
  cluster::View now;
  now.servers = {entry("a"), entry("by-hand"), entry("b"), entry("gone")};
  for (ServerInfo& server : now.servers) server.state = ServerInfo::State::up;
  now.servers[0].state = ServerInfo::State::failed;
  now.servers[2].state = ServerInfo::State::joining;
  const auto after = view_after(now, {entry("new"), entry("b"), entry("a")}, {"by-hand"});
  REQUIRE(after.servers.size() == 4);
  CHECK(after.servers[0].id == "new");
  CHECK(after.servers[0].up());
  CHECK(after.servers[1].up());
  CHECK(after.servers[2].state == ServerInfo::State::failed);
  CHECK(after.servers[3].id == "by-hand");
}

}  // namespace
}  // namespace shaddock::admin
