#include "rest.h"

#include <map>
#include <memory>

#include "game.h"
#include "messages.h"
#include "server/running_server.h"

namespace shaddock::simulator {

namespace {

constexpr net::Duration kTimeToConnect{1500};
constexpr net::Duration kSilence{8000};  // longer than heartbeats and kept connections last

void expect(Findings& findings, const std::string& who, const char* what, std::size_t found,
            std::size_t expected) {
  if (found != expected)
    findings.add("G14", who,
                 std::string(what) + ": " + std::to_string(found) + " instead of " +
                     std::to_string(expected));
}

std::size_t pending_calls(server::RunningServer& server) {
  std::size_t pending = server.rpc_client().pending();
  server.endpoint().for_each([&](cluster::Link& link) { pending += link.calls().pending(); });
  return pending;
}

std::size_t members(ServerLife& life) {
  std::size_t all = 0;
  for (const char* name : kRooms)
    if (const Channel* room = life.server().channels().find(name)) all += room->size();
  return all;
}

// Its cable is cut and it never comes back: its connections are noticed by their silence.
void fall_silent(Cluster& cluster, Arena& arena, Findings& findings, net::ProcessId inspector) {
  sim::World& world = cluster.world();
  const std::string& machine = world.machine(inspector);
  world.cut(machine, "*");
  world.cut("*", machine);
  world.run_for(kSilence);
  for (ServerLife* life : arena.lives())
    expect(findings, life->server().id(), "connections when the last has fallen silent",
           life->running().connections(), 0);
  world.kill(inspector);
}

}  // namespace

void check_presence(Cluster& cluster, Arena& arena, Findings& findings) {
  std::map<std::string, std::size_t> visitors;
  cluster.for_each_player([&](const Player& player) {
    if (const auto connector = player.visited()) ++visitors[*connector];
  });
  for (ServerLife* life : arena.lives()) {
    if (life->server().type() != "connector") continue;
    server::RunningServer& server = life->running();
    const std::size_t here = visitors[server.id()];
    expect(findings, server.id(), "connections while the players rest", server.connections(), here);
    expect(findings, server.id(), "sessions", server.sessions().size(), here);
    expect(findings, server.id(), "bound uids", server.bound_sessions(), here);
  }
}

LinksKept::LinksKept(Arena& arena) {
  for (ServerLife* life : arena.lives())
    life->running().endpoint().for_each([&](cluster::Link& link) {
      if (link.peer().role == cluster::Role::server)
        links_.emplace_back(life->server().id(), link.handle());
    });
}

void LinksKept::check(Findings& findings) const {
  for (const auto& [server, link] : links_)
    if (link.get() == nullptr)
      findings.add("CALM", server,
                   "lost its link to " + link.peer().id + ", and nothing was wrong");
}

void check_emptiness(Arena& arena, Findings& findings) {
  for (ServerLife* life : arena.lives()) {
    server::RunningServer& server = life->running();
    const std::string& id = server.id();
    expect(findings, id, "connections when all have gone", server.connections(), 0);
    if (server.info().frontend) {
      expect(findings, id, "sessions when all have gone", server.sessions().size(), 0);
      expect(findings, id, "bound uids when all have gone", server.bound_sessions(), 0);
    }
    expect(findings, id, "calls that wait", pending_calls(server), 0);
    expect(findings, id, "members of rooms", members(*life), 0);
    expect(findings, id, "handlers that have not ended",
           static_cast<std::size_t>(life->running_handlers), 0);
  }
}

void check_limits(Cluster& cluster, Arena& arena, Findings& findings) {
  net::Command command;
  command.program = "inspector";
  sim::World& world = cluster.world();
  const net::ProcessId inspector = world.start("10.0.2.1", command, nullptr);
  for (const GameServer& server : kServers) {
    if (std::string(server.type) != "connector") continue;
    std::vector<std::unique_ptr<client::Client>> clients;
    for (int i = 0; i <= kMostConnections; ++i) {
      clients.push_back(std::make_unique<client::Client>(world.host(inspector)));
      clients.back()->connect({server.machine, server.client_port});
    }
    world.run_for(kTimeToConnect);
    std::size_t open = 0;
    for (const auto& client : clients) open += client->open();
    expect(findings, server.id, "who is let in, of one more than the limit", open,
           kMostConnections);
  }
  fall_silent(cluster, arena, findings, inspector);
}

}  // namespace shaddock::simulator
